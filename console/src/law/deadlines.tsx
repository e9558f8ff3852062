import { useState } from 'react';
import type { Deadline, LawEvent, Standing } from '../api/law-types';
import { ActButton } from '../components/act-button';
import { Field } from '../components/fields';
import { Tag, type Tone } from '../components/tag';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { usePlaceName } from '../strings/places';
import { ConfidenceTag } from './answer-tag';
import { Article, Phrases, Written } from './said';
import { Sources } from './sources';

export interface Happened {
  /** What is said to have happened, by the codes of the triggers. */
  events: LawEvent[];
  onHappened: (events: LawEvent[]) => void;
}

interface DeadlinesProps extends Happened {
  deadlines: Deadline[];
}

const TONES: Record<Standing['state'], Tone> = {
  not_started: 'plain',
  running: 'wait',
  paused: 'wait',
  met: 'good',
  late: 'bad',
  unknown: 'wait',
};

/** The deadlines of a pathway, with their dates where it is known when they began. */
export function Deadlines({ deadlines, events, onHappened }: DeadlinesProps) {
  return (
    <>
      <Triggers deadlines={deadlines} events={events} onHappened={onHappened} />
      <ul className="law-rows">
        {deadlines.map((deadline) => (
          <DeadlineRow key={deadline.id} deadline={deadline} />
        ))}
      </ul>
      <Sources cites={deadlines.flatMap((one) => [...one.sources, ...(one.due?.sources ?? [])])} level={5} />
    </>
  );
}

/** A day for each thing that starts a period; the node counts from them. */
function Triggers({ deadlines, events, onHappened }: DeadlinesProps) {
  const text = useText();
  const triggers = [...new Map(deadlines.map(({ trigger, trigger_text }) => [trigger, trigger_text]))];
  const known = begun(deadlines, []);
  const [days, setDays] = useState<Record<string, string>>(() => begun(deadlines, events));
  const isNew = (event: string) => days[event] !== known[event] || events.some((told) => told.event === event);
  const compute = () => {
    const mine = triggers.flatMap(([event]) => (days[event] && isNew(event) ? [{ event, at: days[event] }] : []));
    const others = events.filter(({ event }) => !triggers.some(([trigger]) => trigger === event));
    onHappened([...others, ...mine]);
  };
  return (
    <div className="triggers">
      {triggers.map(([event, words]) => (
        <Field
          key={event}
          label={words || event}
          type="date"
          value={days[event] ?? ''}
          onChange={(day) => setDays((old) => ({ ...old, [event]: day }))}
        />
      ))}
      <p>
        <ActButton busy={false} onPress={compute}>
          {text('law.compute')}
        </ActButton>
      </p>
    </div>
  );
}

/** The days that were told, and those that the node knows from other facts, such as the birth. */
function begun(deadlines: Deadline[], events: LawEvent[]): Record<string, string> {
  const known = deadlines.flatMap(({ trigger, started }) =>
    started ? [[trigger, started.slice(0, 10)] as const] : [],
  );
  return Object.fromEntries([...known, ...events.map(({ event, at }) => [event, at.slice(0, 10)] as const)]);
}

function DeadlineRow({ deadline }: { deadline: Deadline }) {
  const text = useText();
  const { moment } = useFormats();
  const nameOf = usePlaceName();
  const { due, standing } = deadline;
  const where = due?.place && due.zone ? text('deadline.zone', { place: nameOf(due.place), zone: due.zone }) : null;
  return (
    <li>
      <p>
        <strong>{due?.at ? moment(due.at, due.zone) : <Length of={deadline.length} />}</strong>{' '}
        <Tag tone={TONES[standing.state]}>{text(`standing.${standing.state}`)}</Tag>
        {standing.state === 'running' && <> {standing.left.text}</>}
        {standing.state === 'late' && <> {standing.by.text}</>}
        {deadline.sources.some(({ confidence }) => confidence === 'low') && (
          <>
            {' '}
            <ConfidenceTag confidence="low" />
          </>
        )}
      </p>
      <p className="small">
        <Article of={deadline} /> · {text.orCode('deadline_kind', deadline.kind)}
        {due?.at && (
          <>
            {' · '}
            <Length of={deadline.length} />
          </>
        )}
        {where && <> · {where}</>}
      </p>
      <p className="small">
        {text('deadline.bound')} {deadline.bound}
      </p>
      <p className="small">
        {text('deadline.starts')} {deadline.trigger_text}
      </p>
      {deadline.consequence !== '' && (
        <p className="small">
          {text('deadline.consequence')} {deadline.consequence}
        </p>
      )}
      <Phrases phrases={due?.because ?? []} className="small" />
      <Phrases phrases={deadline.caveats ?? []} className="caveats small" />
    </li>
  );
}

const UNITS = [
  'hours',
  'days',
  'calendar_days',
  'working_days',
  'calendar_weeks',
  'calendar_months',
  'calendar_years',
  'years_of_age',
] as const;

/** `6 calendar_weeks` in the officer's language. */
function Length({ of }: { of: string }) {
  const text = useText();
  const [count, word] = of.split(' ');
  const unit = UNITS.find((known) => known === word);
  if (unit === undefined || !/^\d+$/.test(count ?? '')) return <Written>{of.replaceAll('_', ' ')}</Written>;
  return <>{text(`length.${unit}`, { count: Number(count) })}</>;
}
