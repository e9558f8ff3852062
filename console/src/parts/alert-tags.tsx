import type { AlertState, AlertView, HitView } from '../api/types';
import { Tag, type Tone } from '../components/tag';
import { useText } from '../strings/locale';

const STATES: Record<AlertState, Tone> = {
  raised: 'wait',
  released: 'strong',
  cancelled: 'plain',
  withdrawn: 'plain',
  expired: 'plain',
};

export function StateTag({ state }: { state: AlertState }) {
  const text = useText();
  return <Tag tone={STATES[state]}>{text(`state.${state}`)}</Tag>;
}

export function AlertTags({ alert }: { alert: AlertView }) {
  const text = useText();
  return (
    <span className="tags">
      <StateTag state={alert.state} />
      <Tag tone="plain">{text(`urgency.${alert.urgency}`)}</Tag>
      {alert.mode === 'exercise' && <span className="tag tag-exercise">{text('exercise.word')}</span>}
    </span>
  );
}

const HITS: Record<HitView['state'], Tone> = { open: 'strong', disclosed: 'good', dismissed: 'plain' };

export function HitTag({ state }: { state: HitView['state'] }) {
  const text = useText();
  return <Tag tone={HITS[state]}>{text(`hit.${state}`)}</Tag>;
}
