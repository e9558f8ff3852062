import { useState } from 'react';
import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import type { Alert, AlertView, Vehicle } from '../api/types';
import { Field } from '../components/fields';
import { Page } from '../components/page';
import { TaskForm } from '../components/task';
import { Waiting } from '../components/waiting';
import { useOver } from '../law/over';
import { Link, useNavigate } from '../routing/router';
import { fromLocalInput, toLocalInput } from '../strings/format';
import { useText } from '../strings/locale';

/** A correction goes to every recipient as the whole alert as it now reads. */
export function UpdateAlertPage({ id }: { id: string }) {
  const text = useText();
  const found = useResource(`alert ${id}`, (signal) => api.alert(id, false, signal));
  return (
    <Page title={text('update.title')}>
      <Waiting resource={found}>{(view) => <UpdateForm view={view} />}</Waiting>
    </Page>
  );
}

function UpdateForm({ view }: { view: AlertView }) {
  const text = useText();
  const navigate = useNavigate();
  const [alert, setAlert] = useState<Alert>(view.alert);
  const [changed, setChanged] = useState('');
  const [runsUntil, setRunsUntil] = useState(() => toLocalInput(Date.parse(view.alert.runs_until)));
  const set = (part: Partial<Alert>) => setAlert((old) => ({ ...old, ...part }));
  const back = `/alerts/${view.id}`;
  const { over, fields, watch } = useOver();
  const submit = watch(async () => {
    const runs_until = fromLocalInput(runsUntil) ?? alert.runs_until;
    await api.updateAlert(view.id, changed, await withPhotographs(view.id, { ...alert, runs_until }), over);
    navigate(back);
  });
  return (
    <TaskForm submit={submit} label={text('update.submit')} beside={<Link href={back}>{text('action.back')}</Link>}>
      <Field label={text('update.what_changed')} value={changed} onChange={setChanged} dir="auto" required />
      <Field
        label={text('raise.headline')}
        hint={text('raise.headline.hint')}
        value={alert.headline}
        onChange={(headline) => set({ headline })}
        dir="auto"
        required
      />
      <Field
        label={text('alert.circumstances')}
        value={alert.circumstances}
        onChange={(circumstances) => set({ circumstances })}
        lines={4}
        dir="auto"
        required
      />
      <Field
        label={text('alert.last_seen')}
        value={alert.last_seen.name}
        onChange={(name) => set({ last_seen: placeNamed(alert, name) })}
        dir="auto"
        required
      />
      <Field
        label={text('raise.action')}
        value={alert.requested_action}
        onChange={(requested_action) => set({ requested_action })}
        lines={2}
        dir="auto"
        required
      />
      <Field
        label={text('description.clothing')}
        value={alert.child.description?.clothing ?? ''}
        onChange={(clothing) =>
          set({ child: { ...alert.child, description: { ...alert.child.description, clothing } } })
        }
        dir="auto"
      />
      <VehicleFields vehicles={alert.vehicles ?? []} onChange={(vehicles) => set({ vehicles })} />
      <Field
        label={text('alert.runs_until')}
        type="datetime-local"
        value={runsUntil}
        onChange={setRunsUntil}
        required
      />
      {fields}
    </TaskForm>
  );
}

/** Photographs go on unchanged; they are fetched only when something is sent, and never shown here. */
async function withPhotographs(id: string, alert: Alert): Promise<Alert> {
  const { child, alleged_taker } = (await api.alert(id, true)).alert;
  const taker = alert.alleged_taker && { ...alert.alleged_taker, photograph: alleged_taker?.photograph };
  return { ...alert, child: { ...alert.child, photograph: child.photograph }, alleged_taker: taker };
}

/** A place under another name is another place: its old position must not go along. */
function placeNamed(alert: Alert, name: string): Alert['last_seen'] {
  const { position: _, ...place } = alert.last_seen;
  return { ...place, name };
}

/** The first vehicle can be written here; further ones stay as they are. */
function VehicleFields({ vehicles, onChange }: { vehicles: Vehicle[]; onChange: (vehicles: Vehicle[]) => void }) {
  const text = useText();
  const [first = { description: '' }, ...others] = vehicles;
  const set = (part: Partial<Vehicle>) => {
    const next = { ...first, ...part };
    const empty = next.description === '' && !next.plate;
    onChange(empty ? others : [next, ...others]);
  };
  return (
    <div className="columns">
      <Field
        label={text('alert.vehicle')}
        value={first.description}
        onChange={(description) => set({ description })}
        dir="auto"
      />
      <Field label={text('field.plate')} value={first.plate ?? ''} onChange={(plate) => set({ plate })} dir="ltr" />
    </div>
  );
}
