import { useMemo, useState } from 'react';
import { useIntl } from 'react-intl';
import { Button } from 'react-aria-components';
import type { RelationList, RelationRow } from '../api/law-types';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { usePlaceName } from '../strings/places';
import { ANSWERS, AnswerTag } from './answer-tag';

type Column = 'name' | 'answer' | 'since';
interface Sorting {
  by: Column;
  descending: boolean;
}
type Named = RelationRow & { name: string };

/** Orders rows by a column, and by name within it; what has no date stands last either way. */
export function sorted(rows: Named[], { by, descending }: Sorting, locale: string): Named[] {
  const order = new Intl.Collator(locale);
  const way = descending ? -1 : 1;
  const compare = (a: Named, b: Named): number => {
    if (by === 'name') return way * order.compare(a.name, b.name);
    if (by === 'answer') return way * (ANSWERS.indexOf(a.state) - ANSWERS.indexOf(b.state));
    if (!a.since || !b.since) return Number(!a.since) - Number(!b.since);
    return way * a.since.localeCompare(b.since);
  };
  return [...rows].sort((a, b) => compare(a, b) || order.compare(a.name, b.name));
}

interface RelationTableProps {
  list: RelationList;
  caption: string;
  chosen: string;
  choose: (code: string) => void;
}

/** What the map shows, for those who do not see it and those who want to sort it. */
export function RelationTable({ list, caption, chosen, choose }: RelationTableProps) {
  const nameOf = usePlaceName();
  const { locale } = useIntl();
  const [sorting, setSorting] = useState<Sorting>({ by: 'answer', descending: false });
  const rows = useMemo(() => {
    const named = list.relations.map((row) => ({ ...row, name: nameOf(row.place) }));
    return sorted(named, sorting, locale);
  }, [list, nameOf, sorting, locale]);
  return (
    <table className="relations">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {(['name', 'answer', 'since'] as const).map((column) => (
            <SortedHead key={column} column={column} sorting={sorting} sort={setSorting} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.place} row={row} chosen={chosen === row.place} choose={choose} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, chosen, choose }: { row: Named; chosen: boolean; choose: (code: string) => void }) {
  const { day } = useFormats();
  return (
    <tr data-chosen={chosen || undefined}>
      <th scope="row">
        <Button className="link-button" onPress={() => choose(row.place)}>
          {row.name}
        </Button>{' '}
        <bdi className="code quiet">{row.place}</bdi>
      </th>
      <td>
        <AnswerTag answer={row.state} />
      </td>
      <td>{row.since ? day(row.since) : '—'}</td>
    </tr>
  );
}

interface SortedHeadProps {
  column: Column;
  sorting: Sorting;
  sort: (sorting: Sorting) => void;
}

function SortedHead({ column, sorting, sort }: SortedHeadProps) {
  const text = useText();
  const mine = sorting.by === column;
  const direction = sorting.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={mine ? direction : 'none'}>
      <Button className="sort-button" onPress={() => sort({ by: column, descending: mine && !sorting.descending })}>
        {text(`map.column.${column}`)}
        <span aria-hidden="true">{mine ? (sorting.descending ? '▼' : '▲') : '↕'}</span>
      </Button>
    </th>
  );
}
