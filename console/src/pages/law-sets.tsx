import { useState } from 'react';
import { Button, FileTrigger } from 'react-aria-components';
import { law, type SetPreview } from '../api/law';
import { localProblem } from '../api/problem';
import type { Change, LawInfo, LawSet } from '../api/law-types';
import { ActButton } from '../components/act-button';
import { Section } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Fact } from '../components/subject-card';
import { Tag } from '../components/tag';
import { TaskDialog, TaskForm, useAct } from '../components/task';
import { Empty, Waiting } from '../components/waiting';
import { AnswerTag } from '../law/answer-tag';
import { DataSetLine } from '../law/data-set-line';
import { useInstrumentName } from '../law/instruments';
import { LawPage } from '../law/law-page';
import { useLaw } from '../law/use-law';
import { useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { usePlaceName } from '../strings/places';

/** So many changes are listed; a new table of parties may bring thousands. */
const SHOWN = 200;

/** On which tables answers rest. An administrator lays a newer set over them, or takes it away again. */
export function LawSets() {
  const text = useText();
  const info = useLaw();
  const { role } = useOfficer();
  const mayLoad = role === 'administrator';
  return (
    <LawPage title={text('law.sets')}>
      <p className="hint">{text('sets.explained')}</p>
      <Waiting resource={info}>
        {(known) => (
          <>
            <DataSetLine name={known.data_set} dated={known.dated} />
            {mayLoad && <LoadSet info={known} onLoaded={info.reload} />}
            <Section title={text('sets.list')}>
              {known.sets.length === 0 && <Empty>{text('sets.none')}</Empty>}
              {known.sets.map((set) => (
                <SetCard key={set.id} set={set} mayWithdraw={mayLoad} onWithdrawn={info.reload} />
              ))}
            </Section>
          </>
        )}
      </Waiting>
    </LawPage>
  );
}

function SetCard({ set, mayWithdraw, onWithdrawn }: { set: LawSet; mayWithdraw: boolean; onWithdrawn: () => void }) {
  const text = useText();
  const { day, time } = useFormats();
  return (
    <article className="card">
      <h3>
        <bdi>{set.title || set.id}</bdi>
      </h3>
      <p className="tags">
        <Tag tone={set.active ? 'good' : 'plain'}>{text(set.active ? 'sets.active' : 'sets.inactive')}</Tag>
        {set.shipped && <Tag tone="plain">{text('sets.shipped')}</Tag>}
      </p>
      <dl className="facts">
        <Fact label={text('sets.name')}>
          <bdi className="code">{set.id}</bdi>
        </Fact>
        <Fact label={text('sets.dated')}>{day(set.dated)}</Fact>
        {set.signed_by && <Fact label={text('sets.signed_by')}>{set.signed_by}</Fact>}
        {set.loaded_at && (
          <Fact label={text('sets.loaded_at')}>
            {time(set.loaded_at)} · <bdi>{set.loaded_by}</bdi>
          </Fact>
        )}
        {set.withdrawn_at && (
          <Fact label={text('sets.withdrawn_at')}>
            {time(set.withdrawn_at)} · <bdi>{set.withdrawn_by}</bdi>
          </Fact>
        )}
      </dl>
      {set.fault && (
        <p className="notice notice-warn" dir="auto">
          {set.fault}
        </p>
      )}
      {mayWithdraw && !set.shipped && !set.withdrawn_at && <WithdrawSet id={set.id} onWithdrawn={onWithdrawn} />}
    </article>
  );
}

function WithdrawSet({ id, onWithdrawn }: { id: string; onWithdrawn: () => void }) {
  const text = useText();
  return (
    <p>
      <TaskDialog opener={text('sets.withdraw')} openerTone="danger" title={text('sets.withdraw')}>
        {(close) => (
          <TaskForm
            submit={async () => {
              await law.withdrawSet(id);
              close();
              onWithdrawn();
            }}
            label={text('sets.withdraw')}
            tone="danger"
          >
            <p>{text('sets.withdraw.explained', { id })}</p>
          </TaskForm>
        )}
      </TaskDialog>
    </p>
  );
}

/** First the file is read and what it would change is shown; only then can it be loaded. */
function LoadSet({ info, onLoaded }: { info: LawInfo; onLoaded: () => void }) {
  const text = useText();
  const [file, setFile] = useState<File | null>(null);
  const [preview, setPreview] = useState<SetPreview | null>(null);
  const { busy, problem, act } = useAct();
  const choose = (files: FileList | null) => {
    const chosen = files?.[0] ?? null;
    setFile(chosen);
    setPreview(null);
    if (chosen !== null) void act(async () => setPreview(await law.previewSet(chosen)));
  };
  const load = () =>
    act(async () => {
      if (file === null) throw localProblem('no_file');
      await law.loadSet(file);
      setFile(null);
      setPreview(null);
      onLoaded();
    });
  return (
    <Section title={text('sets.load.title')}>
      <div className="card">
        <div className="page-actions">
          <FileTrigger acceptedFileTypes={['application/json', '.json', '.dsse']} onSelect={choose}>
            <Button className="button">{text('sets.choose')}</Button>
          </FileTrigger>
          <span role="status">
            {busy
              ? text('action.working')
              : file && <bdi>{text('import.file', { name: file.name, bytes: file.size })}</bdi>}
          </span>
        </div>
        <ProblemNotice problem={problem} />
        {preview && (
          <>
            <Changes preview={preview} info={info} />
            <p>
              <ActButton tone="primary" busy={busy} onPress={() => void load()}>
                {text('sets.load')}
              </ActButton>
            </p>
          </>
        )}
      </div>
    </Section>
  );
}

function Changes({ preview, info }: { preview: SetPreview; info: LawInfo }) {
  const text = useText();
  const { day } = useFormats();
  const { relations } = preview.changes;
  const shown = relations.slice(0, SHOWN);
  return (
    <>
      <h3>
        <bdi>{preview.title || preview.id}</bdi> · {day(preview.dated)}
      </h3>
      {preview.signed_by && (
        <p>
          {text('sets.signed_by')} <bdi className="code">{preview.signed_by}</bdi>
        </p>
      )}
      <ul>
        {(preview.changes.rows ?? []).map((rows) => (
          <li key={rows.table}>
            <bdi className="code">{rows.table}.csv</bdi> {text('sets.rows', { ...rows })}
          </li>
        ))}
      </ul>
      <p>{text('sets.changes', { count: relations.length })}</p>
      {shown.length > 0 && (
        <table className="stacked">
          <caption>{text('sets.changes.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{text('basis.instrument')}</th>
              <th scope="col">{text('sets.between')}</th>
              <th scope="col">{text('sets.before')}</th>
              <th scope="col">{text('sets.after')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((change) => (
              <ChangeRow key={`${change.instrument} ${change.one} ${change.other}`} change={change} info={info} />
            ))}
          </tbody>
        </table>
      )}
      {relations.length > SHOWN && <p className="hint">{text('sets.more', { count: relations.length - SHOWN })}</p>}
    </>
  );
}

function ChangeRow({ change, info }: { change: Change; info: LawInfo }) {
  const text = useText();
  const instrumentName = useInstrumentName(info);
  const nameOf = usePlaceName();
  const { day } = useFormats();
  return (
    <tr>
      <th scope="row">{instrumentName(change.instrument)}</th>
      <td data-label={text('sets.between')}>
        {text('map.between', { one: nameOf(change.one), other: nameOf(change.other) })}
      </td>
      <td data-label={text('sets.before')}>
        <AnswerTag answer={change.before.state} /> {change.before.since && day(change.before.since)}
      </td>
      <td data-label={text('sets.after')}>
        <AnswerTag answer={change.after.state} /> {change.after.since && day(change.after.since)}
      </td>
    </tr>
  );
}
