import { claims } from '../api/queries';
import type { Claim, ClaimedHandle } from '../api/queries-types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Section } from '../components/page';
import { Fact, SubjectCard } from '../components/subject-card';
import { Tag, type Tone } from '../components/tag';
import { Empty, Waiting } from '../components/waiting';
import { DeclineHandle, DiscloseHandle } from '../matching/decide-claim';
import { groupsOf } from '../matching/handle-groups';
import { JoinedFields } from '../matching/lead';
import { MatchingPage } from '../matching/matching-page';
import { BasisFacts, MarkingFacts } from '../parts/terms-view';
import { Link } from '../routing/router';
import { mayAct, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** One claim: who asks, on what law, and our entries; an officer decides about each. */
export function ClaimPage({ id }: { id: string }) {
  const text = useText();
  const found = useResource(`claim ${id}`, (signal) => claims.claim(id, signal), {});
  return (
    <MatchingPage title={text('claims.word')}>
      <Waiting resource={found}>{(claim) => <ClaimContent claim={claim} onChange={found.replace} />}</Waiting>
    </MatchingPage>
  );
}

/** Under the heading of the page. */
export function ClaimContent({ claim, onChange }: { claim: Claim; onChange: (claim: Claim) => void }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <>
      <div className="card">
        <p className="lead" dir="auto">
          {claim.why}
        </p>
        <dl className="facts">
          <Fact label={text('claims.from')}>
            <Authority id={claim.from} />
          </Fact>
          <Fact label={text('claims.their_case')}>{claim.case_reference}</Fact>
          <Fact label={text('claims.arrived')}>{time(claim.arrived_at)}</Fact>
          <Fact label={text('claims.hits')}>{text('query.hits', { count: claim.hits })}</Fact>
          <BasisFacts basis={claim.legal_basis} />
          <MarkingFacts marking={claim.marking} />
          <Fact label={text('alert.proof')}>
            <Link href={`/exchanges/${claim.exchange}`}>{text('alert.open_exchange')}</Link>
          </Fact>
        </dl>
      </div>
      {groupsOf(claim).map(({ handle, all }, at) => (
        <Section key={handle.handle} title={text('claims.entry', { number: at + 1 })} aside={<HandleTag handle={handle} />}>
          <HandleContent claim={claim} handle={handle} all={all} onChange={onChange} />
        </Section>
      ))}
    </>
  );
}

const TONES: Record<ClaimedHandle['state'], Tone> = { open: 'strong', disclosed: 'good', declined: 'plain' };

function HandleTag({ handle }: { handle: ClaimedHandle }) {
  const text = useText();
  return <Tag tone={TONES[handle.state]}>{text(`handle.${handle.state}`)}</Tag>;
}

interface HandleProps {
  claim: Claim;
  handle: ClaimedHandle;
  /** The handles that stand for the same person. */
  all: ClaimedHandle[];
  onChange: (claim: Claim) => void;
}

function HandleContent({ claim, handle, all, onChange }: HandleProps) {
  const text = useText();
  const { time } = useFormats();
  const { role } = useOfficer();
  const note = handle.decision?.detail.note;
  const keys = all.flatMap(({ entries }) => entries.flatMap(({ key }) => (key ? [key] : [])));
  return (
    <>
      {keys.length > 0 && (
        <>
          <p>{text('claims.keys', { count: all.length })}</p>
          <JoinedFields keys={keys} />
          <p className="hint">{text('lead.explained')}</p>
        </>
      )}
      {handle.entries.length === 0 && <Empty>{text('claims.no_entry')}</Empty>}
      <div className="cards">
        {handle.entries.map((entry) => (
          <div key={entry.case + entry.subject}>
            <h3>
              {text(`field.${entry.kind}`)} ·{' '}
              <Link href={`/cases/${entry.case}`}>
                <bdi>{entry.reference}</bdi>
              </Link>
            </h3>
            <SubjectCard subject={{ ...entry.person, photograph: null }} level="h4" />
          </div>
        ))}
      </div>
      {handle.decided_at && (
        <p className="quiet">
          <bdi>{handle.decided_by}</bdi> · {time(handle.decided_at)}
          {note && (
            <>
              {' '}
              · <bdi>{note}</bdi>
            </>
          )}
        </p>
      )}
      {handle.state === 'open' && mayAct(role) && (
        <div className="page-actions">
          {handle.entries.length > 0 && <DiscloseHandle claim={claim} handle={handle} onChange={onChange} />}
          <DeclineHandle claim={claim} handles={all.map((one) => one.handle)} onChange={onChange} />
        </div>
      )}
    </>
  );
}
