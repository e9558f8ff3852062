import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useLiveState } from '../api/live';
import { Link } from '../routing/router';
import { mayAct, useSession } from '../session/session';
import { LANGUAGES, useLanguage, useText, type Language } from '../strings/locale';
import { ProblemNotice } from './problem-notice';

export function Layout({ children }: { children: ReactNode }) {
  const text = useText();
  const { known, problem } = useSession();
  const signedIn = known.state === 'in';
  return (
    <>
      <a className="skip" href="#main">
        {text('layout.skip')}
      </a>
      <ExerciseBand />
      <header className="top">
        <Brand />
        {signedIn && <Navigation />}
        <div className="top-end">
          {signedIn && <LiveMark />}
          <LanguageChoice />
          {signedIn && <Who />}
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <ProblemNotice problem={problem} />
        {children}
      </main>
    </>
  );
}

/** Stays in sight on every page; says it in words and by its pattern, not by colour alone. */
function ExerciseBand() {
  const text = useText();
  const { node } = useSession();
  if (node?.mode !== 'exercise') return null;
  return (
    <aside className="exercise" aria-label={text('exercise.word')}>
      <p>
        <strong>{text('exercise.word')}</strong> <span>{text('exercise.sentence')}</span>
      </p>
    </aside>
  );
}

function Brand() {
  const { node } = useSession();
  return (
    <Link href="/" className="brand">
      <img src="/icon.svg" alt="" width="28" height="28" />
      <span>{node?.name ?? 'Comity'}</span>
    </Link>
  );
}

/** Only the pages that the officer's role may read. */
function Navigation() {
  const text = useText();
  const { known } = useSession();
  const role = known.state === 'in' ? known.officer.role : null;
  const acts = role !== null && mayAct(role);
  return (
    <nav aria-label={text('layout.navigation')}>
      {acts && (
        <>
          <Link href="/alerts">{text('nav.alerts')}</Link>
          <Link href="/hits">{text('nav.matching')}</Link>
          <Link href="/cases">{text('nav.cases')}</Link>
          <Link href="/exchanges">{text('nav.exchanges')}</Link>
        </>
      )}
      {role === 'auditor' && <Link href="/matching/usage">{text('nav.matching')}</Link>}
      {role !== 'administrator' && <Link href="/evidence">{text('nav.evidence')}</Link>}
      {role === 'administrator' && <Link href="/vault">{text('nav.vault')}</Link>}
      <Link href="/law">{text('nav.law')}</Link>
      <Link href="/dead-letters">{text('nav.dead_letters')}</Link>
    </nav>
  );
}

function LiveMark() {
  const text = useText();
  const state = useLiveState();
  return (
    <span className={`live live-${state}`} role="status">
      <span className="dot" aria-hidden="true" />
      <span className="live-word">{text(`live.${state}`)}</span>
    </span>
  );
}

function LanguageChoice() {
  const text = useText();
  const { language, choose } = useLanguage();
  return (
    <select
      className="language"
      aria-label={text('layout.language')}
      value={language}
      onChange={(event) => choose(event.target.value as Language)}
    >
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Who() {
  const text = useText();
  const { known, signOut } = useSession();
  if (known.state !== 'in') return null;
  const { officer } = known;
  return (
    <>
      <span className="who">
        <bdi>{officer.display_name}</bdi>
        <span className="small">
          {text(`officer.${officer.role}`)} · <bdi>{officer.authority}</bdi>
        </span>
      </span>
      <Button className="button" onPress={() => void signOut()}>
        {text('action.sign_out')}
      </Button>
    </>
  );
}
