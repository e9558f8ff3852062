import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { DeadLetter } from '../api/types';
import { ActButton } from '../components/act-button';
import { Authority } from '../components/authority';
import { Page } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Fact } from '../components/subject-card';
import { useAct } from '../components/task';
import { Empty, Waiting } from '../components/waiting';
import { mayAct, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

export function DeadLetters() {
  const text = useText();
  const found = useResource('dead letters', (signal) => api.deadLetters(signal), { on: ['delivery', 'registry'] });
  return (
    <Page title={text('nav.dead_letters')}>
      <p className="hint">{text('dead.explained')}</p>
      <Waiting resource={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{text('dead.none')}</Empty>
          ) : (
            items.map((letter) => (
              <Letter key={letter.message + letter.authority} letter={letter} onRetried={found.reload} />
            ))
          )
        }
      </Waiting>
    </Page>
  );
}

function Letter({ letter, onRetried }: { letter: DeadLetter; onRetried: () => void }) {
  const text = useText();
  const { time } = useFormats();
  const { role } = useOfficer();
  const { busy, problem, act } = useAct();
  const retry = () =>
    act(async () => {
      await api.retry(letter.message, letter.authority);
      onRetried();
    });
  return (
    <article className="card">
      <h2 className="letter-title">
        <Authority id={letter.authority} />
      </h2>
      <p dir="auto">{letter.why}</p>
      {letter.advice && (
        <p className="notice notice-warn" dir="auto">
          {letter.advice}
        </p>
      )}
      <dl className="facts">
        <Fact label={text('dead.code')}>
          <bdi className="code">{letter.code}</bdi>
        </Fact>
        <Fact label={text('dead.since')}>{time(letter.since)}</Fact>
        <Fact label={text('dead.attempts')}>{letter.attempts}</Fact>
        <Fact label={text('proof.message')}>
          <bdi className="code digest">{letter.message}</bdi>
        </Fact>
      </dl>
      {(mayAct(role) || role === 'administrator') && (
        <ActButton busy={busy} onPress={() => void retry()}>
          {text('dead.retry')}
        </ActButton>
      )}
      <ProblemNotice problem={problem} />
    </article>
  );
}
