import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { Case } from '../api/types';
import { Page, Section } from '../components/page';
import { Fact, SubjectCard } from '../components/subject-card';
import { Empty, Waiting } from '../components/waiting';
import { Duplicates, MergedPersons } from '../matching/duplicates';
import { StateTag } from '../parts/alert-tags';
import { PlaceText, VehicleList } from '../parts/circumstances';
import { Link } from '../routing/router';
import { mayAct, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

export function CasePage({ id }: { id: string }) {
  const text = useText();
  const { role } = useOfficer();
  const found = useResource(`case ${id}`, (signal) => api.case(id, false, signal), {
    on: ['case', 'alert'],
    about: (event) => event.about.case === undefined || event.about.case === id,
  });
  const title = found.data ? text('case.page_title', { reference: found.data.reference }) : text('case.word');
  const raise = mayAct(role) && found.data && (
    <>
      <Link className="button" href={`/evidence?case=${id}`}>
        {text('nav.evidence')}
      </Link>
      <Link className="button" href={`/evidence/new?case=${id}`}>
        {text('intake.title')}
      </Link>
      <Link className="button primary" href={`/cases/${id}/alert`}>
        {text('alert.raise')}
      </Link>
    </>
  );
  return (
    <Page title={title} actions={raise}>
      <Waiting resource={found}>{(data) => <CaseContent data={data} reload={found.reload} />}</Waiting>
    </Page>
  );
}

function CaseContent({ data, reload }: { data: Case; reload: () => void }) {
  const text = useText();
  const { report } = data;
  const photographOf = (subject: string) => async () => {
    const full = await api.case(data.id, true);
    return full.report.subjects.find(({ id }) => id === subject);
  };
  return (
    <>
      <CaseFacts data={data} />
      <Section title={text('case.alerts')}>
        <CaseAlerts data={data} />
      </Section>
      <Duplicates data={data} onMerged={reload} />
      <MergedPersons data={data} />
      <Section title={text('case.subjects')}>
        <div className="cards">
          {report.subjects.map((subject) => (
            <SubjectCard key={subject.id} subject={subject} fetchPhotograph={photographOf(subject.id)} />
          ))}
        </div>
      </Section>
    </>
  );
}

function CaseFacts({ data }: { data: Case }) {
  const text = useText();
  const { time } = useFormats();
  const { report } = data;
  return (
    <div className="card">
      <p className="lead" dir="auto">
        {data.title}
      </p>
      <dl className="facts">
        <Fact label={text('case.kind')}>{text(`kind.${data.kind}`)}</Fact>
        <Fact label={text('case.opened_at')}>{time(data.opened_at)}</Fact>
        {report.happened_at && <Fact label={text('case.happened_at')}>{time(report.happened_at)}</Fact>}
        {report.place && (
          <Fact label={text('case.place')}>
            <PlaceText place={report.place} />
          </Fact>
        )}
        {data.source_format && (
          <Fact label={text('case.source_format')}>{text.orCode('format', data.source_format)}</Fact>
        )}
        {report.circumstances && <Fact label={text('alert.circumstances')}>{report.circumstances}</Fact>}
        <VehicleList vehicles={report.vehicles ?? []} />
      </dl>
    </div>
  );
}

function CaseAlerts({ data }: { data: Case }) {
  const text = useText();
  const { time } = useFormats();
  if (data.alerts.length === 0) return <Empty>{text('case.no_alerts')}</Empty>;
  return (
    <ul className="rows">
      {data.alerts.map((alert) => (
        <li key={alert.id}>
          <Link href={`/alerts/${alert.id}`} dir="auto">
            {alert.headline || text('alert.no_headline')}
          </Link>
          <StateTag state={alert.state} />
          <span className="quiet">{time(alert.released_at ?? alert.raised_at)}</span>
        </li>
      ))}
    </ul>
  );
}
