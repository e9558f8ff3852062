import { useState } from 'react';
import { queries } from '../api/queries';
import type { Holder, Query } from '../api/queries-types';
import { Field } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { useText } from '../strings/locale';

interface ClaimHitsProps {
  query: Query;
  holder: Holder;
  handles: string[];
  opener: string;
  onClaimed: () => void;
}

/** Asks a holder what it shows of hits. */
export function ClaimHits({ query, holder, handles, opener, onClaimed }: ClaimHitsProps) {
  const text = useText();
  const [why, setWhy] = useState('');
  return (
    <TaskDialog opener={opener} openerTone="primary" title={text('claim.ask')}>
      {(close) => (
        <TaskForm
          label={text('claim.submit')}
          submit={async () => {
            await queries.claim(query.id, { holder: holder.authority, handles, why });
            close();
            onClaimed();
          }}
        >
          <p>{text('claim.explained')}</p>
          <Field label={text('query.why')} value={why} onChange={setWhy} lines={3} dir="auto" required />
        </TaskForm>
      )}
    </TaskDialog>
  );
}
