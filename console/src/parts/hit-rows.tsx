import type { HitView } from '../api/types';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { HitTag } from './alert-tags';

export function HitRows({ hits }: { hits: HitView[] }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <ul className="rows">
      {hits.map((hit) => (
        <li key={hit.id}>
          <Link href={`/hits/${hit.id}`}>
            {text('hit.row', { role: text.orCode('role', hit.theirs.role), reference: hit.case_reference })}
          </Link>
          <HitTag state={hit.state} />
          <span className="quiet">{time(hit.found_at)}</span>
        </li>
      ))}
    </ul>
  );
}
