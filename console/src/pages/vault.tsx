import { useState } from 'react';
import { Checkbox } from 'react-aria-components';
import { evidence } from '../api/evidence';
import type { VaultStatus } from '../api/evidence-types';
import { useResource } from '../api/use-resource';
import { ActButton } from '../components/act-button';
import { Page, Section } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Fact } from '../components/subject-card';
import { Tag } from '../components/tag';
import { TaskDialog, TaskForm, useAct } from '../components/task';
import { Empty, Waiting } from '../components/waiting';
import { Progress } from '../evidence/progress';
import { usePoll } from '../evidence/use-poll';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** The vault as a whole, for administrators: nothing of what any item is. */
export function VaultPage() {
  const text = useText();
  const status = useResource('vault', (signal) => evidence.vault(signal), { on: ['evidence'] });
  return (
    <Page title={text('vault.title')}>
      <Waiting resource={status}>
        {(vault) => (
          <>
            <Stands vault={vault} />
            <Scrubber vault={vault} onChanged={status.reload} />
            <Epochs vault={vault} onChanged={status.reload} />
          </>
        )}
      </Waiting>
    </Page>
  );
}

function Stands({ vault }: { vault: VaultStatus }) {
  const text = useText();
  const { bytes, number } = useFormats();
  return (
    <div className="card">
      <dl className="facts">
        <Fact label={text('vault.items')}>{number(vault.items)}</Fact>
        <Fact label={text('evidence.size')}>{bytes(vault.bytes)}</Fact>
        <Fact label={text('vault.objects')}>{number(vault.objects)}</Fact>
        <Fact label={text('evidence.unfinished')}>{number(vault.uploads)}</Fact>
        {vault.due !== undefined && <Fact label={text('evidence.due')}>{number(vault.due)}</Fact>}
      </dl>
    </div>
  );
}

function Scrubber({ vault: { scrub }, onChanged }: { vault: VaultStatus; onChanged: () => void }) {
  const text = useText();
  const { time, number } = useFormats();
  const { busy, problem, act } = useAct();
  const [runs, setRuns] = useState(false);
  const waiting = scrub.unchecked ?? 0;
  usePoll(runs, onChanged);
  const start = () =>
    act(async () => {
      await evidence.scrub();
      setRuns(true);
      onChanged();
    });
  return (
    <Section title={text('vault.scrub')}>
      <div className="card">
        <p className="hint">{text('vault.scrub.explained')}</p>
        <p className="tags">
          <Tag tone={scrub.damaged > 0 ? 'bad' : 'good'}>{text('vault.damaged', { count: scrub.damaged })}</Tag>
          <span>
            {text('vault.oldest_check')} {time(scrub.oldest_check)}
          </span>
        </p>
        <Progress label={text('vault.checked')} done={scrub.checked} of={scrub.checked + waiting} plain={number} />
        <p>
          <ActButton busy={busy} onPress={() => void start()}>
            {text('vault.scrub.now')}
          </ActButton>
        </p>
        <ProblemNotice problem={problem} />
      </div>
    </Section>
  );
}

function Epochs({ vault, onChanged }: { vault: VaultStatus; onChanged: () => void }) {
  const text = useText();
  const { time, number } = useFormats();
  return (
    <Section title={text('vault.epochs')}>
      <p className="hint">{text('vault.epochs.explained')}</p>
      {vault.epoch ? (
        <p>{text('vault.current', { number: number(vault.epoch.number), at: time(vault.epoch.begun_at) })}</p>
      ) : (
        <Empty>{text('vault.no_epoch')}</Empty>
      )}
      {vault.retired.length > 0 && (
        <table className="stacked">
          <caption>{text('vault.retired')}</caption>
          <thead>
            <tr>
              <th scope="col">{text('vault.epoch')}</th>
              <th scope="col">{text('vault.retired_at')}</th>
              <th scope="col">{text('vault.ends_at')}</th>
            </tr>
          </thead>
          <tbody>
            {vault.retired.map((epoch) => (
              <tr key={epoch.number}>
                <th scope="row">{number(epoch.number)}</th>
                <td data-label={text('vault.retired_at')}>{time(epoch.retired_at)}</td>
                <td data-label={text('vault.ends_at')}>{time(epoch.ends_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>
        <TaskDialog opener={text('vault.begin')} title={text('vault.begin')}>
          {() => <BeginForm onChanged={onChanged} />}
        </TaskDialog>
      </p>
    </Section>
  );
}

function BeginForm({ onChanged }: { onChanged: () => void }) {
  const text = useText();
  const [end, setEnd] = useState(false);
  const [done, setDone] = useState<{ resealed: number; warning?: string | null } | null>(null);
  const submit = async () => {
    setDone(await evidence.beginEpoch(end));
    onChanged();
  };
  if (done !== null) {
    return (
      <div className="notice" role="status">
        <p>{text('vault.begun', { count: done.resealed })}</p>
        {done.warning && (
          <p dir="auto" lang="en">
            {done.warning}
          </p>
        )}
      </div>
    );
  }
  return (
    <TaskForm submit={submit} label={text('vault.begin')} tone={end ? 'danger' : 'primary'}>
      <p>{text('vault.begin.explained')}</p>
      <Checkbox className="check" isSelected={end} onChange={setEnd}>
        <span className="box" aria-hidden="true" />
        <span>{text('vault.end_retired')}</span>
      </Checkbox>
      {end && <p className="notice notice-bad">{text('vault.end_retired.warning')}</p>}
    </TaskForm>
  );
}
