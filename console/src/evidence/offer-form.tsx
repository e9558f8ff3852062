import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import { evidence } from '../api/evidence';
import type { Item } from '../api/evidence-types';
import type { Mode, NodeInfo } from '../api/types';
import { useAuthorityName } from '../components/authority';
import { Choice, Field } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { firstTerms, tidyTerms, type Terms } from '../parts/terms';
import { TermsForm } from '../parts/terms-form';
import { useNavigate } from '../routing/router';
import { useOfficer, useSession } from '../session/session';
import { useText } from '../strings/locale';

/** Offers the item to another authority, which fetches it once it accepts. */
export function OfferItem({ item }: { item: Item }) {
  const text = useText();
  const { node } = useSession();
  return (
    <TaskDialog opener={text('offer.action')} title={text('offer.action')}>
      {() => node && <OfferForm item={item} node={node} />}
    </TaskDialog>
  );
}

/** An item goes to a court in the end; in an exercise it goes nowhere. */
function startOf(mode: Mode): Terms {
  const first = firstTerms(mode, 'priority');
  if (mode === 'exercise') return first;
  return { ...first, marking: { ...first.marking, purpose: 'judicial_proceedings' } };
}

function OfferForm({ item, node }: { item: Item; node: NodeInfo }) {
  const text = useText();
  const nameOf = useAuthorityName();
  const navigate = useNavigate();
  const { authority } = useOfficer();
  const others = node.members.filter((member) => member.authority !== authority);
  const [to, setTo] = useState('');
  const [keeps, setKeeps] = useState(true);
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const [terms, setTerms] = useState(() => startOf(node.mode));
  const submit = async () => {
    const { marking, basis, urgency } = tidyTerms(terms);
    const offer = { to, keeps_copy: keeps, reason, note, marking, legal_basis: basis, urgency };
    const { message } = await evidence.makeOffer(item.id, offer);
    navigate(`/evidence/offers/${message}`);
  };
  return (
    <TaskForm submit={submit} label={text('offer.submit')}>
      <p className="hint">{text('offer.explained')}</p>
      <Choice
        label={text('offer.to')}
        value={to}
        onChange={setTo}
        required
        options={[
          { value: '', label: text('law.choose') },
          ...others.map((member) => ({
            value: member.authority,
            label: `${nameOf(member.authority)} (${member.authority})`,
          })),
        ]}
      />
      <Checkbox className="check" isSelected={keeps} onChange={setKeeps}>
        <span className="box" aria-hidden="true" />
        <span>{text('offer.keep')}</span>
      </Checkbox>
      {!keeps && <p className="notice notice-warn">{text('offer.keep_none')}</p>}
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
      <Field label={text('offer.note')} value={note} onChange={setNote} lines={2} dir="auto" />
      <TermsForm terms={terms} onChange={setTerms} kind="evidence_offer" to={to === '' ? [] : [to]} />
    </TaskForm>
  );
}
