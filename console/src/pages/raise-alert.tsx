import { useState } from 'react';
import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { Case, NodeInfo } from '../api/types';
import { Authority } from '../components/authority';
import { Field, Many } from '../components/fields';
import { Page } from '../components/page';
import { TaskForm } from '../components/task';
import { Waiting } from '../components/waiting';
import { firstTerms, tidyTerms } from '../parts/terms';
import { TermsForm } from '../parts/terms-form';
import { useNavigate } from '../routing/router';
import { useOfficer, useSession } from '../session/session';
import { useText } from '../strings/locale';

export function RaiseAlertPage({ id }: { id: string }) {
  const text = useText();
  const { node } = useSession();
  const found = useResource(`case ${id}`, (signal) => api.case(id, false, signal));
  return (
    <Page title={text('raise.title')}>
      <Waiting resource={found}>{(data) => node && <RaiseForm data={data} node={node} />}</Waiting>
    </Page>
  );
}

function RaiseForm({ data, node }: { data: Case; node: NodeInfo }) {
  const text = useText();
  const navigate = useNavigate();
  const { authority } = useOfficer();
  const [to, setTo] = useState<string[]>([]);
  const [headline, setHeadline] = useState('');
  const [action, setAction] = useState(() => text('raise.action_default'));
  const [hours, setHours] = useState('72');
  const [terms, setTerms] = useState(() => firstTerms(node.mode, 'immediate', data.report.happened_at));
  const child = data.report.subjects.find(({ role }) => role === 'child');
  const others = node.members.filter((member) => member.authority !== authority);

  const submit = async () => {
    const { marking, basis, urgency } = tidyTerms(terms);
    const raised = await api.raiseAlert(data.id, {
      to,
      headline,
      requested_action: action,
      runs_for_hours: Number(hours),
      urgency,
      marking,
      legal_basis: basis,
    });
    navigate(`/alerts/${raised.id}`);
  };
  return (
    <TaskForm submit={submit} label={text('raise.submit')} beside={<p className="hint">{text('raise.second')}</p>}>
      <p dir="auto">
        {text('raise.from_case', { reference: data.reference })} {data.title}
      </p>
      <Many
        label={text('raise.to')}
        value={to}
        onChange={setTo}
        options={others.map((member) => ({ value: member.authority, label: <Authority id={member.authority} /> }))}
        required
      />
      <Field
        label={text('raise.headline')}
        hint={text('raise.headline.hint')}
        value={headline}
        onChange={setHeadline}
        dir="auto"
        required
      />
      <Field label={text('raise.action')} value={action} onChange={setAction} lines={2} dir="auto" required />
      <Field label={text('raise.hours')} type="number" value={hours} onChange={setHours} required />
      <TermsForm
        terms={terms}
        onChange={setTerms}
        kind="alert"
        to={to}
        born={child?.born}
      />
    </TaskForm>
  );
}
