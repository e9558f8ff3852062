import type { ExchangeMessage, MessageContent } from '../api/types';
import { Authority } from '../components/authority';
import { Fact } from '../components/subject-card';
import { Tag } from '../components/tag';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { MessageBody } from './message-body';

/** The content with its kind, whether the API wraps it or gives it bare. */
export function bodyOf(message: ExchangeMessage): MessageContent | null {
  const { content, kind } = message;
  if (content == null) return null;
  return 'kind' in content && 'content' in content ? content : ({ kind, content } as MessageContent);
}

export function MessageCard({ message, all }: { message: ExchangeMessage; all: ExchangeMessage[] }) {
  const text = useText();
  const { time } = useFormats();
  const body = bodyOf(message);
  const answered = all.find(({ id }) => id === message.reply_to);
  return (
    <article className={`card message message-${message.direction}`} id={message.id}>
      <h3>
        {text(`message.${message.kind}`)}{' '}
        <span className="role">{text(message.direction === 'outgoing' ? 'message.sent' : 'message.received')}</span>
      </h3>
      <p className="route">
        <Authority id={message.from} /> <span className="arrow" role="img" aria-label={text('message.to')} />{' '}
        <span className="names">
          {message.to.map((authority) => (
            <Authority key={authority} id={authority} />
          ))}
        </span>
      </p>
      <p className="small">
        <time dateTime={message.time}>{time(message.time)}</time> · {text(`urgency.${message.urgency}`)}
        {answered && (
          <>
            {' · '}
            <a href={`#${answered.id}`}>{text('message.answers', { kind: text(`message.${answered.kind}`) })}</a>
          </>
        )}
      </p>
      {body === null ? <p className="notice">{text('message.withdrawn')}</p> : <MessageBody body={body} />}
      <MessageProof message={message} />
    </article>
  );
}

function MessageProof({ message }: { message: ExchangeMessage }) {
  const text = useText();
  const { time } = useFormats();
  const { proof, deliveries } = message;
  return (
    <details className="proof">
      <summary>
        {text('proof.word')} {proof?.ledger_index != null && text('proof.entry', { index: proof.ledger_index })}{' '}
        <Witnesses count={proof?.witnessed ?? null} />
      </summary>
      <dl className="facts">
        <Fact label={text('proof.statement')}>
          <bdi className="code digest">{message.statement_sha256}</bdi>
        </Fact>
        <Fact label={text('proof.message')}>
          <bdi className="code digest">{message.id}</bdi>
        </Fact>
        {deliveries.map((delivery) => (
          <Fact key={delivery.authority} label={text('proof.receipt', { authority: delivery.authority })}>
            {delivery.receipted_at ? time(delivery.receipted_at) : text(`delivery.${delivery.state}`)}
          </Fact>
        ))}
      </dl>
    </details>
  );
}

function Witnesses({ count }: { count: number | null }) {
  const text = useText();
  if (count === null) return <Tag tone="wait">{text('proof.not_witnessed')}</Tag>;
  return <Tag tone={count > 0 ? 'good' : 'wait'}>{text('proof.witnesses', { count })}</Tag>;
}
