import { lazy, Suspense, useState } from 'react';
import { law } from '../api/law';
import type { LawInfo } from '../api/law-types';
import { useResource } from '../api/use-resource';
import { Choice, Field, One } from '../components/fields';
import { PlaceField } from '../components/place-field';
import { TaskForm } from '../components/task';
import { Unfold } from '../components/unfold';
import { useLanguage, useText } from '../strings/locale';
import { usePlaceName, usePlaces } from '../strings/places';
import type { Draft, Said } from './question';

const WorldMap = lazy(() => import('../map/world-map'));

interface QuestionFormProps {
  info: LawInfo;
  start: Draft;
  ask: (draft: Draft) => void;
}

/** What an officer says of the matter. Nothing but the states, the need and the day must be said. */
export function QuestionForm({ info, start, ask }: QuestionFormProps) {
  const text = useText();
  const places = usePlaces(info.places);
  const [draft, setDraft] = useState(start);
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  return (
    <TaskForm submit={async () => ask(draft)} label={text('law.ask')}>
      <div className="columns">
        <PlaceField label={text('law.from')} value={draft.from} onChange={(from) => set({ from })} places={places} />
        <PlaceField label={text('law.to')} value={draft.to} onChange={(to) => set({ to })} places={places} />
      </div>
      <Unfold title={text('law.choose_on_map')} level={2}>
        <ChooseOnMap draft={draft} set={set} />
      </Unfold>
      <div className="columns">
        <Choice
          label={text('law.need')}
          value={draft.need}
          onChange={(need) => set({ need })}
          options={[
            ...(draft.need === '' ? [{ value: '', label: text('law.choose') }] : []),
            ...info.needs.map((value) => ({ value, label: text.orCode('need', value) })),
          ]}
          required
        />
        <Field label={text('law.on')} type="date" value={draft.on} onChange={(on) => set({ on })} required />
        <Field label={text('law.event')} type="date" value={draft.event} onChange={(event) => set({ event })} />
        <Field label={text('law.born')} type="date" value={draft.born} onChange={(born) => set({ born })} />
      </div>
      <Unfold title={text('law.more_facts')} level={2} open={hasMore(start)}>
        <MoreFacts draft={draft} set={set} />
      </Unfold>
    </TaskForm>
  );
}

const hasMore = (draft: Draft) =>
  [draft.offence, draft.decision, draft.electronic, draft.emergency, draft.years].some((value) => value !== '');

interface PartProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

function ChooseOnMap({ draft, set }: PartProps) {
  const text = useText();
  const nameOf = usePlaceName();
  const [side, setSide] = useState<'from' | 'to'>('from');
  const choose = (code: string) => {
    set({ [side]: code });
    setSide(side === 'from' ? 'to' : 'from');
  };
  return (
    <div className="map-choice">
      <One
        label={text('law.map_sets')}
        value={side}
        onChange={setSide}
        options={[
          { value: 'from', label: text('law.from') },
          { value: 'to', label: text('law.to') },
        ]}
      />
      <Suspense fallback={<p role="status">{text('page.loading')}</p>}>
        <WorldMap
          label={text('law.choose_on_map')}
          chosen={[draft.from, draft.to].filter((code) => code !== '')}
          onChoose={choose}
          nameOf={nameOf}
        />
      </Suspense>
    </div>
  );
}

function MoreFacts({ draft, set }: PartProps) {
  const text = useText();
  const { language } = useLanguage();
  const concepts = useResource(`offences ${language}`, (signal) => law.offences(language, signal));
  const said = (label: string, name: 'decision' | 'electronic' | 'emergency') => (
    <Choice
      label={label}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      options={(['', 'yes', 'no'] as Said[]).map((value) => ({ value, label: text(`said.${value || 'nothing'}`) }))}
    />
  );
  return (
    <div className="columns">
      <Choice
        label={text('law.offence')}
        value={draft.offence}
        onChange={(offence) => set({ offence })}
        options={[
          { value: '', label: text('said.nothing') },
          ...(concepts.data ?? []).map(({ id, name }) => ({ value: id, label: `${id} · ${name}` })),
        ]}
      />
      <Field label={text('law.years')} type="number" value={draft.years} onChange={(years) => set({ years })} />
      {said(text('law.decision'), 'decision')}
      {said(text('law.electronic'), 'electronic')}
      {said(text('law.emergency'), 'emergency')}
    </div>
  );
}
