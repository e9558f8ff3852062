import { useState } from 'react';
import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { ExchangeSummary } from '../api/types';
import { Authority } from '../components/authority';
import { Page } from '../components/page';
import { Pager } from '../components/pager';
import { Empty, Waiting } from '../components/waiting';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

export function ExchangeList() {
  const text = useText();
  const [after, setAfter] = useState('');
  const found = useResource(`exchanges ${after}`, (signal) => api.exchanges(after, signal), {
    on: ['message', 'alert'],
  });
  return (
    <Page title={text('nav.exchanges')}>
      <Waiting resource={found}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? <Empty>{text('exchange.none')}</Empty> : <ExchangeTable exchanges={items} />}
            <Pager after={after} next={next} onGo={setAfter} />
          </>
        )}
      </Waiting>
    </Page>
  );
}

function ExchangeTable({ exchanges }: { exchanges: ExchangeSummary[] }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <table className="stacked">
      <caption className="visually-hidden">{text('nav.exchanges')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('exchange.about')}</th>
          <th scope="col">{text('exchange.with')}</th>
          <th scope="col">{text('exchange.messages')}</th>
          <th scope="col">{text('exchange.last_at')}</th>
        </tr>
      </thead>
      <tbody>
        {exchanges.map((exchange) => (
          <tr key={exchange.id}>
            <th scope="row" dir="auto">
              <Link href={`/exchanges/${exchange.id}`}>{exchange.about || text('exchange.word')}</Link>
            </th>
            <td data-label={text('exchange.with')}>
              <span className="names">
                {exchange.with.map((authority) => (
                  <Authority key={authority} id={authority} />
                ))}
              </span>
            </td>
            <td data-label={text('exchange.messages')}>
              {text('exchange.messages_count', { count: exchange.messages })}
            </td>
            <td data-label={text('exchange.last_at')}>{time(exchange.last_at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
