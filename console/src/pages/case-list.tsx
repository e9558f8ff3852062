import { useState } from 'react';
import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { CaseSummary } from '../api/types';
import { Page } from '../components/page';
import { Tag } from '../components/tag';
import { Pager } from '../components/pager';
import { Empty, Waiting } from '../components/waiting';
import { ImportCase } from '../parts/import-case';
import { Link } from '../routing/router';
import { mayAct, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

export function CaseList() {
  const text = useText();
  const { role } = useOfficer();
  const [after, setAfter] = useState('');
  const cases = useResource(`cases ${after}`, (signal) => api.cases(after, signal), { on: ['case'] });
  return (
    <Page title={text('cases.title')} actions={mayAct(role) && <ImportCase />}>
      <Waiting resource={cases}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <Empty>{text('cases.none')}</Empty> : <CaseTable cases={items} />}
            <Pager after={after} next={next} onGo={setAfter} />
          </>
        )}
      </Waiting>
    </Page>
  );
}

function CaseTable({ cases }: { cases: CaseSummary[] }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <table className="stacked">
      <caption className="visually-hidden">{text('cases.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('case.reference')}</th>
          <th scope="col">{text('case.title')}</th>
          <th scope="col">{text('case.kind')}</th>
          <th scope="col">{text('case.subjects')}</th>
          <th scope="col">{text('case.opened_at')}</th>
        </tr>
      </thead>
      <tbody>
        {cases.map((summary) => (
          <tr key={summary.id}>
            <th scope="row">
              <Link href={`/cases/${summary.id}`}>
                <bdi>{summary.reference}</bdi>
              </Link>
            </th>
            <td data-label={text('case.title')} dir="auto">
              {summary.title} {summary.protected && <Tag tone="strong">{text('case.protected')}</Tag>}
            </td>
            <td data-label={text('case.kind')}>{text(`kind.${summary.kind}`)}</td>
            <td data-label={text('case.subjects')}>{text('case.subjects_count', { count: summary.subjects_count })}</td>
            <td data-label={text('case.opened_at')}>{time(summary.opened_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
