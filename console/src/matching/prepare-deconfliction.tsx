import { useState } from 'react';
import { deconflictions } from '../api/deconfliction';
import type { NodeInfo, SelectorKind } from '../api/types';
import { useResource } from '../api/use-resource';
import { Choice, Field, Many } from '../components/fields';
import { SELECTOR_KINDS } from '../components/subject-fields';
import { TaskDialog, TaskForm } from '../components/task';
import { firstTerms, tidyTerms } from '../parts/terms';
import { TermsForm } from '../parts/terms-form';
import { useNavigate } from '../routing/router';
import { useOfficer, useSession } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { ownEntries } from './deconfliction-rules';

/** Prepares an offer to compare whole case loads; nothing leaves before another officer has confirmed it. */
export function PrepareDeconfliction() {
  const text = useText();
  const { node } = useSession();
  return (
    <TaskDialog opener={text('deconfliction.prepare')} openerTone="primary" title={text('deconfliction.prepare')}>
      {() => node && <PrepareForm node={node} />}
    </TaskDialog>
  );
}

function PrepareForm({ node }: { node: NodeInfo }) {
  const text = useText();
  const { number } = useFormats();
  const navigate = useNavigate();
  const { authority } = useOfficer();
  const limits = useResource('deconfliction limits', (signal) => deconflictions.limits(signal));
  const [peer, setPeer] = useState('');
  const [scope, setScope] = useState<string[]>([]);
  const [why, setWhy] = useState('');
  const [hours, setHours] = useState('168');
  const [terms, setTerms] = useState(() => firstTerms(node.mode, 'routine'));
  const others = node.members.filter((member) => member.authority !== authority);
  const left = limits.data?.members.find((member) => member.authority === peer)?.left_today;
  const entriesOf = (kind: string) => number(ownEntries(limits.data, [kind]));
  const submit = async () => {
    const { marking, basis, urgency } = tidyTerms(terms);
    const { id } = await deconflictions.prepare({
      with: peer,
      scope: scope as SelectorKind[],
      why,
      marking,
      legal_basis: basis,
      urgency,
      hours: Number(hours),
    });
    navigate(`/deconflictions/${id}`);
  };
  return (
    <TaskForm submit={submit} label={text('deconfliction.prepare_submit')}>
      <p className="hint">{text('deconfliction.way')}</p>
      <Choice
        label={text('deconfliction.with')}
        value={peer}
        onChange={setPeer}
        required
        options={[
          { value: '', label: text('law.choose') },
          ...others.map((member) => ({ value: member.authority, label: member.authority })),
        ]}
      />
      {left === 0 && <p className="notice notice-warn">{text('deconfliction.none_left')}</p>}
      <Many
        label={text('deconfliction.scope')}
        value={scope}
        onChange={setScope}
        options={SELECTOR_KINDS.map((kind) => ({
          value: kind,
          label: limits.data ? `${text(`field.${kind}`)} (${entriesOf(kind)})` : text(`field.${kind}`),
        }))}
        required
      />
      <Learnt own={ownEntries(limits.data, scope)} padded={limits.data?.own_padded ?? 0} />
      <Field label={text('query.why')} hint={text('deconfliction.why_hint')} value={why} onChange={setWhy} lines={2} dir="auto" required />
      <Field label={text('deconfliction.hours')} value={hours} onChange={setHours} type="number" dir="ltr" required />
      <TermsForm terms={terms} onChange={setTerms} kind="deconfliction_offer" to={peer === '' ? [] : [peer]} />
    </TaskForm>
  );
}

/** What each side learns, said before anything is decided. */
export function Learnt({ own, padded }: { own?: number; padded?: number }) {
  const text = useText();
  const { number } = useFormats();
  return (
    <div className="notice">
      <p className="notice-title">{text('deconfliction.learnt')}</p>
      <ul>
        <li>{text('deconfliction.learnt_common')}</li>
        <li>{text('deconfliction.learnt_nothing_else')}</li>
        <li>{text('deconfliction.learnt_terms')}</li>
        {own !== undefined && (
          <li>
            <span role="status">{text('deconfliction.learnt_size', { own: number(own), padded: number(padded ?? 0) })}</span>
          </li>
        )}
      </ul>
    </div>
  );
}
