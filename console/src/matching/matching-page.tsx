import type { ReactNode } from 'react';
import { Page } from '../components/page';
import { Link } from '../routing/router';
import { mayAct, mayRelease, useOfficer } from '../session/session';
import { useText } from '../strings/locale';

interface MatchingPageProps {
  title: string;
  beside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages on what one has in common with others: the title, and the way from one to the other. */
export function MatchingPage({ title, beside, actions, children }: MatchingPageProps) {
  const text = useText();
  const { role } = useOfficer();
  const acts = mayAct(role);
  return (
    <Page title={title} beside={beside} actions={actions}>
      <nav className="tabs" aria-label={text('nav.matching')}>
        {acts && <Link href="/hits">{text('nav.hits')}</Link>}
        {acts && <Link href="/queries">{text('query.title')}</Link>}
        {acts && <Link href="/claims">{text('claims.title')}</Link>}
        {acts && <Link href="/deconflictions">{text('deconfliction.title')}</Link>}
        {acts && <Link href="/persons">{text('persons.title')}</Link>}
        {role !== 'administrator' && <Link href="/hash-sets">{text('hashes.title')}</Link>}
        {mayRelease(role) && <Link href="/matching/rules">{text('rules.title')}</Link>}
        {role === 'auditor' && <Link href="/matching/usage">{text('usage.title')}</Link>}
      </nav>
      {children}
    </Page>
  );
}
