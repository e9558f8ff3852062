import { useState } from 'react';
import { api } from '../api/client';
import type { AlertView, CancellationReason } from '../api/types';
import { ActButton } from '../components/act-button';
import { Field, One } from '../components/fields';
import { ProblemNotice } from '../components/problem-notice';
import { TaskDialog, TaskForm, useAct } from '../components/task';
import { useOver } from '../law/over';
import { Link } from '../routing/router';
import { mayAct, mayRelease, useOfficer } from '../session/session';
import { isSameOfficer } from '../strings/format';
import { useText } from '../strings/locale';
import { SendSighting } from './sightings';

interface ActionProps {
  alert: AlertView;
  onChange: (alert: AlertView) => void;
}

/** What this officer may do with this alert now; the node decides, this only offers. */
export function AlertActions({ alert, onChange }: ActionProps) {
  const { role } = useOfficer();
  if (!mayAct(role)) return null;
  if (alert.direction === 'incoming') {
    return alert.state === 'released' ? <SendSighting alert={alert} /> : null;
  }
  if (alert.state === 'raised') return mayRelease(role) ? <Release alert={alert} onChange={onChange} /> : <AskSecond />;
  if (alert.state === 'released') return <WhileItRuns alert={alert} onChange={onChange} />;
  return null;
}

function AskSecond() {
  return <p className="hint">{useText()('release.ask_second')}</p>;
}

function Release({ alert, onChange }: ActionProps) {
  const text = useText();
  const officer = useOfficer();
  const { busy, problem, act } = useAct();
  const own = isSameOfficer(alert.raised_by, officer);
  const { over, needed, fields, watch } = useOver();
  const release = watch(async () => onChange(await api.release(alert.id, undefined, over)));
  return (
    <>
      {!own && needed === null && (
        <ActButton tone="primary" busy={busy} onPress={() => void act(release)}>
          {text('release.action')}
        </ActButton>
      )}
      {!own && needed !== null && (
        <TaskForm submit={release} label={text('release.action')}>
          {fields}
        </TaskForm>
      )}
      {own && <p className="hint">{text('release.own')}</p>}
      <TaskDialog opener={text('release.emergency')} openerTone="danger" title={text('release.emergency')}>
        {(close) => <EmergencyForm alert={alert} onChange={onChange} close={close} />}
      </TaskDialog>
      <ProblemNotice problem={problem} />
    </>
  );
}

function EmergencyForm({ alert, onChange, close }: ActionProps & { close: () => void }) {
  const text = useText();
  const [reason, setReason] = useState('');
  const { over, fields, watch } = useOver();
  const submit = watch(async () => {
    onChange(await api.release(alert.id, reason, over));
    close();
  });
  return (
    <TaskForm submit={submit} label={text('release.emergency.submit')} tone="danger">
      <p className="notice notice-warn">{text('release.emergency.warning')}</p>
      <Field label={text('alert.emergency_reason')} value={reason} onChange={setReason} lines={3} dir="auto" required />
      {fields}
    </TaskForm>
  );
}

function WhileItRuns({ alert, onChange }: ActionProps) {
  const text = useText();
  return (
    <>
      <Link className="button" href={`/alerts/${alert.id}/update`}>
        {text('update.action')}
      </Link>
      <TaskDialog opener={text('cancel.action')} openerTone="danger" title={text('cancel.title')}>
        {(close) => <CancelForm alert={alert} onChange={onChange} close={close} />}
      </TaskDialog>
    </>
  );
}

const REASONS: CancellationReason[] = ['child_found', 'raised_in_error', 'no_longer_needed'];

function CancelForm({ alert, onChange, close }: ActionProps & { close: () => void }) {
  const text = useText();
  const [reason, setReason] = useState<CancellationReason>('child_found');
  const [note, setNote] = useState('');
  const submit = async () => {
    onChange(await api.cancelAlert(alert.id, reason, note));
    close();
  };
  return (
    <TaskForm submit={submit} label={text('cancel.submit')} tone="danger">
      <p>{text('cancel.explained')}</p>
      <One
        label={text('cancel.reason')}
        value={reason}
        onChange={setReason}
        options={REASONS.map((value) => ({ value, label: text(`cancellation.${value}`) }))}
      />
      <Field
        label={text('cancel.note')}
        hint={text('cancel.note.hint')}
        value={note}
        onChange={setNote}
        lines={2}
        dir="auto"
      />
    </TaskForm>
  );
}
