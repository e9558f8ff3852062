import type { Alert, EvidenceOfferContent, MessageContent } from '../api/types';
import { Fact, SubjectCard } from '../components/subject-card';
import { nameOf, useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { MatchingBody } from '../matching/message-body';
import { PlaceText, VehicleList } from './circumstances';

/** What a message says, by its kind. */
export function MessageBody({ body }: { body: MessageContent }) {
  const text = useText();
  const { time, list } = useFormats();
  switch (body.kind) {
    case 'alert':
      return <AlertBody alert={body.content} />;
    case 'alert_update':
      return (
        <>
          <p dir="auto">{body.content.what_changed}</p>
          <AlertBody alert={body.content.now_reads} />
        </>
      );
    case 'alert_cancellation':
      return (
        <>
          <p>{text(`cancellation.${body.content.reason}`)}</p>
          <p dir="auto">{body.content.note}</p>
        </>
      );
    case 'withdrawal':
      return (
        <p>
          {text('message.withdrawal_of', {
            what: list(body.content.withdrawn.map((what) => text.orCode('withdrawn', what))),
            at: time(body.content.withdrawn_at),
          })}
        </p>
      );
    case 'sighting':
      return (
        <dl className="facts">
          <Fact label={text('sighting.when')}>{time(body.content.seen_at)}</Fact>
          <Fact label={text('sighting.where')}>
            <PlaceText place={body.content.place} />
          </Fact>
          <Fact label={text('sighting.what')}>{body.content.what}</Fact>
        </dl>
      );
    case 'disclosure':
      return (
        <>
          <p dir="auto">{body.content.note}</p>
          <p className="small">
            {text('case.reference')}: <bdi>{body.content.reference}</bdi>
          </p>
          <SubjectCard subject={body.content.subject} level="h4" />
        </>
      );
    case 'evidence_offer':
      return <OfferBody offer={body.content} />;
    case 'selector_query':
    case 'selector_answer':
    case 'hit_claim':
    case 'hit_answer':
    case 'sweep_request':
    case 'sweep_answer':
    case 'deconfliction_offer':
    case 'deconfliction_answer':
      return <MatchingBody body={body} />;
    case 'information':
      return (
        <>
          <p dir="auto">
            <strong>{body.content.subject}</strong>
          </p>
          <p className="free-text" dir="auto">
            {body.content.text}
          </p>
        </>
      );
    default:
      return <p className="quiet">{text('message.unknown_kind')}</p>;
  }
}

function AlertBody({ alert }: { alert: Alert }) {
  const text = useText();
  const { time } = useFormats();
  const people = [alert.child, alert.alleged_taker].filter((person) => person != null);
  return (
    <>
      <p dir="auto">
        <strong>{alert.headline}</strong>
      </p>
      <dl className="facts">
        {people.map((person) => (
          <Fact key={person.id} label={text.orCode('role', person.role)}>
            {nameOf(person.name) ?? text('subject.no_name')}
          </Fact>
        ))}
        <Fact label={text('alert.missing_since')}>{time(alert.missing_since)}</Fact>
        <Fact label={text('alert.last_seen')}>
          <PlaceText place={alert.last_seen} />
        </Fact>
        <Fact label={text('raise.action')}>{alert.requested_action}</Fact>
        <VehicleList vehicles={alert.vehicles ?? []} />
      </dl>
    </>
  );
}

/** The key and the signed event that the offer brings are for the node alone. */
function OfferBody({ offer }: { offer: EvidenceOfferContent }) {
  const text = useText();
  const { bytes } = useFormats();
  return (
    <dl className="facts">
      <Fact label={text('evidence.exhibit')}>{offer.exhibit}</Fact>
      <Fact label={text('evidence.name')}>
        <bdi className="file-name">{offer.name}</bdi>
      </Fact>
      <Fact label={text('evidence.size')}>{bytes(offer.size)}</Fact>
      <Fact label={text('offer.copy')}>{text(offer.keeps_copy ? 'offer.keeps_copy' : 'offer.keeps_none')}</Fact>
      {offer.note && <Fact label={text('offer.note')}>{offer.note}</Fact>}
    </dl>
  );
}
