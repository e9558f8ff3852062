import type { Cite } from '../api/law-types';
import { Unfold } from '../components/unfold';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { ConfidenceTag } from './answer-tag';
import { Written } from './said';

const nameOf = (cite: Cite) => `${cite.set ?? ''} ${cite.table} ${cite.line}`;

/** Each row once, in the order in which it was first relied on. */
export function distinct(cites: Cite[]): Cite[] {
  return [...new Map(cites.map((cite) => [nameOf(cite), cite])).values()];
}

export function Sources({ cites, level = 4 }: { cites: Cite[]; level?: 3 | 4 | 5 }) {
  const text = useText();
  const rows = distinct(cites);
  if (rows.length === 0) return null;
  return (
    <Unfold title={text('law.sources', { count: rows.length })} level={level}>
      <ul className="sources">
        {rows.map((cite) => (
          <Source key={nameOf(cite)} cite={cite} />
        ))}
      </ul>
    </Unfold>
  );
}

function Source({ cite }: { cite: Cite }) {
  const text = useText();
  const { day } = useFormats();
  return (
    <li>
      <p className="tags">
        <bdi className="code">{cite.table}.csv</bdi> <span>{text('law.line', { line: String(cite.line) })}</span>
        <ConfidenceTag confidence={cite.confidence} />
      </p>
      <p>
        <Written>{cite.source}</Written>
      </p>
      {cite.note && (
        <p>
          <Written>{cite.note}</Written>
        </p>
      )}
      {cite.as_of && <p>{text('law.as_of', { date: day(cite.as_of) })}</p>}
    </li>
  );
}
