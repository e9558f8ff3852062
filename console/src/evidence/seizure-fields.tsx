import { Checkbox } from 'react-aria-components';
import { Field } from '../components/fields';
import { useLaw } from '../law/use-law';
import { useSession } from '../session/session';
import { useText } from '../strings/locale';
import type { Draft, SeizureDraft } from './description';

/** Under which order and law it was seized; nothing where it was handed over freely. */
export function SeizureFields({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const text = useText();
  return (
    <fieldset className="group">
      <legend>{text('seizure.title')}</legend>
      <Checkbox className="check" isSelected={draft.seized} onChange={(seized) => set({ seized })}>
        <span className="box" aria-hidden="true" />
        <span>{text('seizure.seized')}</span>
      </Checkbox>
      {draft.seized && (
        <Said seizure={draft.seizure} put={(part) => set({ seizure: { ...draft.seizure, ...part } })} />
      )}
    </fieldset>
  );
}

function Said({ seizure, put }: { seizure: SeizureDraft; put: (part: Partial<SeizureDraft>) => void }) {
  const text = useText();
  const info = useLaw();
  const { node } = useSession();
  return (
    <div className="columns">
      <Field
        label={text('seizure.ordered_by')}
        hint={text('seizure.ordered_by.hint')}
        value={seizure.orderedBy}
        onChange={(orderedBy) => put({ orderedBy })}
        suggestions={node?.members.map(({ authority }) => authority)}
        dir="ltr"
        required
      />
      <Field
        label={text('seizure.reference')}
        hint={text('seizure.reference.hint')}
        value={seizure.reference}
        onChange={(reference) => put({ reference })}
        dir="auto"
        required
      />
      <Field
        label={text('seizure.law')}
        hint={text('seizure.law.hint')}
        value={seizure.law}
        onChange={(law) => put({ law })}
        dir="auto"
        required
      />
      <Field
        label={text('seizure.at')}
        type="datetime-local"
        value={seizure.at}
        onChange={(at) => put({ at })}
        required
      />
      <Field
        label={text('seizure.place')}
        value={seizure.place}
        onChange={(place) => put({ place })}
        dir="auto"
        required
      />
      <Field
        label={text('seizure.instrument')}
        hint={text('seizure.instrument.hint')}
        value={seizure.instrument}
        onChange={(instrument) => put({ instrument: instrument.toUpperCase() })}
        suggestions={info.data?.instruments.map(({ code }) => code)}
        dir="ltr"
      />
      {seizure.instrument !== '' && (
        <Field
          label={text('basis.article')}
          value={seizure.article}
          onChange={(article) => put({ article })}
          required
        />
      )}
    </div>
  );
}
