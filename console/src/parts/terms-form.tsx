import type { HandlingCode, LegalBasis, Marking, OnwardRule } from '../api/types';
import { Choice, Field, Many } from '../components/fields';
import { useText } from '../strings/locale';
import type { Terms } from './terms';

const INSTRUMENTS = [
  'HAGUE_1980',
  'HAGUE_1996',
  'BRUSSELS_IIB',
  'DIR_2023_977',
  'EUROPOL',
  'INTERPOL_RPD',
  'LANZAROTE',
  'LUX_1980',
  'OPSC',
  'PALERMO_TIP',
] as const;
const HANDLING: HandlingCode[] = ['H0', 'H1', 'H2', 'H3'];
const PURPOSES = [
  'locate_missing_child',
  'return_of_child',
  'criminal_investigation',
  'judicial_proceedings',
  'child_protection',
  'exercise',
] as const;
const ANSWERS = ['in_force', 'unknown', 'not_in_force'] as const;
const URGENCIES = ['immediate', 'urgent', 'priority', 'routine'] as const;

interface TermsFormProps {
  terms: Terms;
  onChange: (terms: Terms) => void;
  /** Is the urgency the officer's to choose here? */
  urgency?: boolean;
}

export function TermsForm({ terms, onChange, urgency = true }: TermsFormProps) {
  const text = useText();
  return (
    <>
      {urgency && (
        <Choice
          label={text('terms.urgency')}
          value={terms.urgency}
          onChange={(chosen) => onChange({ ...terms, urgency: chosen })}
          options={URGENCIES.map((value) => ({ value, label: text(`urgency.${value}`) }))}
        />
      )}
      <BasisForm basis={terms.basis} onChange={(basis) => onChange({ ...terms, basis })} />
      <MarkingForm marking={terms.marking} onChange={(marking) => onChange({ ...terms, marking })} />
    </>
  );
}

function BasisForm({ basis, onChange }: { basis: LegalBasis; onChange: (basis: LegalBasis) => void }) {
  const text = useText();
  const set = (part: Partial<LegalBasis>) => onChange({ ...basis, ...part });
  return (
    <fieldset className="group">
      <legend>{text('terms.basis')}</legend>
      <div className="columns">
        <Field
          label={text('basis.instrument')}
          hint={text('basis.instrument.hint')}
          value={basis.instrument}
          onChange={(instrument) => set({ instrument: instrument.toUpperCase() })}
          suggestions={INSTRUMENTS}
          dir="ltr"
          required
        />
        <Field
          label={text('basis.article')}
          hint={text('basis.article.hint')}
          value={basis.article}
          onChange={(article) => set({ article })}
          required
        />
        <Choice
          label={text('basis.answer')}
          value={basis.answer}
          onChange={(answer) => set({ answer })}
          options={ANSWERS.map((value) => ({ value, label: text(`answer.${value}`) }))}
        />
        <Field
          label={text('basis.assessed_on')}
          type="date"
          value={basis.assessed_on}
          onChange={(assessed_on) => set({ assessed_on })}
          required
        />
      </div>
      {basis.answer === 'unknown' && (
        <Field
          label={text('basis.reason')}
          hint={text('basis.reason.hint')}
          value={basis.reason ?? ''}
          onChange={(reason) => set({ reason })}
          lines={2}
          dir="auto"
          required
        />
      )}
      {basis.answer === 'not_in_force' && (
        <p className="notice notice-warn" role="status">
          {text('basis.refused')}
        </p>
      )}
    </fieldset>
  );
}

function MarkingForm({ marking, onChange }: { marking: Marking; onChange: (marking: Marking) => void }) {
  const text = useText();
  const set = (part: Partial<Marking>) => onChange({ ...marking, ...part });
  return (
    <fieldset className="group">
      <legend>{text('terms.marking')}</legend>
      <Many
        label={text('marking.handling')}
        value={marking.handling}
        onChange={(handling) => set({ handling: HANDLING.filter((code) => handling.includes(code)) })}
        options={HANDLING.map((value) => ({ value, label: `${value} · ${text(`handling.${value}`)}` }))}
        required
      />
      {marking.handling.includes('H3') && (
        <Field
          label={text('marking.restrictions')}
          value={marking.restrictions ?? ''}
          onChange={(restrictions) => set({ restrictions })}
          dir="auto"
          required
        />
      )}
      <div className="columns">
        <Choice
          label={text('marking.purpose')}
          value={marking.purpose}
          onChange={(purpose) => set({ purpose })}
          options={PURPOSES.map((value) => ({ value, label: text(`purpose.${value}`) }))}
        />
        <Choice
          label={text('marking.onward')}
          value={marking.onward.rule === 'ask_originator' ? 'ask_originator' : 'own_jurisdiction'}
          onChange={(rule) => set({ onward: { rule } as OnwardRule })}
          options={(['own_jurisdiction', 'ask_originator'] as const).map((value) => ({
            value,
            label: text(`onward.${value}`),
          }))}
        />
        <Choice
          label={text('marking.source')}
          value={marking.source}
          onChange={(source) => set({ source })}
          options={(['A', 'B', 'C', 'X'] as const).map((value) => ({
            value,
            label: `${value} · ${text(`source.${value}`)}`,
          }))}
        />
        <Choice
          label={text('marking.information')}
          value={marking.information}
          onChange={(information) => set({ information })}
          options={(['1', '2', '3', '4'] as const).map((value) => ({
            value,
            label: `${value} · ${text(`information.${value}`)}`,
          }))}
        />
        <Field
          label={text('marking.retain_until')}
          type="date"
          value={marking.retain_until}
          onChange={(retain_until) => set({ retain_until })}
          required
        />
      </div>
    </fieldset>
  );
}
