import { useState } from 'react';
import { api } from '../api/client';
import { evidence } from '../api/evidence';
import type { Offer } from '../api/evidence-types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Field } from '../components/fields';
import { Section } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Fact } from '../components/subject-card';
import { TaskDialog, TaskForm } from '../components/task';
import { Waiting } from '../components/waiting';
import { CaseField } from '../evidence/case-field';
import { EvidencePage } from '../evidence/evidence-page';
import { Progress } from '../evidence/progress';
import { OfferTag } from '../evidence/tags';
import { usePoll } from '../evidence/use-poll';
import { MarkingFacts, TermsView } from '../parts/terms-view';
import { Link } from '../routing/router';
import { mayAct, mayRelease, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useLanguage, useText } from '../strings/locale';

/** One offer of an item, from or to another authority. */
export function EvidenceOffer({ message }: { message: string }) {
  const text = useText();
  const offer = useResource(`offer ${message}`, (signal) => evidence.offer(message, signal), {
    on: ['evidence', 'message'],
  });
  usePoll(offer.data?.state === 'fetching', offer.reload);
  const title = offer.data ? text('offer.page_title', { exhibit: offer.data.exhibit }) : text('offer.word');
  return (
    <EvidencePage title={title} beside={offer.data && <OfferTag state={offer.data.state} />}>
      <Waiting resource={offer}>{(data) => <OfferContent offer={data} onChanged={offer.reload} />}</Waiting>
    </EvidencePage>
  );
}

function OfferContent({ offer, onChanged }: { offer: Offer; onChanged: () => void }) {
  const text = useText();
  const { bytes, time } = useFormats();
  const incoming = offer.direction === 'incoming';
  return (
    <>
      <OfferActs offer={offer} onChanged={onChanged} />
      <div className="card">
        <p className="lead">{text(incoming ? 'offer.lead_in' : 'offer.lead_out')}</p>
        <dl className="facts">
          <Fact label={text(incoming ? 'alert.from' : 'offer.to')}>
            <Authority id={offer.peer} />
          </Fact>
          <Fact label={text('evidence.exhibit')}>{offer.exhibit}</Fact>
          <Fact label={text('evidence.name')}>
            <bdi className="file-name">{offer.name}</bdi>
          </Fact>
          <Fact label={text('evidence.size')}>{bytes(offer.size)}</Fact>
          <Fact label={text('offer.made_at')}>{time(offer.made_at)}</Fact>
          <Fact label={text('offer.changed_at')}>{time(offer.changed_at)}</Fact>
          <Fact label={text('offer.copy')}>{text(offer.keeps_copy ? 'offer.keeps_copy' : 'offer.keeps_none')}</Fact>
          {offer.note && <Fact label={text('offer.note')}>{offer.note}</Fact>}
        </dl>
        {(offer.state === 'fetching' || offer.state === 'failed') && (
          <Progress label={text('offer.fetched')} done={offer.fetched} of={offer.size} />
        )}
        {offer.waits_for === 'storage_full' && (
          <p className="notice notice-bad">{text(incoming ? 'offer.no_room_here' : 'offer.no_room_there')}</p>
        )}
        {offer.fault && !offer.waits_for && (
          <p className="notice notice-bad" dir="auto" lang="en">
            {offer.fault}
          </p>
        )}
        <p>
          <Link href={`/exchanges/${offer.exchange}`}>{text('alert.open_exchange')}</Link>
          {(!incoming || offer.state === 'accepted') && (
            <>
              {' · '}
              <Link href={`/evidence/${offer.item}`}>{text('intake.open_item')}</Link>
            </>
          )}
        </p>
      </div>
      <OfferTerms offer={offer} />
    </>
  );
}

/** Under what conditions it is offered; on which law, as the message in its exchange says, with our own node's finding. */
function OfferTerms({ offer }: { offer: Offer }) {
  const text = useText();
  const { language } = useLanguage();
  const { exchange, message, marking } = offer;
  const found = useResource(`exchange ${exchange} ${language}`, (signal) => api.exchange(exchange, language, signal));
  const sent = found.data?.messages.find(({ id }) => id === message);
  if (!marking) return null;
  return (
    <Section title={text('alert.terms')}>
      <div className="card">
        {sent?.legal_basis ? (
          <TermsView marking={marking} basis={sent.legal_basis} assessment={sent.assessment} />
        ) : (
          <dl className="facts">
            <MarkingFacts marking={marking} />
          </dl>
        )}
        <ProblemNotice problem={found.problem} retry={found.reload} />
      </div>
    </Section>
  );
}

function OfferActs({ offer, onChanged }: { offer: Offer; onChanged: () => void }) {
  const text = useText();
  const { role } = useOfficer();
  const open = offer.state === 'open' || offer.state === 'failed';
  if (!mayAct(role) || !open) return null;
  if (offer.direction === 'outgoing') {
    if (!mayRelease(role)) return null;
    const withdraw = (reason: string) => evidence.withdraw(offer.message, reason);
    return (
      <div className="page-actions">
        <Ending label={text('offer.withdraw')} end={withdraw} onChanged={onChanged} />
      </div>
    );
  }
  return (
    <div className="page-actions">
      <TaskDialog opener={text('offer.accept')} openerTone="primary" title={text('offer.accept')}>
        {(close) => <AcceptForm offer={offer} onDone={() => (onChanged(), close())} />}
      </TaskDialog>
      <Ending
        label={text('offer.decline')}
        end={(reason) => evidence.decline(offer.message, reason)}
        onChanged={onChanged}
      />
    </div>
  );
}

function AcceptForm({ offer, onDone }: { offer: Offer; onDone: () => void }) {
  const text = useText();
  const [into, setInto] = useState('');
  const [reason, setReason] = useState('');
  const submit = async () => {
    await evidence.accept(offer.message, { case: into, reason: reason.trim() });
    onDone();
  };
  return (
    <TaskForm submit={submit} label={text('offer.accept')}>
      <p className="hint">{text('offer.accept.explained')}</p>
      <CaseField label={text('offer.into')} value={into} onChange={setInto} none={text('law.choose')} required />
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
    </TaskForm>
  );
}

interface EndingProps {
  label: string;
  end: (reason: string) => Promise<unknown>;
  onChanged: () => void;
}

function Ending({ label, end, onChanged }: EndingProps) {
  return (
    <TaskDialog opener={label} openerTone="danger" title={label}>
      {(close) => <EndingForm label={label} end={end} onChanged={() => (onChanged(), close())} />}
    </TaskDialog>
  );
}

function EndingForm({ label, end, onChanged }: EndingProps) {
  const text = useText();
  const [reason, setReason] = useState('');
  const submit = async () => {
    await end(reason.trim());
    onChanged();
  };
  return (
    <TaskForm submit={submit} label={label} tone="danger">
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
    </TaskForm>
  );
}
