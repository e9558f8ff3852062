import { lazy, Suspense, type ReactNode } from 'react';
import { LiveProvider } from './api/live';
import { Layout } from './components/layout';
import { match, Router, usePath } from './routing/router';
import { mayAct, SessionProvider, useSession } from './session/session';
import { LocaleProvider } from './strings/locale';
import { AlertBoard } from './pages/alert-board';
import { AlertPage } from './pages/alert';
import { CaseList } from './pages/case-list';
import { CasePage } from './pages/case';
import { ClaimPage } from './pages/claim';
import { Claims } from './pages/claims';
import { DeadLetters } from './pages/dead-letters';
import { DeconflictionPage } from './pages/deconfliction';
import { Deconflictions } from './pages/deconflictions';
import { EvidenceItem } from './pages/evidence-item';
import { EvidenceList } from './pages/evidence-list';
import { EvidenceOffer } from './pages/evidence-offer';
import { ExchangeList } from './pages/exchange-list';
import { ExchangePage } from './pages/exchange';
import { HashSets } from './pages/hash-sets';
import { HitList } from './pages/hit-list';
import { HitPage } from './pages/hit';
import { LawPathways } from './pages/law';
import { LawMap } from './pages/law-map';
import { LawSets } from './pages/law-sets';
import { MatchingRules } from './pages/matching-rules';
import { MatchingUsage } from './pages/matching-usage';
import { NotFound } from './pages/not-found';
import { PersonPage } from './pages/person';
import { PersonSearch } from './pages/person-search';
import { Queries } from './pages/queries';
import { QueryPage } from './pages/query';
import { RaiseAlertPage } from './pages/raise-alert';
import { SignIn } from './pages/sign-in';
import { UpdateAlertPage } from './pages/update-alert';
import { VaultPage } from './pages/vault';

/** What hashes and sends files is fetched by those alone who do so. */
const EvidenceNew = lazy(() => import('./pages/evidence-new'));

const ROUTES: [pattern: string, page: (id: string, of: string) => ReactNode][] = [
  ['/', () => <Home />],
  ['/alerts', () => <AlertBoard />],
  ['/alerts/:id', (id) => <AlertPage key={id} id={id} />],
  ['/alerts/:id/update', (id) => <UpdateAlertPage key={id} id={id} />],
  ['/cases', () => <CaseList />],
  ['/cases/:id', (id) => <CasePage key={id} id={id} />],
  ['/cases/:id/alert', (id) => <RaiseAlertPage key={id} id={id} />],
  ['/hits', () => <HitList />],
  ['/hits/:id', (id) => <HitPage key={id} id={id} />],
  ['/persons', () => <PersonSearch />],
  ['/persons/:of/:id', (id, of) => <PersonPage key={of + id} of={of} id={id} />],
  ['/hash-sets', () => <HashSets />],
  ['/queries', () => <Queries />],
  ['/queries/:id', (id) => <QueryPage key={id} id={id} />],
  ['/claims', () => <Claims />],
  ['/claims/:id', (id) => <ClaimPage key={id} id={id} />],
  ['/deconflictions', () => <Deconflictions />],
  ['/deconflictions/:id', (id) => <DeconflictionPage key={id} id={id} />],
  ['/matching/rules', () => <MatchingRules />],
  ['/matching/usage', () => <MatchingUsage />],
  ['/exchanges', () => <ExchangeList />],
  ['/exchanges/:id', (id) => <ExchangePage key={id} id={id} />],
  ['/evidence', () => <EvidenceList />],
  ['/evidence/new', () => <Suspense><EvidenceNew /></Suspense>],
  ['/evidence/:id', (id) => <EvidenceItem key={id} id={id} />],
  ['/evidence/offers/:id', (id) => <EvidenceOffer key={id} message={id} />],
  ['/vault', () => <VaultPage />],
  ['/law', () => <LawPathways />],
  ['/law/map', () => <LawMap />],
  ['/law/sets', () => <LawSets />],
  ['/dead-letters', () => <DeadLetters />],
];

export function App() {
  return (
    <LocaleProvider>
      <Router>
        <SessionProvider>
          <Signed />
        </SessionProvider>
      </Router>
    </LocaleProvider>
  );
}

/** Nothing but the sign-in page exists for whom nobody knows. */
function Signed() {
  const { known } = useSession();
  if (known.state === 'asking') return null;
  if (known.state === 'out') {
    return (
      <Layout>
        <SignIn ended={known.ended} />
      </Layout>
    );
  }
  return (
    <LiveProvider>
      <Layout>
        <CurrentPage />
      </Layout>
    </LiveProvider>
  );
}

/** What one's role comes for: the alerts; for administrators and auditors, who may not read them, the undelivered messages. */
function Home() {
  const { known } = useSession();
  return known.state === 'in' && mayAct(known.officer.role) ? <AlertBoard /> : <DeadLetters />;
}

function CurrentPage() {
  const path = usePath();
  for (const [pattern, page] of ROUTES) {
    const found = match(pattern, path);
    if (found !== null) return page(found.id ?? '', found.of ?? '');
  }
  return <NotFound />;
}
