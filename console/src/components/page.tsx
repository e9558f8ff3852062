import { useEffect, useRef, type ReactNode } from 'react';
import { useSession } from '../session/session';
import { useText } from '../strings/locale';

interface PageProps {
  title: string;
  /** Beside the heading: state, tags. */
  beside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let firstPage = true;

/** A page: its title in the window and as heading, which takes the focus after a navigation so that it is read out. */
export function Page({ title, beside, actions, children }: PageProps) {
  const text = useText();
  const { node } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!firstPage) heading.current?.focus();
    firstPage = false;
  }, []);
  useEffect(() => {
    const mode = node?.mode === 'exercise' ? `${text('exercise.word')} · ` : '';
    document.title = `${mode}${title} · ${node?.name ?? 'Comity'}`;
  }, [title, node, text]);
  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {beside}
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

export function Section({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
