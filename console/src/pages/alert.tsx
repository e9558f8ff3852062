import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { AlertView } from '../api/types';
import { Authority } from '../components/authority';
import { Deliveries } from '../components/deliveries';
import { Page, Section } from '../components/page';
import { MissingList } from '../components/problem-notice';
import { Fact, SubjectCard } from '../components/subject-card';
import { Waiting } from '../components/waiting';
import { AlertActions } from '../parts/alert-actions';
import { AlertClocks } from '../parts/alert-clocks';
import { AlertTags } from '../parts/alert-tags';
import { PlaceText, VehicleList } from '../parts/circumstances';
import { HitRows } from '../parts/hit-rows';
import { Sightings } from '../parts/sightings';
import { TermsView } from '../parts/terms-view';
import { Link } from '../routing/router';
import { officerName, useFormats } from '../strings/format';
import { useLanguage, useText } from '../strings/locale';

export function AlertPage({ id }: { id: string }) {
  const text = useText();
  const { language } = useLanguage();
  const found = useResource(`alert ${id} ${language}`, (signal) => api.alert(id, false, signal, language), {
    on: ['alert', 'delivery', 'hit', 'sighting'],
    about: (event) => event.about.alert === undefined || event.about.alert === id,
  });
  const { data } = found;
  return (
    <Page
      title={data?.alert.headline || text('alert.word')}
      beside={data && <AlertTags alert={data} />}
      actions={data && <AlertActions alert={data} onChange={found.replace} />}
    >
      <Waiting resource={found}>{(alert) => <AlertContent alert={alert} />}</Waiting>
    </Page>
  );
}

function AlertContent({ alert }: { alert: AlertView }) {
  const text = useText();
  return (
    <>
      {(alert.state === 'withdrawn' || alert.state === 'cancelled') && (
        <p className="notice" role="status">
          {text('alert.over')}
        </p>
      )}
      {alert.state === 'raised' && (alert.missing?.length ?? 0) > 0 && (
        <div className="notice notice-warn">
          <p className="notice-title">{text('alert.missing')}</p>
          <MissingList items={alert.missing ?? []} />
        </div>
      )}
      <AlertClocks alert={alert} />
      {alert.hits.length > 0 && (
        <Section title={text('nav.hits')}>
          <HitRows hits={alert.hits} />
        </Section>
      )}
      {alert.deliveries.length > 0 && (
        <Section title={text('alert.recipients')}>
          <Deliveries deliveries={alert.deliveries} label={text('alert.recipients')} />
        </Section>
      )}
      <People alert={alert} />
      <Section title={text('alert.sightings')}>
        <Sightings alert={alert} />
      </Section>
      <Section title={text('alert.terms')}>
        <TermsView marking={alert.marking} basis={alert.legal_basis} assessment={alert.assessment} />
      </Section>
      <Section title={text('alert.record')}>
        <Provenance alert={alert} />
      </Section>
    </>
  );
}

function People({ alert }: { alert: AlertView }) {
  const text = useText();
  const { time } = useFormats();
  const { child, alleged_taker, last_seen, circumstances, requested_action, vehicles } = alert.alert;
  const over = alert.state === 'cancelled' || alert.state === 'withdrawn';
  const photographOf = (whom: 'child' | 'alleged_taker') =>
    over ? undefined : async () => (await api.alert(alert.id, true)).alert[whom];
  return (
    <Section title={text('alert.content')}>
      <dl className="facts">
        <Fact label={text('raise.action')}>{requested_action}</Fact>
        <Fact label={text('alert.circumstances')}>{circumstances}</Fact>
        <Fact label={text('alert.missing_since')}>{time(alert.alert.missing_since)}</Fact>
        <Fact label={text('alert.last_seen')}>
          <PlaceText place={last_seen} />
        </Fact>
        <Fact label={text('alert.runs_until')}>{time(alert.alert.runs_until)}</Fact>
        <VehicleList vehicles={vehicles ?? []} />
      </dl>
      <div className="cards">
        <SubjectCard subject={child} fetchPhotograph={photographOf('child')} />
        {alleged_taker && <SubjectCard subject={alleged_taker} fetchPhotograph={photographOf('alleged_taker')} />}
      </div>
    </Section>
  );
}

function Provenance({ alert }: { alert: AlertView }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <dl className="facts">
      <Fact label={text('alert.from')}>
        <Authority id={alert.from} />
      </Fact>
      {alert.raised_by && (
        <Fact label={text('alert.raised_by')}>
          <bdi>{officerName(alert.raised_by)}</bdi> · {time(alert.raised_at)}
        </Fact>
      )}
      {alert.released_at && (
        <Fact label={text('alert.released_by')}>
          <bdi>{officerName(alert.released_by) ?? '—'}</bdi> · {time(alert.released_at)}
        </Fact>
      )}
      {alert.emergency_reason && <Fact label={text('alert.emergency_reason')}>{alert.emergency_reason}</Fact>}
      {alert.cancelled_at && <Fact label={text('alert.cancelled_at')}>{time(alert.cancelled_at)}</Fact>}
      {alert.case && (
        <Fact label={text('case.word')}>
          <Link href={`/cases/${alert.case}`}>{text('alert.open_case')}</Link>
        </Fact>
      )}
      {alert.released_at && (
        <Fact label={text('alert.proof')}>
          <Link href={`/exchanges/${alert.exchange}`}>{text('alert.open_exchange')}</Link>
        </Fact>
      )}
      <Fact label="CAP 1.2">
        <a href={api.capAddress(alert.id)} download={`alert-${alert.id}.cap.xml`}>
          {text('alert.download_cap')}
        </a>
      </Fact>
    </dl>
  );
}
