import { queries } from '../api/queries';
import type { FoundHit, Holder, Query } from '../api/queries-types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Section } from '../components/page';
import { Fact } from '../components/subject-card';
import { Tag } from '../components/tag';
import { Waiting } from '../components/waiting';
import { ClaimHits } from '../matching/claim-hits';
import { LeadView } from '../matching/lead';
import { MatchingPage } from '../matching/matching-page';
import { FoundTag, HolderTag, QueryTag } from '../matching/query-tags';
import { Shown } from '../matching/shown';
import { Link } from '../routing/router';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** One question: who has answered, who has not, what was found, and what was shown of it. */
export function QueryPage({ id }: { id: string }) {
  const text = useText();
  const found = useResource(`query ${id}`, (signal) => queries.query(id, signal), { on: ['query', 'hit'] });
  const { data } = found;
  return (
    <MatchingPage title={text('query.word')} beside={data && <QueryTag state={data.state} />}>
      <Waiting resource={found}>{(query) => <QueryContent query={query} reload={found.reload} />}</Waiting>
    </MatchingPage>
  );
}

/** Under the heading of the page. */
export function QueryContent({ query, reload }: { query: Query; reload: () => void }) {
  const text = useText();
  return (
    <>
      <QueryFacts query={query} />
      <Section title={text('query.holders')}>
        <ul className="rows">
          {query.holders.map((holder) => (
            <HolderRow key={holder.authority} query={query} holder={holder} reload={reload} />
          ))}
        </ul>
      </Section>
    </>
  );
}

function QueryFacts({ query }: { query: Query }) {
  const text = useText();
  const { time, number } = useFormats();
  return (
    <div className="card">
      <p className="lead" dir="auto">
        {query.why}
      </p>
      {query.fault && (
        <p className="notice notice-bad" dir="auto" lang="en">
          {query.fault}
        </p>
      )}
      <dl className="facts">
        <Fact label={text('case.word')}>
          <Link href={`/cases/${query.case}`}>
            <bdi>{query.case_reference}</bdi>
          </Link>
        </Fact>
        <Fact label={text('query.asked')}>
          <bdi>{query.asked_by}</bdi> · {time(query.asked_at)}
        </Fact>
        <Fact label={text('marking.purpose')}>{text.orCode('purpose', query.purpose)}</Fact>
        <Fact label={text('query.size')}>
          {text('query.looks_like', { count: query.selectors - (query.person_keys ?? 0), size: number(query.count) })}
        </Fact>
        {query.persons && query.persons.length > 0 && (
          <Fact label={text('query.persons')}>
            {text('query.persons_asked', { count: query.persons.length, keys: number(query.person_keys ?? 0) })}
          </Fact>
        )}
        {query.consent_from && (
          <Fact label={text('query.consent_from')}>
            <Authority id={query.consent_from} /> {text(query.consented ? 'sweep.consented' : query.state === 'lapsed' ? 'sweep.lapsed' : 'sweep.open')}
            {query.state === 'awaiting_consent' && query.decide_by && (
              <span className="quiet"> {text('sweep.decide_by', { at: time(query.decide_by) })}</span>
            )}
          </Fact>
        )}
        <Fact label={text('query.batch')} wide>
          <bdi className="code break">{query.batch_sha256}</bdi>
        </Fact>
        <Fact label={text('alert.proof')}>
          <Link href={`/exchanges/${query.exchange}`}>{text('alert.open_exchange')}</Link>
        </Fact>
      </dl>
    </div>
  );
}

function HolderRow({ query, holder, reload }: { query: Query; holder: Holder; reload: () => void }) {
  const text = useText();
  const { time, number } = useFormats();
  const claimable = holder.found.filter(({ state }) => state === 'found').map(({ handle }) => handle);
  const leads = holder.leads ?? [];
  return (
    <li className="upload">
      <p className="tags">
        <Authority id={holder.authority} />
        <HolderTag holder={holder} />
        {leads.length > 0 && <Tag tone="strong">{text('query.leads', { count: leads.length })}</Tag>}
        {holder.epoch != null && <span className="quiet">{text('query.epoch', { number: number(holder.epoch) })}</span>}
        <span className="quiet">{time(holder.changed_at)}</span>
      </p>
      {holder.code && <p>{text.orCode('refusal', holder.code)}</p>}
      {holder.why && (
        <p className="quiet" dir="auto" lang="en">
          {holder.why}
        </p>
      )}
      {holder.again_at && <p className="quiet">{text('query.again_at', { at: time(holder.again_at) })}</p>}
      {holder.found.length > 0 && (
        <ul className="plain-list">
          {holder.found.map((hit) => (
            <Hit key={hit.handle} hit={hit} />
          ))}
        </ul>
      )}
      {claimable.length > 0 && (
        <div className="page-actions">
          <ClaimHits
            query={query}
            holder={holder}
            handles={claimable}
            opener={text('claim.action', { count: claimable.length })}
            onClaimed={reload}
          />
        </div>
      )}
      {leads.length > 0 && (
        <ul className="plain-list">
          {leads.map((lead) => (
            <LeadView key={lead.subject} query={query} holder={holder} lead={lead} onClaimed={reload} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Hit({ hit }: { hit: FoundHit }) {
  const text = useText();
  return (
    <li>
      <p className="tags">
        <span>
          {text(`field.${hit.kind}`)}: <bdi className="code break">{hit.value}</bdi>
        </span>
        <FoundTag state={hit.state} />
      </p>
      {hit.shown && <Shown shown={hit.shown} />}
      {hit.note && <p dir="auto">{hit.note}</p>}
    </li>
  );
}
