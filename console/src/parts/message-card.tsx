import type { ExchangeMessage, LegalBasis, MessageContent } from '../api/types';
import { Authority } from '../components/authority';
import { Fact } from '../components/subject-card';
import { Tag } from '../components/tag';
import { VerdictTag } from '../law/answer-tag';
import { AssessmentView } from '../law/assessment';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { MessageBody } from './message-body';
import { BasisFacts } from './terms-view';

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
      <MessageLaw message={message} />
      <MessageProof message={message} />
    </article>
  );
}

/** The basis that the sender stated, and what our own node finds of it. */
function MessageLaw({ message }: { message: ExchangeMessage }) {
  const text = useText();
  const { legal_basis, assessment } = message;
  if (!legal_basis && !assessment) return null;
  return (
    <details className="proof">
      <summary>
        {text('terms.basis')}: {legal_basis && <Cited basis={legal_basis} />}{' '}
        {assessment && <VerdictTag verdict={assessment.verdict} />}
      </summary>
      {legal_basis && (
        <dl className="facts">
          <BasisFacts basis={legal_basis} />
        </dl>
      )}
      {assessment && <AssessmentView assessment={assessment} />}
    </details>
  );
}

function Cited({ basis }: { basis: LegalBasis }) {
  const text = useText();
  return (
    <>
      <bdi className="code">{basis.instrument}</bdi> {text('basis.article_of', { article: basis.article })}
    </>
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
