import { claims } from '../api/queries';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Tag } from '../components/tag';
import { Empty, Waiting } from '../components/waiting';
import { MatchingPage } from '../matching/matching-page';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** Who found hits with us and asks what we show of them. */
export function Claims() {
  const text = useText();
  const { time } = useFormats();
  const found = useResource('claims', (signal) => claims.list(signal), { on: ['hit', 'query', 'deconfliction'] });
  return (
    <MatchingPage title={text('claims.title')}>
      <p className="hint">{text('claims.explained')}</p>
      <Waiting resource={found}>
        {(items) =>
          items.length === 0 ? (
            <Empty>{text('claims.none')}</Empty>
          ) : (
            <ul className="rows">
              {items.map((claim) => (
                <li key={claim.id}>
                  <Link href={`/claims/${claim.id}`}>
                    <bdi>{claim.case_reference || text('deconfliction.word')}</bdi> · <bdi>{claim.why}</bdi>
                  </Link>
                  <Authority id={claim.from} />
                  {claim.open > 0 ? (
                    <Tag tone="strong">{text('claims.open', { count: claim.open })}</Tag>
                  ) : (
                    <Tag tone="plain">{text('claims.decided')}</Tag>
                  )}
                  <span className="quiet">{time(claim.arrived_at)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
    </MatchingPage>
  );
}
