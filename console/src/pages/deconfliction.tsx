import { deconflictions } from '../api/deconfliction';
import type { Deconfliction } from '../api/deconfliction-types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Section } from '../components/page';
import { Fact } from '../components/subject-card';
import { Tag } from '../components/tag';
import { Waiting } from '../components/waiting';
import { Progress } from '../evidence/progress';
import { usePoll } from '../evidence/use-poll';
import { CommonEntries } from '../matching/common-entries';
import { DeconflictionActs } from '../matching/decide-deconfliction';
import { waitsForConfirmation } from '../matching/deconfliction-rules';
import { DeconflictionTag } from '../matching/deconfliction-tag';
import { MatchingPage } from '../matching/matching-page';
import { BasisFacts, MarkingFacts } from '../parts/terms-view';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** One comparison with another authority: who agreed to it, how far it is, and what both have. */
export function DeconflictionPage({ id }: { id: string }) {
  const text = useText();
  const found = useResource(`deconfliction ${id}`, (signal) => deconflictions.one(id, signal), {
    on: ['deconfliction', 'hit'],
  });
  const { data } = found;
  usePoll(data?.state === 'accepted' || data?.state === 'running', found.reload);
  return (
    <MatchingPage title={text('deconfliction.word')} beside={data && <DeconflictionTag one={data} />}>
      <Waiting resource={found}>
        {(one) => <DeconflictionContent one={one} onChange={found.replace} reload={found.reload} />}
      </Waiting>
    </MatchingPage>
  );
}

interface ContentProps {
  one: Deconfliction;
  onChange: (one: Deconfliction) => void;
  reload: () => void;
}

/** Under the heading of the page. */
export function DeconflictionContent({ one, onChange, reload }: ContentProps) {
  return (
    <>
      <Facts one={one} />
      <DeconflictionActs one={one} onChange={onChange} />
      <Officers one={one} />
      {one.progress && <Running progress={one.progress} />}
      {one.state === 'finished' && <CommonEntries one={one} onClaimed={reload} />}
    </>
  );
}

function Facts({ one }: { one: Deconfliction }) {
  const text = useText();
  const { list, number, time } = useFormats();
  const choice = one.terms?.legal_basis;
  return (
    <div className="card">
      <p className="lead" dir="auto">
        {one.why}
      </p>
      {one.fault && (
        <p className={one.state === 'failed' ? 'notice notice-bad' : 'notice'} dir="auto">
          {one.fault}
        </p>
      )}
      <dl className="facts">
        <Fact label={text('deconfliction.with')}>
          <Authority id={one.with} />
        </Fact>
        <Fact label={text('deconfliction.direction')}>{text(`deconfliction.list_${one.direction}`)}</Fact>
        <Fact label={text('deconfliction.scope')}>{list(one.scope.map((kind) => text(`field.${kind}`)))}</Fact>
        {one.own_entries != null && <Fact label={text('deconfliction.own_entries')}>{number(one.own_entries)}</Fact>}
        {one.peer_entries != null && <Fact label={text('deconfliction.peer_entries')}>{number(one.peer_entries)}</Fact>}
        {one.reason && <Fact label={text('deconfliction.our_reason')}>{one.reason}</Fact>}
        {one.expires_at && <Fact label={text('deconfliction.expires')}>{time(one.expires_at)}</Fact>}
        {one.attempts > 0 && (
          <Fact label={text('deconfliction.attempts')}>
            {text('deconfliction.attempts_of', { count: one.attempts, of: one.attempts + one.attempts_left })}
          </Fact>
        )}
        {one.legal_basis && <BasisFacts basis={one.legal_basis} />}
        {choice && !one.legal_basis && (
          <Fact label={text('terms.basis')}>
            <bdi className="code">{choice.instrument}</bdi> {text('basis.article_of', { article: choice.article })}
          </Fact>
        )}
        <MarkingFacts marking={one.marking} />
        <Fact label={text('alert.proof')}>
          <Link href={`/exchanges/${one.exchange}`}>{text('alert.open_exchange')}</Link>
        </Fact>
        {one.commitments && (
          <Fact label={text('deconfliction.commitments')} wide>
            <bdi className="code break">{one.commitments.sent}</bdi>
            <br />
            <bdi className="code break">{one.commitments.received}</bdi>
          </Fact>
        )}
      </dl>
    </div>
  );
}

/** Two officers on each side: those of ours by name, those of the other side under the name that left it. */
function Officers({ one }: { one: Deconfliction }) {
  const text = useText();
  const theirs = one.direction === 'offered' ? one.other_officer : one.officer;
  return (
    <Section title={text('deconfliction.officers')}>
      <div className="cards">
        <div className="card">
          <h3>{text('deconfliction.ours')}</h3>
          <dl className="facts">
            <Fact label={text('deconfliction.prepared_by')}>
              <Officer name={one.prepared_by} at={one.prepared_at} />
            </Fact>
            <Fact label={text('deconfliction.confirmed_by')}>
              <Officer name={one.confirmed_by} at={one.confirmed_at} />
              {waitsForConfirmation(one) && <p className="hint">{text('deconfliction.second_officer')}</p>}
            </Fact>
            {one.declined_by && <Fact label={text('deconfliction.ended_by')}>{one.declined_by}</Fact>}
          </dl>
        </div>
        <div className="card">
          <h3>
            <Authority id={one.with} />
          </h3>
          {theirs ? (
            <>
              <p>{text('deconfliction.both_agreed')}</p>
              <p>
                <bdi className="code break">{theirs}</bdi>
              </p>
              <p className="hint">{text('deconfliction.pseudonym')}</p>
            </>
          ) : (
            <Tag tone="wait">{text('deconfliction.not_yet')}</Tag>
          )}
        </div>
      </div>
    </Section>
  );
}

function Officer({ name, at }: { name?: string | null; at?: string | null }) {
  const text = useText();
  const { time } = useFormats();
  if (!name) return <Tag tone="wait">{text('deconfliction.not_yet')}</Tag>;
  return (
    <>
      <bdi>{name}</bdi>
      {at && <> · {time(at)}</>}
    </>
  );
}

function Running({ progress }: { progress: NonNullable<Deconfliction['progress']> }) {
  const text = useText();
  const { number } = useFormats();
  return (
    <Section title={text('deconfliction.progress')}>
      <p role="status">{text(`deconfliction.step_${progress.step}`)}</p>
      <Progress label={text('deconfliction.progress')} done={progress.done} of={progress.of} plain={number} />
    </Section>
  );
}
