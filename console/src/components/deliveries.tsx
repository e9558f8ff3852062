import { useEffect, useRef, useState } from 'react';
import type { Delivery } from '../api/types';
import { useFormats } from '../strings/format';
import { useText, type Key } from '../strings/locale';
import { Authority, useAuthorityName } from './authority';
import { Tag, type Tone } from './tag';

export type ShownState = 'queued' | 'receipted' | 'dead' | 'withdrawn';
const TONES: Record<ShownState, Tone> = { queued: 'wait', receipted: 'good', dead: 'bad', withdrawn: 'plain' };

/** The furthest that this recipient has come. */
export function shownState(delivery: Pick<Delivery, 'state' | 'withdrawn_at'>): ShownState {
  return delivery.withdrawn_at ? 'withdrawn' : delivery.state;
}

export function DeliveryTag({ delivery }: { delivery: Delivery }) {
  const text = useText();
  const { milliseconds } = useFormats();
  const state = shownState(delivery);
  return (
    <span className="delivery-state">
      <Tag tone={TONES[state]}>{text(`delivery.${state}`)}</Tag>
      {state === 'receipted' && delivery.milliseconds != null && (
        <span className="number">{milliseconds(delivery.milliseconds)}</span>
      )}
    </span>
  );
}

/** A state for each recipient; a change is told politely to those who do not see it move. */
export function Deliveries({ deliveries, label }: { deliveries: Delivery[]; label: string }) {
  return (
    <>
      <ul className="deliveries" aria-label={label}>
        {deliveries.map((delivery) => (
          <li key={delivery.authority} className={`delivery delivery-${shownState(delivery)}`}>
            <Authority id={delivery.authority} />
            <DeliveryTag delivery={delivery} />
            <DeliveryFault delivery={delivery} />
          </li>
        ))}
      </ul>
      <Changes deliveries={deliveries} />
    </>
  );
}

function DeliveryFault({ delivery }: { delivery: Delivery }) {
  const text = useText();
  if (!delivery.last_fault || delivery.state === 'receipted') return null;
  return (
    <p className="small delivery-fault">
      {text('delivery.fault', { attempts: delivery.attempts ?? 0 })} <bdi>{delivery.last_fault}</bdi>
    </p>
  );
}

function Changes({ deliveries }: { deliveries: Delivery[] }) {
  const text = useText();
  const nameOf = useAuthorityName();
  const before = useRef<Map<string, ShownState> | null>(null);
  const [told, setTold] = useState('');
  useEffect(() => {
    const now = new Map(deliveries.map((delivery) => [delivery.authority, shownState(delivery)]));
    const old = before.current;
    before.current = now;
    if (old === null) return;
    const moved = [...now].filter(([authority, state]) => old.get(authority) !== state);
    const say = ([authority, state]: [string, ShownState]) =>
      text('delivery.told', { authority: nameOf(authority), state: text(`delivery.${state}` satisfies Key) });
    if (moved.length > 0) setTold(moved.map(say).join(' '));
  }, [deliveries, nameOf, text]);
  return (
    <p className="visually-hidden" role="status">
      {told}
    </p>
  );
}
