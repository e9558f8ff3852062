import { useState } from 'react';
import { queries } from '../api/queries';
import type { NodeInfo, SelectorKind } from '../api/types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Choice, Field, Many, One } from '../components/fields';
import { SELECTOR_KINDS } from '../components/subject-fields';
import { TaskDialog, TaskForm } from '../components/task';
import { CaseField } from '../evidence/case-field';
import { firstTerms, tidyTerms } from '../parts/terms';
import { TermsForm } from '../parts/terms-form';
import { useNavigate } from '../routing/router';
import { useOfficer, useSession } from '../session/session';
import { useText } from '../strings/locale';
import { BudgetTable } from './budget-table';
import { isSweep, selectorsOf } from './question';

/** Asks other holders whether they have the same identifiers; they do not learn which. */
export function AskOthers({ of = '' }: { of?: string }) {
  const text = useText();
  const { node } = useSession();
  return (
    <TaskDialog opener={text('query.ask')} openerTone="primary" title={text('query.ask')}>
      {() => node && <AskForm of={of} node={node} />}
    </TaskDialog>
  );
}

function AskForm({ of: first, node }: { of: string; node: NodeInfo }) {
  const text = useText();
  const navigate = useNavigate();
  const { authority } = useOfficer();
  const [of, setOf] = useState(first);
  const [which, setWhich] = useState<'case' | 'typed' | 'none'>('case');
  const [persons, setPersons] = useState<string[]>([]);
  const [kind, setKind] = useState<SelectorKind>('phone');
  const [typed, setTyped] = useState('');
  const [whom, setWhom] = useState<'everyone' | 'some'>('everyone');
  const [some, setSome] = useState<string[]>([]);
  const [why, setWhy] = useState('');
  const [consent, setConsent] = useState('');
  const [terms, setTerms] = useState(() => firstTerms(node.mode, 'routine'));
  const budget = useResource(`budget ${of}`, (signal) => queries.budget(of, signal));
  const others = node.members.filter((member) => member.authority !== authority);
  const holders = (budget.data?.holders ?? []).filter(({ publishes }) => publishes).map((one) => one.authority);
  const to = whom === 'everyone' ? holders : some;
  const keys = budget.data?.case_person_keys ?? 0;
  const exact = { case: budget.data?.case_selectors ?? 0, typed: selectorsOf(kind, typed).length, none: 0 }[which];
  const count = exact + (persons.length > 0 ? keys : 0);
  const sweep = isSweep(budget.data, count);
  const submit = async () => {
    const { marking, basis, urgency } = tidyTerms(terms);
    const { id } = await queries.ask({
      case: of,
      ...(which === 'case' ? {} : { selectors: which === 'typed' ? selectorsOf(kind, typed) : [] }),
      ...(persons.length > 0 ? { with_persons: true } : {}),
      to: whom === 'everyone' ? 'everyone' : some,
      why,
      marking,
      legal_basis: basis,
      urgency,
      ...(sweep && consent !== '' ? { consent_from: consent } : {}),
    });
    navigate(`/queries/${id}`);
  };
  return (
    <TaskForm submit={submit} label={text('query.submit')}>
      <p className="hint">{text('query.explained')}</p>
      <CaseField label={text('case.word')} value={of} onChange={setOf} none={text('law.choose')} required />
      <One
        label={text('query.which')}
        value={which}
        onChange={setWhich}
        options={[
          { value: 'case', label: text('query.of_case') },
          { value: 'typed', label: text('query.typed') },
          { value: 'none', label: text('query.no_identifiers') },
        ]}
      />
      {which === 'typed' && (
        <>
          <Choice
            label={text('persons.selector_kind')}
            value={kind}
            onChange={setKind}
            options={SELECTOR_KINDS.map((one) => ({ value: one, label: text(`field.${one}`) }))}
          />
          <Field
            label={text('field.selectors')}
            hint={text('query.one_a_line')}
            value={typed}
            onChange={setTyped}
            lines={3}
            dir="ltr"
            required
          />
        </>
      )}
      <Many
        label={text('query.persons')}
        hint={text('query.persons_explained')}
        value={persons}
        onChange={setPersons}
        options={[{ value: 'all', label: text('query.with_persons', { keys }) }]}
        required={which === 'none'}
      />
      <One
        label={text('query.whom')}
        value={whom}
        onChange={setWhom}
        options={[
          { value: 'everyone', label: text('query.everyone') },
          { value: 'some', label: text('query.some') },
        ]}
      />
      {whom === 'some' && (
        <Many
          label={text('query.holders')}
          value={some}
          onChange={setSome}
          options={others.map((member) => ({ value: member.authority, label: <Authority id={member.authority} /> }))}
          required
        />
      )}
      {budget.data && of !== '' && <BudgetTable budget={budget.data} count={count} only={whom === 'some' ? some : null} />}
      {sweep && (
        <Choice
          label={text('query.consent_from')}
          value={consent}
          onChange={setConsent}
          required
          options={[
            { value: '', label: text('law.choose') },
            ...others
              .filter(({ kind: of }) => ['court', 'prosecutor', 'central_authority'].includes(of))
              .map((member) => ({ value: member.authority, label: member.authority })),
          ]}
        />
      )}
      <Field label={text('query.why')} value={why} onChange={setWhy} lines={2} dir="auto" required />
      <TermsForm terms={terms} onChange={setTerms} kind="selector_query" to={to} />
    </TaskForm>
  );
}
