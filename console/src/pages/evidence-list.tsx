import { useState } from 'react';
import { evidence } from '../api/evidence';
import type { ItemLine, Offer, UploadLine } from '../api/evidence-types';
import { useResource } from '../api/use-resource';
import { ActButton } from '../components/act-button';
import { Authority } from '../components/authority';
import { Section } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Tag } from '../components/tag';
import { useAct } from '../components/task';
import { Pager } from '../components/pager';
import { Empty, Waiting } from '../components/waiting';
import { CaseField } from '../evidence/case-field';
import { EvidencePage } from '../evidence/evidence-page';
import { Progress } from '../evidence/progress';
import { ItemTags, OfferTag } from '../evidence/tags';
import { usePoll } from '../evidence/use-poll';
import { Link, useQuery } from '../routing/router';
import { mayAct, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** So many offers that are over are shown beside those that are not. */
const PAST = 5;

/** What the vault holds, what is offered, and what is not here as a whole yet. */
export function EvidenceList() {
  const text = useText();
  const { role } = useOfficer();
  return (
    <EvidencePage title={text('nav.evidence')}>
      {mayAct(role) && <Uploads />}
      <Offers />
      <Items />
    </EvidencePage>
  );
}

function Items() {
  const text = useText();
  const { role } = useOfficer();
  const [query, write] = useQuery();
  const of = query.get('case') ?? '';
  const [after, setAfter] = useState('');
  const items = useResource(`evidence ${of} ${after}`, (signal) => evidence.list({ case: of, after }, signal), {
    on: ['evidence', 'case'],
  });
  const choose = (id: string) => {
    setAfter('');
    write(new URLSearchParams(id === '' ? {} : { case: id }));
  };
  return (
    <Section title={text('evidence.items')}>
      {mayAct(role) && (
        <div className="narrow">
          <CaseField label={text('case.word')} value={of} onChange={choose} none={text('evidence.all_cases')} />
        </div>
      )}
      <Waiting resource={items}>
        {({ items: found, next }) => (
          <>
            {found.length === 0 ? <Empty>{text('evidence.none')}</Empty> : <ItemTable items={found} />}
            <Pager after={after} next={next} onGo={setAfter} />
          </>
        )}
      </Waiting>
    </Section>
  );
}

function ItemTable({ items }: { items: ItemLine[] }) {
  const text = useText();
  return (
    <table className="stacked">
      <caption className="visually-hidden">{text('evidence.items')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('evidence.exhibit')}</th>
          <th scope="col">{text('evidence.name')}</th>
          <th scope="col">{text('evidence.state')}</th>
          <th scope="col">{text('evidence.size')}</th>
          <th scope="col">{text('evidence.taken')}</th>
          <th scope="col">{text('evidence.received_from')}</th>
          <th scope="col">{text('evidence.retain_until')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <ItemRow key={item.id} item={item} />
        ))}
      </tbody>
    </table>
  );
}

function ItemRow({ item }: { item: ItemLine }) {
  const text = useText();
  const { time, day, bytes } = useFormats();
  return (
    <tr>
      <th scope="row">
        <Link href={`/evidence/${item.id}`}>
          <bdi>{item.exhibit}</bdi>
        </Link>
      </th>
      <td data-label={text('evidence.name')}>
        <bdi className="file-name">{item.name}</bdi>
      </td>
      <td data-label={text('evidence.state')}>
        <ItemTags item={item} />
      </td>
      <td data-label={text('evidence.size')} className="unbroken">{bytes(item.size)}</td>
      <td data-label={text('evidence.taken')}>
        {time(item.taken_at)}
        <br />
        <bdi className="quiet">{item.taken_by}</bdi>
      </td>
      <td data-label={text('evidence.received_from')}>
        {item.received_from ? <Authority id={item.received_from} /> : '—'}
      </td>
      <td data-label={text('evidence.retain_until')}>{day(item.retain_until)}</td>
    </tr>
  );
}

/** What was begun and is not here as a whole: it goes on where it stopped, with the same file. */
function Uploads() {
  const text = useText();
  const uploads = useResource('uploads', (signal) => evidence.uploads(signal), { on: ['evidence'] });
  if (uploads.problem === null && (uploads.data ?? []).length === 0) return null;
  return (
    <Section title={text('evidence.unfinished')}>
      <Waiting resource={uploads}>
        {(found) => (
          <ul className="rows">
            {found.map((upload) => (
              <UploadRow key={upload.item} upload={upload} onGone={uploads.reload} />
            ))}
          </ul>
        )}
      </Waiting>
    </Section>
  );
}

function UploadRow({ upload, onGone }: { upload: UploadLine; onGone: () => void }) {
  const text = useText();
  const { time } = useFormats();
  const { busy, problem, act } = useAct();
  const giveUp = () =>
    act(async () => {
      await evidence.giveUp(upload.item);
      onGone();
    });
  return (
    <li className="upload">
      <p className="tags">
        <bdi className="code">{upload.exhibit}</bdi>
        <bdi className="file-name">{upload.name}</bdi>
        {upload.fault && <Tag tone="bad">{text('evidence.refused')}</Tag>}
      </p>
      <Progress
        label={`${text('evidence.received')}: ${upload.exhibit}`}
        done={upload.received}
        of={upload.length}
      />
      <p className="quiet">
        {time(upload.started_at)} · <bdi>{upload.started_by}</bdi>
      </p>
      {upload.fault && (
        <p dir="auto" lang="en">
          {upload.fault}
        </p>
      )}
      <div className="page-actions">
        {!upload.fault && (
          <Link
            className="button"
            href={`/evidence/new?upload=${upload.item}`}
            aria-label={`${text('intake.go_on')}: ${upload.exhibit}`}
          >
            {text('intake.go_on')}
          </Link>
        )}
        <ActButton busy={busy} aria-label={`${text('intake.give_up')}: ${upload.exhibit}`} onPress={() => void giveUp()}>
          {text('intake.give_up')}
        </ActButton>
      </div>
      <ProblemNotice problem={problem} />
    </li>
  );
}

function Offers() {
  const text = useText();
  const offers = useResource('offers', (signal) => evidence.offers(signal), { on: ['evidence', 'message'] });
  usePoll(offers.data?.some(({ state }) => state === 'fetching') ?? false, offers.reload);
  const current = (offers.data ?? []).filter(({ state }) => ['open', 'fetching', 'failed'].includes(state));
  if (offers.problem === null && (offers.data ?? []).length === 0) return null;
  const past = (offers.data ?? []).filter((offer) => !current.includes(offer));
  return (
    <Section title={text('evidence.offers')}>
      <Waiting resource={offers}>
        {() => (
          <ul className="rows">
            {[...current, ...past.slice(0, PAST)].map((offer) => (
              <OfferRow key={offer.message} offer={offer} />
            ))}
          </ul>
        )}
      </Waiting>
    </Section>
  );
}

function OfferRow({ offer }: { offer: Offer }) {
  const text = useText();
  const { bytes, time } = useFormats();
  return (
    <li className="upload">
      <p className="tags">
        <Tag tone="plain">{text(`offer.${offer.direction}`)}</Tag>
        <OfferTag state={offer.state} />
        <Link href={`/evidence/offers/${offer.message}`}>
          <bdi>{offer.exhibit}</bdi>
        </Link>
        <bdi className="file-name">{offer.name}</bdi>
        <span className="quiet">{bytes(offer.size)}</span>
      </p>
      <p className="quiet">
        <Authority id={offer.peer} /> · {time(offer.made_at)}
      </p>
      {offer.state === 'fetching' && (
        <Progress label={`${text('offer.fetched')}: ${offer.exhibit}`} done={offer.fetched} of={offer.size} />
      )}
    </li>
  );
}
