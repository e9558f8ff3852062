import { Button } from 'react-aria-components';
import type { Phrase, RowFault } from '../api/law-types';
import type { Problem } from '../api/types';
import { useText } from '../strings/locale';

/** A problem as the node stated it: title, detail, what is missing, and the request id to quote. */
export function ProblemNotice({ problem, retry }: { problem: Problem | null; retry?: () => void }) {
  const text = useText();
  if (problem === null) return null;
  const known = text.orCode('problem', problem.code);
  const title = known === problem.code ? problem.title || known : known;
  return (
    <div className="notice notice-bad" role="alert">
      <p className="notice-title">{title}</p>
      {problem.detail && (
        <p dir="auto" lang="en">
          {problem.detail}
        </p>
      )}
      <MissingList items={problem.missing ?? []} />
      <ReasonList reasons={problem.reasons ?? []} />
      <FaultTable faults={problem.faults ?? []} />
      {problem.request_id && (
        <p className="small">
          {text('problem.request_id')} <code>{problem.request_id}</code>
        </p>
      )}
      {retry && (
        <Button className="button" onPress={retry}>
          {text('action.try_again')}
        </Button>
      )}
    </div>
  );
}

function ReasonList({ reasons }: { reasons: Phrase[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul>
      {reasons.map((reason, at) => (
        <li key={at}>{reason.text}</li>
      ))}
    </ul>
  );
}

/** Rows of a file that cannot be taken, where they stand, and why. */
function FaultTable({ faults }: { faults: RowFault[] }) {
  const text = useText();
  if (faults.length === 0) return null;
  return (
    <table className="stacked">
      <thead>
        <tr>
          <th scope="col">{text('fault.file')}</th>
          <th scope="col">{text('fault.line')}</th>
          <th scope="col">{text('fault.reason')}</th>
        </tr>
      </thead>
      <tbody>
        {faults.map((fault, at) => (
          <tr key={at}>
            <th scope="row">
              <bdi className="code">{fault.file}</bdi>
            </th>
            <td data-label={text('fault.line')}>{fault.line === 0 ? '—' : fault.line}</td>
            <td data-label={text('fault.reason')} dir="auto" lang="en">
              {fault.reason}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function MissingList({ items }: { items: string[] }) {
  const text = useText();
  if (items.length === 0) return null;
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{text.orCode('missing', item)}</li>
      ))}
    </ul>
  );
}
