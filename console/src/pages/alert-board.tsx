import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { AlertView } from '../api/types';
import { Authority } from '../components/authority';
import { Deliveries } from '../components/deliveries';
import { Page, Section } from '../components/page';
import { Tag } from '../components/tag';
import { Empty, Waiting } from '../components/waiting';
import { AlertClocks } from '../parts/alert-clocks';
import { AlertTags } from '../parts/alert-tags';
import { Link } from '../routing/router';
import { useText } from '../strings/locale';

export function AlertBoard() {
  const text = useText();
  const alerts = useResource('alerts', (signal) => api.alerts(signal), {
    on: ['alert', 'delivery', 'hit', 'sighting'],
  });
  return (
    <Page title={text('nav.alerts')}>
      <Waiting resource={alerts}>
        {({ items }) => (
          <div className="board">
            <Column title={text('board.outgoing')} alerts={items.filter((a) => a.direction === 'outgoing')} />
            <Column title={text('board.incoming')} alerts={items.filter((a) => a.direction === 'incoming')} />
          </div>
        )}
      </Waiting>
    </Page>
  );
}

function Column({ title, alerts }: { title: string; alerts: AlertView[] }) {
  const text = useText();
  return (
    <Section title={title} aside={<span className="count">{alerts.length}</span>}>
      {alerts.length === 0 && <Empty>{text('board.none')}</Empty>}
      {alerts.map((alert) => (
        <BoardCard key={alert.id} alert={alert} />
      ))}
    </Section>
  );
}

function BoardCard({ alert }: { alert: AlertView }) {
  const text = useText();
  const openHits = alert.hits.filter((hit) => hit.state === 'open').length;
  return (
    <article className={`card alert-card alert-${alert.state}`}>
      <h3>
        <Link href={`/alerts/${alert.id}`} dir="auto">
          {alert.alert.headline || text('alert.no_headline')}
        </Link>
      </h3>
      <AlertTags alert={alert} />
      {alert.direction === 'incoming' && (
        <p className="from">
          {text('alert.from')} <Authority id={alert.from} />
        </p>
      )}
      <AlertClocks alert={alert} />
      {alert.deliveries.length > 0 && (
        <Deliveries deliveries={alert.deliveries} label={text('alert.recipients')} />
      )}
      <p className="counts">
        {openHits > 0 && <Tag tone="strong">{text('board.open_hits', { count: openHits })}</Tag>}
        {alert.sightings.length > 0 && (
          <Tag tone="plain">{text('board.sightings', { count: alert.sightings.length })}</Tag>
        )}
        {alert.state === 'raised' && (alert.missing?.length ?? 0) > 0 && (
          <Tag tone="wait">{text('board.missing', { count: alert.missing?.length })}</Tag>
        )}
      </p>
    </article>
  );
}
