import { useState } from 'react';
import { evidence } from '../api/evidence';
import type { Item, RecordedAct, Verified } from '../api/evidence-types';
import { ActButton } from '../components/act-button';
import { Choice, Field } from '../components/fields';
import { ProblemNotice } from '../components/problem-notice';
import { TaskDialog, TaskForm, useAct } from '../components/task';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { DigestPair } from './digest';
import { Progress } from './progress';
import { saveAnswer } from './save';

interface ActProps {
  item: Item;
  onDone: () => void;
}

const ACTS = ['opened', 'copied', 'examined'] as const;

/** What was done with the content outside of the program is written into the chain of custody. */
export function RecordEvent({ item, onDone }: ActProps) {
  const text = useText();
  return (
    <TaskDialog opener={text('record.action')} title={text('record.action')}>
      {(close) => <RecordForm item={item} onDone={() => (onDone(), close())} />}
    </TaskDialog>
  );
}

function RecordForm({ item, onDone }: ActProps) {
  const text = useText();
  const [act, setAct] = useState<(typeof ACTS)[number]>('opened');
  const [detail, setDetail] = useState('');
  const [reason, setReason] = useState('');
  const [basis, setBasis] = useState('');
  const [place, setPlace] = useState('');
  const submit = async () => {
    await evidence.record(item.id, {
      act: recorded(act, detail.trim()),
      reason: reason.trim(),
      ...(basis.trim() !== '' && { basis: basis.trim() }),
      ...(place.trim() !== '' && { place: place.trim() }),
    });
    onDone();
  };
  return (
    <TaskForm submit={submit} label={text('record.submit')}>
      <Choice
        label={text('record.act')}
        value={act}
        onChange={setAct}
        options={ACTS.map((value) => ({ value, label: text(`custody_act.${value}`) }))}
      />
      {act !== 'opened' && (
        <Field
          label={text(act === 'copied' ? 'record.onto' : 'record.how')}
          value={detail}
          onChange={setDetail}
          dir="auto"
          required
        />
      )}
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
      <div className="columns">
        <Field label={text('record.basis')} value={basis} onChange={setBasis} dir="auto" />
        <Field label={text('acquisition.place')} value={place} onChange={setPlace} dir="auto" />
      </div>
    </TaskForm>
  );
}

function recorded(act: (typeof ACTS)[number], detail: string): RecordedAct {
  if (act === 'copied') return { copied: { onto: detail } };
  return act === 'examined' ? { examined: { how: detail } } : 'opened';
}

/** Reads the item as a whole and compares it with its manifest. */
export function VerifyNow({ item, onDone }: ActProps) {
  const text = useText();
  const { time } = useFormats();
  const { busy, problem, act } = useAct();
  const [found, setFound] = useState<Verified | null>(null);
  const verify = () =>
    act(async () => {
      setFound(await evidence.verify(item.id));
      onDone();
    });
  return (
    <>
      <ActButton busy={busy} onPress={() => void verify()}>
        {busy ? text('verify.running') : text('verify.action')}
      </ActButton>
      <div role="status" className="wide-status">
        {found && found.damage.length === 0 && (
          <p className="notice">✓ {text('verify.whole', { at: time(found.verified_at) })}</p>
        )}
        {found && found.damage.length > 0 && (
          <div className="notice notice-bad">
            <p className="notice-title">{text('verify.damaged', { count: found.damage.length })}</p>
            <ul>
              {found.damage.slice(0, 50).map((damage, at) => (
                <li key={at} dir="auto" lang="en">
                  {damage.part !== null && `${damage.part}: `}
                  {damage.what}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <ProblemNotice problem={problem} />
    </>
  );
}

/** The content leaves the vault with a reason, and what was saved is compared with what was taken in. */
export function Download({ item, onDone }: ActProps) {
  const text = useText();
  return (
    <TaskDialog opener={text('download.action')} title={text('download.action')}>
      {() => <DownloadForm item={item} onDone={onDone} />}
    </TaskDialog>
  );
}

function DownloadForm({ item, onDone }: ActProps) {
  const text = useText();
  const [reason, setReason] = useState('');
  const [done, setDone] = useState<number | null>(null);
  const [sha256, setSha256] = useState<string | null>(null);
  const submit = async () => {
    setSha256(null);
    setDone(0);
    try {
      setSha256(
        await saveAnswer(`${item.id}.bin`, item.size, () => evidence.content(item.id, reason.trim()), setDone),
      );
    } finally {
      setDone(null);
      onDone();
    }
  };
  return (
    <TaskForm submit={submit} label={text('download.submit')}>
      <p className="notice notice-warn">{text('download.explained')}</p>
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
      {done !== null && <Progress label={text('download.action')} done={done} of={item.size} />}
      <div role="status">
        {sha256 !== null && item.manifest && <DigestPair chosen={sha256} received={item.manifest.sha256} />}
      </div>
    </TaskForm>
  );
}
