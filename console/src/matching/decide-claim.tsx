import { useState } from 'react';
import { claims } from '../api/queries';
import type { Claim, ClaimedHandle } from '../api/queries-types';
import type { NodeInfo } from '../api/types';
import { Choice, Field, Many } from '../components/fields';
import { SUBJECT_FIELDS, useFieldValue } from '../components/subject-fields';
import { TaskDialog, TaskForm } from '../components/task';
import { firstTerms, termsAfter, tidyTerms } from '../parts/terms';
import { TermsForm } from '../parts/terms-form';
import { useSession } from '../session/session';
import { useText } from '../strings/locale';

interface DecideProps {
  claim: Claim;
  handle: ClaimedHandle;
  onChange: (claim: Claim) => void;
}

/** An officer shows chosen fields of one entry, or only the reference and a contact. */
export function DiscloseHandle(props: DecideProps) {
  const text = useText();
  const { node } = useSession();
  return (
    <TaskDialog opener={text('disclose.action')} openerTone="primary" title={text('disclose.title')}>
      {(close) => node && <DiscloseForm {...props} node={node} close={close} />}
    </TaskDialog>
  );
}

function DiscloseForm({ claim, handle, onChange, node, close }: DecideProps & { node: NodeInfo; close: () => void }) {
  const text = useText();
  const value = useFieldValue();
  const [which, setWhich] = useState(0);
  const [fields, setFields] = useState<string[]>([]);
  const [contact, setContact] = useState('');
  const [note, setNote] = useState('');
  const [terms, setTerms] = useState(() => termsAfter(claim, firstTerms(node.mode, 'routine')));
  const entry = handle.entries[which];
  const offered = SUBJECT_FIELDS.filter((field) => field === 'photograph' || (entry && value(entry.person, field) !== null));
  const submit = async () => {
    const { marking, basis } = tidyTerms(terms);
    const of = entry && { case: entry.case, subject: entry.subject };
    onChange(
      await claims.disclose(claim.id, {
        handle: handle.handle,
        ...of,
        fields,
        ...(contact === '' ? {} : { contact }),
        note,
        marking,
        legal_basis: basis,
      }),
    );
    close();
  };
  return (
    <TaskForm submit={submit} label={text('disclose.submit')}>
      <p>{text('claims.disclose_explained')}</p>
      {handle.entries.length > 1 && (
        <Choice
          label={text('claims.which')}
          value={String(which)}
          onChange={(at) => setWhich(Number(at))}
          options={handle.entries.map((one, at) => ({ value: String(at), label: one.reference }))}
        />
      )}
      <Many
        label={text('disclose.fields')}
        value={fields}
        onChange={setFields}
        options={offered.map((field) => ({ value: field, label: text(`field.${field}`) }))}
      />
      <Field label={text('claim.contact')} hint={text('claims.contact_hint')} value={contact} onChange={setContact} dir="auto" />
      <Field label={text('disclose.note')} value={note} onChange={setNote} lines={2} dir="auto" />
      <TermsForm terms={terms} onChange={setTerms} urgency={false} kind="hit_answer" to={[claim.from]} />
    </TaskForm>
  );
}

interface DeclineProps {
  claim: Claim;
  handles: string[];
  onChange: (claim: Claim) => void;
}

export function DeclineHandle({ claim, handles, onChange }: DeclineProps) {
  const text = useText();
  const [note, setNote] = useState('');
  return (
    <TaskDialog opener={text('claims.decline')} title={text('claims.decline')}>
      {(close) => (
        <TaskForm
          label={text('claims.decline')}
          submit={async () => {
            onChange(await claims.decline(claim.id, handles, note));
            close();
          }}
        >
          <p>{text('claims.decline_explained')}</p>
          <Field label={text('disclose.note')} value={note} onChange={setNote} lines={2} dir="auto" />
        </TaskForm>
      )}
    </TaskDialog>
  );
}
