import { useState } from 'react';
import { persons } from '../api/matching';
import type { Merge, MergeResult, PersonRef } from '../api/matching-types';
import { Field } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { useText } from '../strings/locale';

/** An officer says, with a reason, that records are about one person. Nothing of them is overwritten. */
export function MergeChosen({ chosen, onMerged }: { chosen: PersonRef[]; onMerged: (result: MergeResult) => void }) {
  const text = useText();
  return (
    <TaskDialog opener={text('merge.action', { count: chosen.length })} openerTone="primary" title={text('merge.title')}>
      {(close) => (
        <ReasonForm
          explained={text('merge.explained', { count: chosen.length })}
          label={text('merge.submit')}
          submit={async (reason) => {
            onMerged(await persons.merge(chosen, reason));
            close();
          }}
        />
      )}
    </TaskDialog>
  );
}

export function UndoMerge({ merge, onUndone }: { merge: Merge; onUndone: () => void }) {
  const text = useText();
  return (
    <TaskDialog opener={text('merge.undo')} title={text('merge.undo')}>
      {(close) => (
        <ReasonForm
          explained={text('merge.undo_explained')}
          label={text('merge.undo')}
          submit={async (reason) => {
            await persons.undo(merge.id, reason);
            close();
            onUndone();
          }}
        />
      )}
    </TaskDialog>
  );
}

interface ReasonFormProps {
  explained: string;
  label: string;
  submit: (reason: string) => Promise<void>;
}

function ReasonForm({ explained, label, submit }: ReasonFormProps) {
  const text = useText();
  const [reason, setReason] = useState('');
  return (
    <TaskForm submit={() => submit(reason)} label={label}>
      <p>{explained}</p>
      <Field label={text('merge.reason')} value={reason} onChange={setReason} lines={3} dir="auto" required />
    </TaskForm>
  );
}
