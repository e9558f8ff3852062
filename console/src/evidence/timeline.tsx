import type { Custody, CustodyEvent, Finding } from '../api/evidence-types';
import { Authority, useAuthorityName } from '../components/authority';
import { Tag } from '../components/tag';
import { Unfold } from '../components/unfold';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { Digest } from './digest';

/** Who had the item when, with what breaks the chain and what is open in it standing where it is. */
export function Timeline({ custody }: { custody: Custody }) {
  const text = useText();
  const { list } = useFormats();
  const nameOf = useAuthorityName();
  const breaks = custody.findings.filter(({ is_break }) => is_break);
  const of = ({ event }: CustodyEvent) =>
    custody.findings.filter(({ by, number }) => by === event.by && number === event.number);
  const placed = new Set(custody.events.flatMap(of));
  const others = custody.findings.filter((finding) => !placed.has(finding));
  return (
    <>
      <p className="tags wrapping">
        <Tag tone={breaks.length === 0 ? 'good' : 'bad'}>{text('custody.breaks', { count: breaks.length })}</Tag>
        {custody.findings.length > breaks.length && (
          <Tag tone="wait">{text('custody.open', { count: custody.findings.length - breaks.length })}</Tag>
        )}
        <span>
          {custody.holders.length === 0
            ? text('custody.no_holder')
            : text('custody.holders', { list: list(custody.holders.map(nameOf)) })}
        </span>
      </p>
      <Findings findings={others} />
      <ol className="timeline">
        {custody.events.map((event) => (
          <Event key={event.sha256} event={event} findings={of(event)} />
        ))}
      </ol>
    </>
  );
}

function Findings({ findings }: { findings: Finding[] }) {
  const text = useText();
  return findings.map((finding, at) => (
    <div key={at} className={finding.is_break ? 'notice notice-bad' : 'notice notice-warn'}>
      <p className="notice-title">{text(finding.is_break ? 'custody.break' : 'custody.waits')}</p>
      <p dir="auto" lang="en">
        {finding.what}
      </p>
    </div>
  ));
}

/** What the act says beside its name: to whom, from whom, onto what, how. */
function detailsOf(act: CustodyEvent['event']['act']): Record<string, unknown> {
  return typeof act === 'string' ? {} : (Object.values(act)[0] ?? {});
}

function Event({ event: { act, sha256, event }, findings }: { event: CustodyEvent; findings: Finding[] }) {
  const text = useText();
  const { time } = useFormats();
  const said = detailsOf(event.act);
  return (
    <li className={findings.some(({ is_break }) => is_break) ? 'event event-broken' : 'event'}>
      <Findings findings={findings} />
      <p className="event-head">
        <strong>{text.orCode('custody_act', act)}</strong> <time dateTime={event.at}>{time(event.at)}</time>
      </p>
      <p>
        <Authority id={event.by} />
        <ActDetails said={said} />
      </p>
      <p dir="auto">{event.reason}</p>
      {event.place && (
        <p className="quiet">
          {text('acquisition.place')}: <bdi>{event.place}</bdi>
        </p>
      )}
      {event.basis && (
        <p className="quiet">
          {text('terms.basis')}: <bdi>{event.basis}</bdi>
        </p>
      )}
      <Unfold title={text('custody.signed', { number: event.number })} level={3}>
        <p className="small">
          {text('custody.officer')} <bdi className="code digest">{event.officer}</bdi>
        </p>
        <p>
          <Digest hex={sha256} />
        </p>
      </Unfold>
    </li>
  );
}

function ActDetails({ said }: { said: Record<string, unknown> }) {
  const text = useText();
  const words = (name: string) => (typeof said[name] === 'string' ? (said[name] as string) : null);
  const [to, from, onto, how] = ['to', 'from', 'onto', 'how'].map(words);
  return (
    <>
      {to && (
        <>
          {' '}
          <span className="arrow" aria-hidden="true" /> <span className="visually-hidden">{text('message.to')}</span>{' '}
          <Authority id={to} />
        </>
      )}
      {from && (
        <>
          {' · '}
          {text('evidence.received_from')} <Authority id={from} />
        </>
      )}
      {(onto ?? how) && (
        <>
          {' · '}
          <bdi>{onto ?? how}</bdi>
        </>
      )}
      {said.keeps_copy !== undefined && (
        <> · {text(said.keeps_copy === true ? 'offer.keeps_copy' : 'offer.keeps_none')}</>
      )}
      {said.declined !== undefined && (
        <> · {text(said.declined === true ? 'offer_state.declined' : 'offer_state.withdrawn')}</>
      )}
    </>
  );
}
