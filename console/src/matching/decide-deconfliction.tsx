import { useState } from 'react';
import { deconflictions } from '../api/deconfliction';
import type { Deconfliction } from '../api/deconfliction-types';
import type { NodeInfo } from '../api/types';
import { Field } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { firstTerms, tidyTerms } from '../parts/terms';
import { TermsForm } from '../parts/terms-form';
import { mayAct, mayRelease, useRole, useSession } from '../session/session';
import { useText } from '../strings/locale';
import { isOpen, mayDecline, mayWithdraw, waitsForConfirmation } from './deconfliction-rules';
import { Learnt } from './prepare-deconfliction';

interface ActProps {
  one: Deconfliction;
  onChange: (one: Deconfliction) => void;
}

/** What may be done now: confirmed by a second officer, accepted, declined, withdrawn. */
export function DeconflictionActs(props: ActProps) {
  const { one } = props;
  const role = useRole();
  const { node } = useSession();
  if (role === null || !mayAct(role) || node === null || !isOpen(one)) return null;
  return (
    <div className="page-actions">
      {waitsForConfirmation(one) && mayRelease(role) && <Confirm {...props} />}
      {one.state === 'received' && <Accept {...props} node={node} />}
      {mayDecline(one) && <Refuse {...props} act="decline" />}
      {mayWithdraw(one) && <Refuse {...props} act="withdraw" />}
    </div>
  );
}

function Confirm({ one, onChange }: ActProps) {
  const text = useText();
  const title = text(one.state === 'prepared' ? 'deconfliction.confirm_offer' : 'deconfliction.confirm_acceptance');
  return (
    <TaskDialog opener={title} openerTone="primary" title={title}>
      {(close) => (
        <TaskForm
          label={text('deconfliction.confirm')}
          submit={async () => {
            onChange(await deconflictions.confirm(one.id));
            close();
          }}
        >
          <p>{text('deconfliction.confirm_explained')}</p>
          <Learnt />
        </TaskForm>
      )}
    </TaskDialog>
  );
}

function Accept(props: ActProps & { node: NodeInfo }) {
  const text = useText();
  return (
    <TaskDialog opener={text('deconfliction.accept')} openerTone="primary" title={text('deconfliction.accept')}>
      {(close) => <AcceptForm {...props} close={close} />}
    </TaskDialog>
  );
}

/** Under the marking that was offered, unless another is chosen; the basis is each side's own. */
function AcceptForm({ one, onChange, node, close }: ActProps & { node: NodeInfo; close: () => void }) {
  const text = useText();
  const [why, setWhy] = useState('');
  const [terms, setTerms] = useState(() => {
    const first = firstTerms(node.mode, 'routine');
    return { ...first, marking: { ...first.marking, purpose: one.purpose } };
  });
  const submit = async () => {
    const { marking, basis } = tidyTerms(terms);
    onChange(await deconflictions.accept(one.id, { why, marking, legal_basis: basis }));
    close();
  };
  return (
    <TaskForm submit={submit} label={text('deconfliction.accept_submit')}>
      <p className="hint">{text('deconfliction.accept_explained')}</p>
      <Learnt />
      <Field label={text('query.why')} value={why} onChange={setWhy} lines={2} dir="auto" required />
      <TermsForm terms={terms} onChange={setTerms} urgency={false} kind="deconfliction_answer" to={[one.with]} />
    </TaskForm>
  );
}

function Refuse({ one, onChange, act }: ActProps & { act: 'decline' | 'withdraw' }) {
  const text = useText();
  const [reason, setReason] = useState('');
  const title = text(`deconfliction.${act}`);
  return (
    <TaskDialog opener={title} openerTone={act === 'withdraw' ? 'danger' : ''} title={title}>
      {(close) => (
        <TaskForm
          label={title}
          tone="danger"
          submit={async () => {
            onChange(await deconflictions[act](one.id, reason));
            close();
          }}
        >
          <p>{text(`deconfliction.${act}_explained`)}</p>
          <Field label={text('merge.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
        </TaskForm>
      )}
    </TaskDialog>
  );
}
