import { queries } from '../api/queries';
import type { Query } from '../api/queries-types';
import { useResource } from '../api/use-resource';
import { Empty, Waiting } from '../components/waiting';
import { AskOthers } from '../matching/ask-form';
import { MatchingPage } from '../matching/matching-page';
import { QueryTag } from '../matching/query-tags';
import { Link, useQuery } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** What the authority has asked others, newest first. */
export function Queries() {
  const text = useText();
  const [query] = useQuery();
  const found = useResource('queries', (signal) => queries.list(signal), { on: ['query'] });
  return (
    <MatchingPage title={text('query.title')} actions={<AskOthers of={query.get('case') ?? ''} />}>
      <p className="hint">{text('query.explained')}</p>
      <Waiting resource={found}>
        {(items) =>
          items.length === 0 ? (
            <Empty>{text('query.none')}</Empty>
          ) : (
            <ul className="rows">
              {items.map((one) => (
                <QueryRow key={one.id} query={one} />
              ))}
            </ul>
          )
        }
      </Waiting>
    </MatchingPage>
  );
}

function QueryRow({ query }: { query: Query }) {
  const text = useText();
  const { time } = useFormats();
  const answered = query.holders.filter(({ state }) => state === 'answered').length;
  const hits = query.holders.reduce((sum, { hits }) => sum + (hits ?? 0), 0);
  return (
    <li>
      <Link href={`/queries/${query.id}`}>
        <bdi>{query.case_reference}</bdi> · <bdi>{query.why}</bdi>
      </Link>
      <QueryTag state={query.state} />
      <span>{text('query.hits', { count: hits })}</span>
      <span className="quiet">
        {text('query.answered', { count: answered, of: query.holders.length })} · {time(query.asked_at)}
      </span>
    </li>
  );
}
