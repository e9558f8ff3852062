import type { Deconfliction, DeconflictionState } from '../api/deconfliction-types';
import { Tag, type Tone } from '../components/tag';
import { useText } from '../strings/locale';

const TONES: Record<DeconflictionState, Tone> = {
  prepared: 'wait',
  offered: 'wait',
  received: 'strong',
  accepting: 'wait',
  accepted: 'wait',
  running: 'wait',
  finished: 'good',
  declined: 'plain',
  withdrawn: 'plain',
  ended: 'plain',
  failed: 'bad',
  expired: 'plain',
};

/** How far it is; when it is finished, how much both have. */
export function DeconflictionTag({ one }: { one: Pick<Deconfliction, 'state' | 'matches'> }) {
  const text = useText();
  if (one.state !== 'finished') return <Tag tone={TONES[one.state]}>{text(`deconfliction.${one.state}`)}</Tag>;
  const count = one.matches ?? 0;
  return (
    <Tag tone={count > 0 ? 'strong' : 'good'} sign={count > 0 ? '!' : '○'}>
      {text('deconfliction.in_common', { count })}
    </Tag>
  );
}
