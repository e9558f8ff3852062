import { useState } from 'react';
import { api } from '../api/client';
import type { HitView, NodeInfo } from '../api/types';
import { Field, Many } from '../components/fields';
import { Section } from '../components/page';
import { SUBJECT_FIELDS, useFieldValue } from '../components/subject-fields';
import { TaskDialog, TaskForm } from '../components/task';
import { useSession } from '../session/session';
import { useText } from '../strings/locale';
import { tidyTerms } from './terms';
import { TermsForm } from './terms-form';
import { matterOf, useStartTerms, type Start } from './use-start-terms';

interface DecideProps {
  hit: HitView;
  onChange: (hit: HitView) => void;
}

/** The officer decides: show the chosen fields to the originator, or dismiss with a reason. Nothing goes by itself. */
export function DecideHit({ hit, onChange }: DecideProps) {
  const text = useText();
  const { node } = useSession();
  return (
    <Section title={text('decide.title')}>
      <div className="page-actions">
        <TaskDialog opener={text('disclose.action')} openerTone="primary" title={text('disclose.title')}>
          {(close) => node && <StartDisclosing hit={hit} onChange={onChange} close={close} node={node} />}
        </TaskDialog>
        <TaskDialog opener={text('dismiss.action')} title={text('dismiss.title')}>
          {(close) => <DismissForm hit={hit} onChange={onChange} close={close} />}
        </TaskDialog>
      </div>
    </Section>
  );
}

function StartDisclosing({ node, ...rest }: DecideProps & { close: () => void; node: NodeInfo }) {
  const start = useStartTerms(rest.hit.exchange, node.mode, 'urgent');
  return start && <DiscloseForm {...rest} start={start} />;
}

/** Fields that our record holds; the photograph is offered too, for it is not shown and may be there. */
function DiscloseForm({ hit, onChange, close, start }: DecideProps & { close: () => void; start: Start }) {
  const text = useText();
  const value = useFieldValue();
  const [fields, setFields] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const [terms, setTerms] = useState(start.terms);
  const offered = SUBJECT_FIELDS.filter((field) => field === 'photograph' || value(hit.ours, field) !== null);
  const submit = async () => {
    const { marking, basis } = tidyTerms(terms);
    onChange(await api.disclose(hit.id, { fields, note, marking, legal_basis: basis }));
    close();
  };
  return (
    <TaskForm submit={submit} label={text('disclose.submit')}>
      <p>{text('disclose.explained')}</p>
      <Many
        label={text('disclose.fields')}
        value={fields}
        onChange={setFields}
        options={offered.map((field) => ({
          value: field,
          label: (
            <span className="choice-with-value">
              <span>{text(`field.${field}`)}</span>
              <span className="quiet" dir="auto">
                {value(hit.ours, field)}
              </span>
            </span>
          ),
        }))}
        required
      />
      <Field label={text('disclose.note')} value={note} onChange={setNote} lines={2} dir="auto" />
      <TermsForm
        terms={terms}
        onChange={setTerms}
        urgency={false}
        kind="disclosure"
        to={start.alert ? [start.alert.from] : []}
        {...matterOf(start.alert)}
      />
    </TaskForm>
  );
}

function DismissForm({ hit, onChange, close }: DecideProps & { close: () => void }) {
  const text = useText();
  const [reason, setReason] = useState('');
  const submit = async () => {
    onChange(await api.dismiss(hit.id, reason));
    close();
  };
  return (
    <TaskForm submit={submit} label={text('dismiss.submit')}>
      <p>{text('dismiss.explained')}</p>
      <Field label={text('dismiss.reason')} value={reason} onChange={setReason} lines={3} dir="auto" required />
    </TaskForm>
  );
}
