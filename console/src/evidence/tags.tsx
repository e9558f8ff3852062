import type { ItemLine, ItemState, OfferState } from '../api/evidence-types';
import { Tag, type Tone } from '../components/tag';
import { useText } from '../strings/locale';

const STATES: Record<ItemState, Tone> = { held: 'good', handed_over: 'plain', returned: 'plain', destroyed: 'plain' };
const OFFERS: Record<OfferState, Tone> = {
  open: 'wait',
  fetching: 'wait',
  accepted: 'good',
  declined: 'plain',
  withdrawn: 'plain',
  failed: 'bad',
};

/** What has become of an item, and whether it was found damaged. */
export function ItemTags({ item }: { item: Pick<ItemLine, 'state' | 'damage' | 'retain_until'> }) {
  const text = useText();
  return (
    <span className="tags">
      <Tag tone={STATES[item.state]}>{text(`item_state.${item.state}`)}</Tag>
      {item.damage && <Tag tone="bad">{text('evidence.damaged')}</Tag>}
      {isDue(item) && <Tag tone="wait">{text('evidence.due')}</Tag>}
    </span>
  );
}

export function OfferTag({ state }: { state: OfferState }) {
  const text = useText();
  return <Tag tone={OFFERS[state]}>{text(`offer_state.${state}`)}</Tag>;
}

/** Past the day until which it is kept, and still here. */
export function isDue(item: Pick<ItemLine, 'state' | 'retain_until'>, today = new Date().toISOString().slice(0, 10)): boolean {
  return item.state === 'held' && item.retain_until != null && item.retain_until < today;
}
