import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { HitView } from '../api/types';
import { Page, Section } from '../components/page';
import { ReasonsTable } from '../components/reasons-table';
import { Fact, SubjectCard } from '../components/subject-card';
import { Waiting } from '../components/waiting';
import { HitTag } from '../parts/alert-tags';
import { DecideHit } from '../parts/decide-hit';
import { Link } from '../routing/router';
import { mayAct, useOfficer } from '../session/session';
import { officerName, useFormats } from '../strings/format';
import { useText } from '../strings/locale';

export function HitPage({ id }: { id: string }) {
  const text = useText();
  const found = useResource(`hit ${id}`, (signal) => api.hit(id, false, signal), {
    on: ['hit', 'alert'],
    about: (event) => event.about.hit === undefined || event.about.hit === id,
  });
  const { data } = found;
  return (
    <Page
      title={data ? text('hit.title', { reference: data.case_reference }) : text('hit.word')}
      beside={data && <HitTag state={data.state} />}
    >
      <Waiting resource={found}>{(hit) => <HitContent hit={hit} onChange={found.replace} />}</Waiting>
    </Page>
  );
}

function HitContent({ hit, onChange }: { hit: HitView; onChange: (hit: HitView) => void }) {
  const text = useText();
  const { role } = useOfficer();
  const photographOf = (whose: 'ours' | 'theirs') => async () => (await api.hit(hit.id, true))[whose];
  return (
    <>
      {hit.state === 'open' && <p className="hint">{text('hit.explained')}</p>}
      <HitFacts hit={hit} />
      <Section title={text('hit.reasons')}>
        <ReasonsTable hit={hit} />
      </Section>
      <Section title={text('hit.records')}>
        <div className="cards">
          <div>
            <h3>{text('hit.reasons.ours')}</h3>
            <SubjectCard subject={hit.ours} fetchPhotograph={photographOf('ours')} level="h4" />
          </div>
          <div>
            <h3>{text('hit.reasons.theirs')}</h3>
            <SubjectCard subject={hit.theirs} fetchPhotograph={photographOf('theirs')} level="h4" />
          </div>
        </div>
      </Section>
      {hit.state === 'open' && mayAct(role) && <DecideHit hit={hit} onChange={onChange} />}
    </>
  );
}

function HitFacts({ hit }: { hit: HitView }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <dl className="facts">
      <Fact label={text('hit.found_at')}>{time(hit.found_at)}</Fact>
      <Fact label={text('alert.word')}>
        <Link href={`/alerts/${hit.alert}`}>{text('hit.open_alert')}</Link>
      </Fact>
      {hit.state === 'disclosed' && (
        <Fact label={text('alert.proof')}>
          <Link href={`/exchanges/${hit.exchange}`}>{text('alert.open_exchange')}</Link>
        </Fact>
      )}
      <Fact label={text('case.word')}>
        <Link href={`/cases/${hit.case}`}>
          <bdi>{hit.case_reference}</bdi>
        </Link>
      </Fact>
      {hit.decided_at && (
        <Fact label={text('hit.decided')}>
          <bdi>{officerName(hit.decided_by) ?? '—'}</bdi> · {time(hit.decided_at)}
        </Fact>
      )}
      {hit.decision_reason && <Fact label={text('hit.decision_reason')}>{hit.decision_reason}</Fact>}
    </dl>
  );
}
