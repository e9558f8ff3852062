import type { ReactNode } from 'react';
import { Page } from '../components/page';
import { Link } from '../routing/router';
import { mayAct, useOfficer } from '../session/session';
import { useText } from '../strings/locale';

interface EvidencePageProps {
  title: string;
  beside?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages on evidence: the title, and the way from one to the other. */
export function EvidencePage({ title, beside, children }: EvidencePageProps) {
  const text = useText();
  const { role } = useOfficer();
  return (
    <Page title={title} beside={beside}>
      <nav className="tabs" aria-label={text('nav.evidence')}>
        <Link href="/evidence">{text('evidence.items')}</Link>
        {mayAct(role) && <Link href="/evidence/new">{text('intake.title')}</Link>}
      </nav>
      {children}
    </Page>
  );
}
