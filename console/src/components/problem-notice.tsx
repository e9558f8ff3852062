import { Button } from 'react-aria-components';
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
