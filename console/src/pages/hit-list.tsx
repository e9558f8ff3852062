import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import { Empty, Waiting } from '../components/waiting';
import { MatchingPage } from '../matching/matching-page';
import { HitRows } from '../parts/hit-rows';
import { useText } from '../strings/locale';

export function HitList() {
  const text = useText();
  const hits = useResource('hits', (signal) => api.hits(signal), { on: ['hit', 'alert'] });
  return (
    <MatchingPage title={text('nav.hits')}>
      <Waiting resource={hits}>
        {({ items }) => (items.length === 0 ? <Empty>{text('hit.none')}</Empty> : <HitRows hits={items} />)}
      </Waiting>
    </MatchingPage>
  );
}
