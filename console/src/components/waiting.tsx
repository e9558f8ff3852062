import type { ReactNode } from 'react';
import type { Resource } from '../api/use-resource';
import { useText } from '../strings/locale';
import { ProblemNotice } from './problem-notice';

/** What a page shows of something that it reads: the problem, that it loads, or the thing. */
export function Waiting<T>({ resource, children }: { resource: Resource<T>; children: (data: T) => ReactNode }) {
  const text = useText();
  return (
    <>
      <ProblemNotice problem={resource.problem} retry={resource.reload} />
      {resource.loading && (
        <p className="quiet" role="status">
          {text('page.loading')}
        </p>
      )}
      {resource.data !== null && children(resource.data)}
    </>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}
