import { useState } from 'react';
import { evidence } from '../api/evidence';
import { nodeNow } from '../api/client';
import type { UploadLine } from '../api/evidence-types';
import { localProblem } from '../api/problem';
import { useResource } from '../api/use-resource';
import { ActButton } from '../components/act-button';
import { Field } from '../components/fields';
import { Section } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Fact } from '../components/subject-card';
import { TaskForm, useAct } from '../components/task';
import { Waiting } from '../components/waiting';
import { CaseField } from '../evidence/case-field';
import { AcquisitionFields } from '../evidence/describe-form';
import { descriptionOf, exhibitOf, firstDraft, type Draft } from '../evidence/description';
import { EvidencePage } from '../evidence/evidence-page';
import { findBasis } from '../evidence/find-basis';
import { Progress } from '../evidence/progress';
import { ChooseFiles, QueueView } from '../evidence/queue-view';
import { fitOf } from '../evidence/resume';
import { SeizureFields } from '../evidence/seizure-fields';
import { useQueue } from '../evidence/use-queue';
import { Link, useQuery } from '../routing/router';
import { useOfficer } from '../session/session';
import { toLocalInput, useFormats } from '../strings/format';
import { useLanguage, useText } from '../strings/locale';

/** Takes files into the vault, or goes on with one of which only a part has come. */
export default function EvidenceNew() {
  const text = useText();
  const [query] = useQuery();
  const upload = query.get('upload');
  return (
    <EvidencePage title={text(upload ? 'intake.go_on.title' : 'intake.title')}>
      {upload ? <GoOn key={upload} item={upload} /> : <Intake start={query.get('case') ?? ''} />}
    </EvidencePage>
  );
}

function Intake({ start }: { start: string }) {
  const text = useText();
  const { language } = useLanguage();
  const { authority, display_name } = useOfficer();
  const queue = useQueue();
  const now = toLocalInput(nodeNow());
  const [draft, setDraft] = useState<Draft>(() => ({ ...firstDraft(authority, display_name, now), case: start }));
  const set = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  const count = queue.files.length;
  const number = (index: number) => (draft.exhibit.trim() === '' ? '' : exhibitOf(draft.exhibit, index, count));
  const submit = async () => {
    if (count === 0) throw localProblem('no_file');
    if (queue.files.some(({ sha256 }) => sha256 === null)) throw localProblem('not_hashed');
    const found = await findBasis(draft, language);
    await queue.sendAll((file) => descriptionOf(draft, file, found));
  };
  const begun = queue.files.some(({ step }) => step === 'sending' || step === 'done' || step === 'paused');
  return (
    <>
      <Section title={text('intake.files')}>
        <p className="hint">{text('intake.explained')}</p>
        {!begun && <ChooseFiles queue={queue} />}
        <QueueView queue={queue} numbers={number} />
      </Section>
      <Section title={text('intake.description')}>
        <TaskForm submit={submit} label={text('intake.submit')}>
          <CaseField
            label={text('case.word')}
            value={draft.case}
            onChange={(id) => set({ case: id })}
            none={text('law.choose')}
            required
          />
          <ExhibitFields draft={draft} set={set} several={count > 1} />
          <AcquisitionFields draft={draft} set={set} />
          <SeizureFields draft={draft} set={set} />
        </TaskForm>
      </Section>
    </>
  );
}

function ExhibitFields({ draft, set, several }: { draft: Draft; set: (part: Partial<Draft>) => void; several: boolean }) {
  const text = useText();
  return (
    <>
      <div className="columns">
        <Field
          label={text('evidence.exhibit')}
          hint={several ? text('intake.exhibit.several', { example: exhibitOf(draft.exhibit || 'A-1', 0, 12) }) : undefined}
          value={draft.exhibit}
          onChange={(exhibit) => set({ exhibit })}
          dir="auto"
          required
        />
        <PartOf draft={draft} set={set} />
        <Field
          label={text('evidence.retain_until')}
          type="date"
          value={draft.retainUntil}
          onChange={(retainUntil) => set({ retainUntil })}
        />
      </div>
      <Field
        label={text('intake.reason')}
        value={draft.reason}
        onChange={(reason) => set({ reason })}
        lines={2}
        dir="auto"
        required
      />
    </>
  );
}

/** The item of the same case of which the files are parts. */
function PartOf({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const text = useText();
  const items = useResource(`evidence of ${draft.case}`, async (signal) =>
    draft.case === '' ? [] : (await evidence.list({ case: draft.case, after: '' }, signal)).items,
  );
  const held = (items.data ?? []).filter(({ state }) => state === 'held');
  if (held.length === 0) return null;
  return (
    <>
      <div className="field">
        <label htmlFor="part-of">{text('evidence.part_of')}</label>
        <select id="part-of" value={draft.partOf} onChange={(event) => set({ partOf: event.target.value })}>
          <option value="">{text('said.nothing')}</option>
          {held.map(({ id, exhibit, name }) => (
            <option key={id} value={id}>
              {exhibit} · {name}
            </option>
          ))}
        </select>
      </div>
      {draft.partOf !== '' && (
        <Field
          label={text('evidence.which_part')}
          hint={text('evidence.which_part.hint')}
          value={draft.which}
          onChange={(which) => set({ which })}
          dir="auto"
        />
      )}
    </>
  );
}

/** The same file is chosen again, compared with what was begun, and the rest of it is sent. */
function GoOn({ item }: { item: string }) {
  const text = useText();
  const uploads = useResource('uploads', (signal) => evidence.uploads(signal));
  return (
    <Waiting resource={uploads}>
      {(found) => {
        const upload = found.find((line) => line.item === item);
        return upload === undefined ? (
          <p className="notice">
            {text('intake.gone')} <Link href={`/evidence/${item}`}>{text('intake.open_item')}</Link>
          </p>
        ) : (
          <GoOnWith upload={upload} />
        );
      }}
    </Waiting>
  );
}

function GoOnWith({ upload }: { upload: UploadLine }) {
  const text = useText();
  const { bytes, time } = useFormats();
  const queue = useQueue();
  const { busy, problem, act } = useAct();
  const chosen = queue.files[0];
  const hashed = chosen?.step === 'hashed' && chosen.sha256 !== null ? chosen : null;
  const fit = hashed && fitOf(upload, { name: hashed.name, size: hashed.file.size, sha256: hashed.sha256 ?? '' });
  const fits = fit === 'same' || fit === 'likely' || fit === 'name';
  return (
    <Section title={text('evidence.unfinished')}>
      <div className="card">
        <dl className="facts">
          <Fact label={text('evidence.exhibit')}>{upload.exhibit}</Fact>
          <Fact label={text('evidence.name')}>{upload.name}</Fact>
          <Fact label={text('evidence.size')}>{bytes(upload.length)}</Fact>
          <Fact label={text('acquisition.started_at')}>
            {time(upload.started_at)} · <bdi>{upload.started_by}</bdi>
          </Fact>
        </dl>
        <Progress label={text('evidence.received')} done={upload.received} of={upload.length} />
      </div>
      <p className="hint">{text('intake.go_on.explained')}</p>
      <ChooseFiles queue={queue} several={false} />
      <QueueView queue={queue} />
      {fit && (
        <p className={fits && fit !== 'name' ? 'notice' : 'notice notice-warn'} role="status">
          {text(`fit.${fit}`)}
        </p>
      )}
      {hashed && fits && (
        <p>
          <ActButton
            tone="primary"
            busy={busy}
            onPress={() => void act(() => queue.goOn(hashed.key, upload.item))}
          >
            {text('intake.go_on')}
          </ActButton>
        </p>
      )}
      <ProblemNotice problem={problem} />
    </Section>
  );
}
