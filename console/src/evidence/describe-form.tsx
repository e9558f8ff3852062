import { METHODS, PHASES } from '../api/evidence-types';
import { Choice, Field } from '../components/fields';
import { useText } from '../strings/locale';
import type { Draft } from './description';
import { ToolsField } from './tools-field';

interface PartProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

/** How it was acquired, as ISO/IEC 27037 asks. */
export function AcquisitionFields({ draft, set }: PartProps) {
  const text = useText();
  return (
    <fieldset className="group">
      <legend>{text('acquisition.title')}</legend>
      <div className="columns">
        <Choice
          label={text('acquisition.phase')}
          value={draft.phase}
          onChange={(phase) => set({ phase })}
          options={PHASES.map((value) => ({ value, label: text(`phase.${value}`) }))}
        />
        <Choice
          label={text('acquisition.method')}
          value={draft.method}
          onChange={(method) => set({ method })}
          options={METHODS.map((value) => ({ value, label: text(`method.${value}`) }))}
        />
        <Field
          label={text('acquisition.started_at')}
          type="datetime-local"
          value={draft.started}
          onChange={(started) => set({ started })}
          required
        />
        <Field
          label={text('acquisition.finished_at')}
          type="datetime-local"
          value={draft.finished}
          onChange={(finished) => set({ finished })}
          required
        />
        <Field
          label={text('acquisition.person')}
          value={draft.person}
          onChange={(person) => set({ person })}
          dir="auto"
          required
        />
        <Field label={text('acquisition.role')} value={draft.role} onChange={(role) => set({ role })} dir="auto" />
        <Field
          label={text('acquisition.place')}
          value={draft.place}
          onChange={(place) => set({ place })}
          dir="auto"
          required
        />
        <Field
          label={text('acquisition.write_blocker')}
          value={draft.writeBlocker}
          onChange={(writeBlocker) => set({ writeBlocker })}
          dir="auto"
        />
      </div>
      <ToolsField tools={draft.tools} onChange={(tools) => set({ tools })} />
      <SourceFields draft={draft} set={set} />
      <Field
        label={text('acquisition.deviations')}
        hint={text('acquisition.deviations.hint')}
        value={draft.deviations}
        onChange={(deviations) => set({ deviations })}
        lines={2}
        dir="auto"
      />
    </fieldset>
  );
}

function SourceFields({ draft, set }: PartProps) {
  const text = useText();
  const put = (part: Partial<Draft['source']>) => set({ source: { ...draft.source, ...part } });
  const { source } = draft;
  const field = (name: 'make' | 'model' | 'serial' | 'condition') => (
    <Field label={text(`source_of.${name}`)} value={source[name]} onChange={(value) => put({ [name]: value })} dir="auto" />
  );
  return (
    <fieldset className="group">
      <legend>{text('source_of.title')}</legend>
      <Field
        label={text('source_of.description')}
        value={source.description}
        onChange={(description) => put({ description })}
        dir="auto"
        required
      />
      <div className="columns">
        {field('make')}
        {field('model')}
        {field('serial')}
        {field('condition')}
        <Field
          label={text('source_of.clock')}
          hint={text('source_of.clock.hint')}
          value={source.clock}
          onChange={(clock) => put({ clock })}
          pattern="[-+]?[0-9]{1,12}"
          dir="ltr"
        />
      </div>
    </fieldset>
  );
}
