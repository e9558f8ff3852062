import type { FoundState, Holder, HolderState, QueryState } from '../api/queries-types';
import { Tag, type Tone } from '../components/tag';
import { useText } from '../strings/locale';

const QUERIES: Record<QueryState, Tone> = { awaiting_consent: 'wait', asked: 'wait', finished: 'good', failed: 'bad', lapsed: 'plain' };
const HOLDERS: Record<HolderState, Tone> = { waiting: 'wait', checking: 'wait', answered: 'good', refused: 'bad', false: 'bad' };
const FOUND: Record<FoundState, Tone> = { found: 'strong', claimed: 'wait', disclosed: 'good', declined: 'plain' };

export function QueryTag({ state }: { state: QueryState }) {
  const text = useText();
  return <Tag tone={QUERIES[state]}>{text(`query.${state}`)}</Tag>;
}

/** A holder's state; once it has answered, how many identifiers it has too. Keys of persons are shown as leads. */
export function HolderTag({ holder }: { holder: Holder }) {
  const text = useText();
  if (holder.state !== 'answered') return <Tag tone={HOLDERS[holder.state]}>{text(`holder.${holder.state}`)}</Tag>;
  const keys = new Set(holder.leads?.flatMap((lead) => lead.keys.map(({ handle }) => handle)));
  const hits = Math.max(0, (holder.hits ?? 0) - keys.size);
  return (
    <Tag tone={hits > 0 ? 'strong' : 'good'} sign={hits > 0 ? '!' : '○'}>
      {text('query.hits', { count: hits })}
    </Tag>
  );
}

export function FoundTag({ state }: { state: FoundState }) {
  const text = useText();
  return <Tag tone={FOUND[state]}>{text(`found.${state}`)}</Tag>;
}
