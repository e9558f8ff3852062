import { useState } from 'react';
import { evidence } from '../api/evidence';
import { STATUSES, type Checklist, type CheckFor, type Item, type Point, type PointStatus } from '../api/evidence-types';
import { useResource } from '../api/use-resource';
import { Choice } from '../components/fields';
import { DownloadButton } from '../components/download-button';
import { PlaceField } from '../components/place-field';
import { Section } from '../components/page';
import { Tag, type Tone } from '../components/tag';
import { TaskForm } from '../components/task';
import { Unfold } from '../components/unfold';
import { Waiting } from '../components/waiting';
import { DataSetLine } from '../law/data-set-line';
import { useInstrumentName } from '../law/instruments';
import { Phrases, Written } from '../law/said';
import { Sources } from '../law/sources';
import { useLaw } from '../law/use-law';
import { PURPOSES } from '../parts/terms-form';
import { useLanguage, useText } from '../strings/locale';
import { usePlaces } from '../strings/places';

const TONES: Record<PointStatus, Tone> = { missing: 'bad', unknown: 'wait', met: 'good', not_applicable: 'plain' };

/** What a court of another state will ask of the item, point by point. */
export function Admissibility({ item }: { item: Item }) {
  const text = useText();
  const [asked, setAsked] = useState<CheckFor | null>(null);
  return (
    <Section title={text('check.title')}>
      <p className="hint">{text('check.explained')}</p>
      <Ask ask={setAsked} />
      {asked && <Answer item={item} asked={asked} />}
    </Section>
  );
}

function Ask({ ask }: { ask: (wanted: CheckFor) => void }) {
  const text = useText();
  const info = useLaw();
  const places = usePlaces(info.data?.places ?? NOWHERE);
  const instrumentName = useInstrumentName(info.data);
  const [to, setTo] = useState('');
  const [instrument, setInstrument] = useState('');
  const [purpose, setPurpose] = useState<string>('judicial_proceedings');
  if (info.data === null) return <Waiting resource={info}>{() => null}</Waiting>;
  return (
    <TaskForm submit={async () => ask({ to, instrument, purpose })} label={text('check.ask')}>
      <div className="columns">
        <PlaceField label={text('check.to')} value={to} onChange={setTo} places={places} />
        <Choice
          label={text('basis.instrument')}
          value={instrument}
          onChange={setInstrument}
          options={[
            { value: '', label: text('check.any_instrument') },
            ...info.data.instruments.map(({ code }) => ({ value: code, label: `${code} · ${instrumentName(code)}` })),
          ]}
        />
        <Choice
          label={text('marking.purpose')}
          value={purpose}
          onChange={setPurpose}
          options={PURPOSES.map((value) => ({ value: value as string, label: text(`purpose.${value}`) }))}
        />
      </div>
    </TaskForm>
  );
}

const NOWHERE: string[] = [];

function Answer({ item, asked }: { item: Item; asked: CheckFor }) {
  const text = useText();
  const { language } = useLanguage();
  const key = `checklist ${item.id} ${language} ${JSON.stringify(asked)}`;
  const found = useResource(key, (signal) => evidence.checklist(item.id, language, asked, signal), {
    on: ['law', 'evidence'],
  });
  return (
    <Waiting resource={found}>
      {(list) => (
        <div className="card" role="region" aria-label={text('check.title')}>
          <Standing list={list} />
          <Phrases phrases={list.caveats} className="caveats" />
          {STATUSES.map((status) => (
            <Group key={status} status={status} points={list.points.filter((point) => point.status === status)} />
          ))}
          <DataSetLine name={list.data_set} dated={list.dated} />
          <DownloadButton
            file={`admissibility-${asked.to}-${item.id}.pdf`}
            fetchFile={() => evidence.memo(item.id, language, asked)}
            tone=""
          >
            {text('law.memo_pdf')}
          </DownloadButton>
        </div>
      )}
    </Waiting>
  );
}

function Standing({ list: { counts, instruments } }: { list: Checklist }) {
  const text = useText();
  const instrumentName = useInstrumentName();
  return (
    <>
      <p className="tags wrapping">
        <Tag tone={counts.missing_must > 0 ? 'bad' : 'good'}>{text('check.missing_must', { count: counts.missing_must })}</Tag>
        <Tag tone={counts.unknown_must > 0 ? 'wait' : 'plain'}>
          {text('check.unknown_must', { count: counts.unknown_must })}
        </Tag>
      </p>
      <p>
        {instruments.length === 0
          ? text('check.no_instrument')
          : instruments.map((code) => instrumentName(code)).join(' · ')}
      </p>
    </>
  );
}

function Group({ status, points }: { status: PointStatus; points: Point[] }) {
  const text = useText();
  if (points.length === 0) return null;
  return (
    <Unfold
      title={
        <>
          <Tag tone={TONES[status]}>{text(`check_status.${status}`)}</Tag> {points.length}
        </>
      }
      level={3}
      open={status !== 'not_applicable'}
    >
      <ul className="law-rows">
        {points.map((point, at) => (
          <PointRow key={at} point={point} />
        ))}
      </ul>
    </Unfold>
  );
}

function PointRow({ point }: { point: Point }) {
  const text = useText();
  return (
    <li>
      <p>
        <strong>{point.requirement.text}</strong>
      </p>
      {point.item && (
        <p>
          <Written>{point.item}</Written>
        </p>
      )}
      <p className="tags">
        <span className="quiet">{text(`weight.${point.weight}`)}</span>
        <span>
          <bdi className="code">{point.instrument ?? point.scope}</bdi> <bdi>{point.article}</bdi>
        </span>
        {point.to_be_confirmed && <Tag tone="wait">{text('confidence.low')}</Tag>}
      </p>
      <Phrases phrases={point.findings} />
      <Sources cites={point.sources} />
    </li>
  );
}
