import { lazy, Suspense, useMemo } from 'react';
import { law } from '../api/law';
import { nodeNow } from '../api/client';
import type { LawInfo, RelationList } from '../api/law-types';
import { useResource } from '../api/use-resource';
import type { LawAnswer } from '../api/types';
import { Choice, Field } from '../components/fields';
import { Section } from '../components/page';
import { PlaceField } from '../components/place-field';
import { Waiting } from '../components/waiting';
import { ANSWERS } from '../law/answer-tag';
import { DataSetLine } from '../law/data-set-line';
import { useInstrumentName } from '../law/instruments';
import { LawPage } from '../law/law-page';
import { OneRelation } from '../law/one-relation';
import { RelationTable } from '../law/relation-table';
import { useLaw } from '../law/use-law';
import { Swatch } from '../map/patterns';
import { useQuery } from '../routing/router';
import { useOfficer } from '../session/session';
import { dayAfter, useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { jurisdictionOf, usePlaceName, usePlaces } from '../strings/places';

const WorldMap = lazy(() => import('../map/world-map'));

interface Asked {
  of: string;
  instrument: string;
  on: string;
  /** The state whose relation is shown whole. */
  with: string;
}

/** With whom an instrument binds a state on a day: as a map, and all of it again as a table. */
export function LawMap() {
  const text = useText();
  const info = useLaw();
  return (
    <LawPage title={text('law.map')}>
      <Waiting resource={info}>{(known) => <RelationMap info={known} />}</Waiting>
    </LawPage>
  );
}

function useAsked(info: LawInfo): [Asked, (part: Partial<Asked>) => void] {
  const { authority } = useOfficer();
  const [query, rewrite] = useQuery();
  const own = jurisdictionOf(authority);
  const asked: Asked = {
    of: query.get('of') ?? (info.places.includes(own) ? own : 'FR'),
    instrument: query.get('instrument') ?? info.instruments[0]?.code ?? 'HAGUE_1980',
    on: query.get('on') ?? dayAfter(nodeNow(), 0),
    with: query.get('with') ?? '',
  };
  const ask = (part: Partial<Asked>) => {
    const next = Object.entries({ ...asked, ...part }).filter(([, value]) => value !== '');
    rewrite(new URLSearchParams(next));
  };
  return [asked, ask];
}

function RelationMap({ info }: { info: LawInfo }) {
  const text = useText();
  const [asked, ask] = useAsked(info);
  const nameOf = useInstrumentName(info);
  const places = usePlaces(info.places);
  const { of, instrument, on } = asked;
  const found = useResource(`relations ${of} ${instrument} ${on}`, (signal) =>
    law.relations(instrument, of, on, signal),
  );
  return (
    <>
      <div className="card columns">
        <PlaceField
          label={text('map.of')}
          value={of}
          onChange={(next) => next !== '' && ask({ of: next })}
          places={places}
        />
        <Choice
          label={text('basis.instrument')}
          value={instrument}
          onChange={(next) => ask({ instrument: next })}
          options={info.instruments.map(({ code }) => ({ value: code, label: nameOf(code) }))}
        />
        <Field
          label={text('law.on')}
          type="date"
          value={on}
          onChange={(next) => next >= '1800' && ask({ on: next })}
          required
        />
      </div>
      <Waiting resource={found}>
        {(list) => <Shown list={list} asked={asked} info={info} choose={(code) => ask({ with: code })} />}
      </Waiting>
    </>
  );
}

interface ShownProps {
  list: RelationList;
  asked: Asked;
  info: LawInfo;
  choose: (code: string) => void;
}

function Shown({ list, asked, info, choose }: ShownProps) {
  const text = useText();
  const { day } = useFormats();
  const placeName = usePlaceName();
  const instrumentName = useInstrumentName(info);
  const answers = useMemo(() => new Map(list.relations.map(({ place, state }) => [place, state])), [list]);
  const title = text('map.title', {
    instrument: instrumentName(asked.instrument),
    state: placeName(asked.of),
    date: day(asked.on),
  });
  return (
    <>
      <Section title={title}>
        <Legend answers={answers} />
        <Suspense fallback={<p role="status">{text('page.loading')}</p>}>
          <WorldMap
            label={title}
            answers={answers}
            own={asked.of}
            chosen={asked.with === '' ? [asked.of] : [asked.with]}
            onChoose={choose}
            nameOf={placeName}
          />
        </Suspense>
        <OneRelation {...asked} other={asked.with} />
        <p className="small">{text('map.borders')}</p>
        <DataSetLine name={list.data_set ?? info.data_set} dated={list.dated ?? info.dated} />
      </Section>
      <Section title={text('map.table')}>
        <RelationTable list={list} caption={title} chosen={asked.with} choose={choose} />
      </Section>
    </>
  );
}

function Legend({ answers }: { answers: Map<string, LawAnswer> }) {
  const text = useText();
  const counts = ANSWERS.map((answer) => [...answers.values()].filter((one) => one === answer).length);
  return (
    <ul className="legend" aria-label={text('map.legend')}>
      <li>
        <Swatch /> {text('map.own')}
      </li>
      {ANSWERS.map((answer, at) => (
        <li key={answer}>
          <Swatch answer={answer} /> {text(`answer.${answer}`)} <span className="quiet">({counts[at]})</span>
        </li>
      ))}
    </ul>
  );
}
