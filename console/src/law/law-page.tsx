import type { ReactNode } from 'react';
import { Page } from '../components/page';
import { Link } from '../routing/router';
import { useText } from '../strings/locale';

/** The frame of the pages on the law: the title, and the way from one to the other. */
export function LawPage({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const text = useText();
  return (
    <Page title={title} actions={actions}>
      <nav className="tabs" aria-label={text('law.navigation')}>
        <Link href="/law">{text('law.pathways')}</Link>
        <Link href="/law/map">{text('law.map')}</Link>
        <Link href="/law/sets">{text('law.sets')}</Link>
      </nav>
      {children}
    </Page>
  );
}
