import { useState } from 'react';
import { standing } from '../api/queries';
import type { NodeInfo, Purpose, SelectorKind } from '../api/types';
import { Authority } from '../components/authority';
import { Field, Many } from '../components/fields';
import { SELECTOR_KINDS } from '../components/subject-fields';
import { TaskDialog, TaskForm } from '../components/task';
import { BasisForm } from '../law/basis-form';
import { firstTerms, tidyBasis } from '../parts/terms';
import { PURPOSES } from '../parts/terms-form';
import { useOfficer, useSession } from '../session/session';
import { useText } from '../strings/locale';

/** A rule by which the node answers claims with a reference and a contact; another officer must confirm it. */
export function ProposeRule({ onProposed }: { onProposed: () => void }) {
  const text = useText();
  const { node } = useSession();
  return (
    <TaskDialog opener={text('rules.propose')} title={text('rules.propose')}>
      {(close) =>
        node && (
          <RuleForm
            node={node}
            onProposed={() => {
              close();
              onProposed();
            }}
          />
        )
      }
    </TaskDialog>
  );
}

function RuleForm({ node, onProposed }: { node: NodeInfo; onProposed: () => void }) {
  const text = useText();
  const { authority } = useOfficer();
  const first = firstTerms(node.mode, 'routine');
  const [kinds, setKinds] = useState<string[]>([]);
  const [authorities, setAuthorities] = useState<string[]>([]);
  const [purposes, setPurposes] = useState<string[]>([first.marking.purpose]);
  const [contact, setContact] = useState('');
  const [until, setUntil] = useState('');
  const [basis, setBasis] = useState(first.basis);
  const others = node.members.filter((member) => member.authority !== authority);
  const submit = async () => {
    await standing.propose({
      kinds: kinds as SelectorKind[],
      authorities,
      purposes: purposes as Purpose[],
      contact,
      legal_basis: tidyBasis(basis),
      ...(until === '' ? {} : { until }),
    });
    onProposed();
  };
  return (
    <TaskForm submit={submit} label={text('rules.propose')}>
      <p className="hint">{text('rules.explained')}</p>
      <Many
        label={text('rules.kinds')}
        value={kinds}
        onChange={setKinds}
        options={SELECTOR_KINDS.map((kind) => ({ value: kind, label: text(`field.${kind}`) }))}
        required
      />
      <Many
        label={text('rules.authorities')}
        hint={text('rules.authorities_hint')}
        value={authorities}
        onChange={setAuthorities}
        options={others.map((member) => ({ value: member.authority, label: <Authority id={member.authority} /> }))}
      />
      <Many
        label={text('rules.purposes')}
        value={purposes}
        onChange={setPurposes}
        options={PURPOSES.map((value) => ({ value, label: text(`purpose.${value}`) }))}
        required
      />
      <Field label={text('claim.contact')} value={contact} onChange={setContact} dir="auto" required />
      <Field label={text('rules.ends')} type="date" value={until} onChange={setUntil} />
      <BasisForm
        basis={basis}
        onChange={setBasis}
        matter={{
          kind: 'hit_answer',
          purpose: (purposes[0] ?? first.marking.purpose) as Purpose,
          to: authorities.length === 0 ? others.map((member) => member.authority) : authorities,
        }}
      />
    </TaskForm>
  );
}
