import { useState } from 'react';
import { evidence } from '../api/evidence';
import type { EndingAct, Item } from '../api/evidence-types';
import { useResource } from '../api/use-resource';
import { DownloadButton } from '../components/download-button';
import { Field, One } from '../components/fields';
import { Section } from '../components/page';
import { Tag } from '../components/tag';
import { TaskDialog, TaskForm } from '../components/task';
import { Waiting } from '../components/waiting';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { Digest } from './digest';

type How = 'returned' | 'destroyed';

/** Gives the item back or destroys it: first it is said what, then it is confirmed with the exhibit number. */
export function DisposeItem({ item, onDone }: { item: Item; onDone: () => void }) {
  const text = useText();
  return (
    <TaskDialog opener={text('dispose.action')} openerTone="danger" title={text('dispose.action')}>
      {(close) => <DisposeForm item={item} onDone={() => (onDone(), close())} />}
    </TaskDialog>
  );
}

function DisposeForm({ item, onDone }: { item: Item; onDone: () => void }) {
  const text = useText();
  const [how, setHow] = useState<How>('returned');
  const [detail, setDetail] = useState('');
  const [reason, setReason] = useState('');
  const [basis, setBasis] = useState('');
  const [said, setSaid] = useState(false);
  const act: EndingAct = how === 'returned' ? { returned: { to: detail.trim() } } : { destroyed: { how: detail.trim() } };
  const order = { act, reason: reason.trim(), ...(basis.trim() !== '' && { basis: basis.trim() }) };
  const submit = async () => {
    await evidence.dispose(item.id, order);
    onDone();
  };
  if (said) return <Confirm item={item} how={how} submit={submit} back={() => setSaid(false)} />;
  return (
    <TaskForm submit={async () => setSaid(true)} label={text('dispose.next')}>
      <p className="hint">{text('dispose.explained')}</p>
      <One
        label={text('record.act')}
        value={how}
        onChange={setHow}
        options={(['returned', 'destroyed'] as const).map((value) => ({ value, label: text(`custody_act.${value}`) }))}
      />
      <Field
        label={text(how === 'returned' ? 'dispose.to' : 'dispose.how')}
        value={detail}
        onChange={setDetail}
        dir="auto"
        required
      />
      <Field label={text('evidence.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
      <Field label={text('record.basis')} value={basis} onChange={setBasis} dir="auto" />
    </TaskForm>
  );
}

interface ConfirmProps {
  item: Item;
  how: How;
  submit: () => Promise<void>;
  back: () => void;
}

function Confirm({ item, how, submit, back }: ConfirmProps) {
  const text = useText();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const confirm = async () => {
    if (typed.trim() !== item.exhibit) return setWrong(true);
    await submit();
  };
  return (
    <TaskForm
      submit={confirm}
      label={text(how === 'returned' ? 'dispose.return' : 'dispose.destroy')}
      tone="danger"
      beside={
        <button type="button" className="button" onClick={back}>
          {text('action.back')}
        </button>
      }
    >
      <p className="notice notice-bad">{text('dispose.warning')}</p>
      <p>
        {text('evidence.exhibit')}: <bdi className="code">{item.exhibit}</bdi> · <bdi className="file-name">{item.name}</bdi>
      </p>
      <Field
        label={text('dispose.type_exhibit')}
        value={typed}
        onChange={(value) => {
          setTyped(value);
          setWrong(false);
        }}
        dir="auto"
        required
      />
      {wrong && (
        <p className="field-error" role="alert">
          {text('dispose.wrong_exhibit')}
        </p>
      )}
    </TaskForm>
  );
}

/** What proves the end of the item, and when no copy of its key is left. */
export function DisposalProof({ item }: { item: Item }) {
  const text = useText();
  const { time, list, number } = useFormats();
  const found = useResource(`disposal ${item.id}`, (signal) => evidence.disposal(item.id, signal), { on: ['evidence'] });
  return (
    <Section title={text('dispose.proof')}>
      <Waiting resource={found}>
        {(proof) => (
          <div className="card">
            <p className="tags wrapping">
              <Tag tone={proof.complete ? 'good' : 'wait'}>
                {text(proof.complete ? 'dispose.complete' : 'dispose.incomplete', { at: time(proof.complete_after) })}
              </Tag>
              <span>
                {text('dispose.epochs', { list: list((proof.epochs ?? []).map((epoch) => number(epoch.number))) })}
              </span>
            </p>
            <p className="small">{text('dispose.event')}</p>
            <Digest hex={proof.event_sha256} />
            <Sentences title={text('dispose.proves')} lines={proof.proves ?? []} />
            <Sentences title={text('dispose.proves_not')} lines={proof.does_not_prove ?? []} />
            <DownloadButton
              file={`disposal-${item.id}.json`}
              fetchFile={async () => new Blob([JSON.stringify(proof)], { type: 'application/json' })}
              tone=""
            >
              {text('dispose.download')}
            </DownloadButton>
          </div>
        )}
      </Waiting>
    </Section>
  );
}

function Sentences({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul lang="en">
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </>
  );
}
