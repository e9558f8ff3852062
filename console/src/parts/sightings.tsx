import { useState } from 'react';
import { api, nodeNow } from '../api/client';
import { localProblem } from '../api/problem';
import type { AlertView } from '../api/types';
import { Authority } from '../components/authority';
import { Field } from '../components/fields';
import { TaskDialog, TaskForm } from '../components/task';
import { Empty } from '../components/waiting';
import { useOver } from '../law/over';
import { fromLocalInput, toLocalInput, useFormats } from '../strings/format';
import { useText } from '../strings/locale';
import { PlaceText } from './circumstances';

export function Sightings({ alert }: { alert: AlertView }) {
  const text = useText();
  const { time } = useFormats();
  if (alert.sightings.length === 0) return <Empty>{text('sighting.none')}</Empty>;
  return (
    <ul className="rows sightings">
      {alert.sightings.map((sighting) => (
        <li key={sighting.id}>
          <p>
            <strong>
              <PlaceText place={sighting.place} />
            </strong>{' '}
            · {time(sighting.seen_at)}
          </p>
          <p dir="auto">{sighting.what}</p>
          <p className="small">
            {text('alert.from')} <Authority id={sighting.from} />
          </p>
        </li>
      ))}
    </ul>
  );
}

export function SendSighting({ alert }: { alert: AlertView }) {
  const text = useText();
  return (
    <TaskDialog opener={text('sighting.action')} openerTone="primary" title={text('sighting.title')}>
      {(close) => <SightingForm alert={alert} close={close} />}
    </TaskDialog>
  );
}

function SightingForm({ alert, close }: { alert: AlertView; close: () => void }) {
  const text = useText();
  const [when, setWhen] = useState(() => toLocalInput(nodeNow()));
  const [place, setPlace] = useState('');
  const [jurisdiction, setJurisdiction] = useState('');
  const [what, setWhat] = useState('');
  const { over, fields, watch } = useOver();
  const submit = watch(async () => {
    const seen_at = fromLocalInput(when);
    if (seen_at === null) throw localProblem('no_time');
    const where = jurisdiction === '' ? { name: place } : { name: place, jurisdiction: jurisdiction.toUpperCase() };
    await api.sendSighting(alert.id, { seen_at, place: where, what }, over);
    close();
  });
  return (
    <TaskForm submit={submit} label={text('sighting.submit')}>
      <p className="hint">
        {text('sighting.goes_to')} <Authority id={alert.from} />
      </p>
      <Field label={text('sighting.when')} type="datetime-local" value={when} onChange={setWhen} required />
      <Field label={text('sighting.where')} value={place} onChange={setPlace} dir="auto" required />
      <Field
        label={text('sighting.jurisdiction')}
        hint={text('sighting.jurisdiction.hint')}
        value={jurisdiction}
        onChange={setJurisdiction}
        dir="ltr"
      />
      <Field label={text('sighting.what')} value={what} onChange={setWhat} lines={3} dir="auto" required />
      {fields}
    </TaskForm>
  );
}
