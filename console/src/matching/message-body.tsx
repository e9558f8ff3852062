import type { MessageContent, Outcome } from '../api/types';
import { Fact } from '../components/subject-card';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

type Matching = Extract<MessageContent, { kind: `selector_${string}` | `hit_${string}` | `sweep_${string}` | `deconfliction_${string}` }>;

/** What the messages of private matching say to people; blinded elements and proofs are for the nodes. */
export function MatchingBody({ body }: { body: Matching }) {
  const text = useText();
  const { list, number } = useFormats();
  switch (body.kind) {
    case 'selector_query':
      return <p>{text('query.asks', { count: body.content.count, reference: body.content.case_reference })}</p>;
    case 'hit_claim':
      return (
        <>
          <p dir="auto">{body.content.why}</p>
          <p className="quiet">{text('claims.open', { count: body.content.handles.length })}</p>
        </>
      );
    case 'sweep_request':
      return (
        <>
          <p dir="auto">{body.content.why}</p>
          <p className="quiet">
            {text('query.asks', { count: body.content.count, reference: body.content.case_reference })} {list(body.content.holders)}
          </p>
        </>
      );
    case 'deconfliction_offer':
      return (
        <>
          <p dir="auto">{body.content.why}</p>
          <p className="quiet">
            {list(body.content.scope.map((kind) => text(`field.${kind}`)))} · {number(body.content.entries)}
          </p>
        </>
      );
    case 'deconfliction_answer':
      return (
        <>
          <p>
            <strong>{text.orCode('deconfliction', body.content.outcome.outcome)}</strong>
          </p>
          {body.content.outcome.detail.why && <p dir="auto">{body.content.outcome.detail.why}</p>}
        </>
      );
    default:
      return <Answer outcome={body.content.outcome} />;
  }
}

function Answer({ outcome: { outcome, detail } }: { outcome: Outcome<string> }) {
  const text = useText();
  return (
    <>
      <p>
        <strong>{text.orCode('outcome', outcome)}</strong>
      </p>
      {(detail.why ?? detail.note) && <p dir="auto">{detail.why ?? detail.note}</p>}
      {detail.reference && (
        <dl className="facts">
          <Fact label={text('claim.reference')}>{detail.reference}</Fact>
          <Fact label={text('claim.contact')}>{detail.contact ?? '—'}</Fact>
        </dl>
      )}
    </>
  );
}
