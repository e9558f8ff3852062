import type { HandlingCode, Marking, MessageKind, OnwardRule } from '../api/types';
import { Choice, Field, Many } from '../components/fields';
import { BasisForm } from '../law/basis-form';
import { useText } from '../strings/locale';
import type { Terms } from './terms';

const HANDLING: HandlingCode[] = ['H0', 'H1', 'H2', 'H3'];
export const PURPOSES = [
  'locate_missing_child',
  'return_of_child',
  'criminal_investigation',
  'judicial_proceedings',
  'child_protection',
  'exercise',
] as const;
const URGENCIES = ['immediate', 'urgent', 'priority', 'routine'] as const;

interface TermsFormProps {
  terms: Terms;
  onChange: (terms: Terms) => void;
  /** What is to be sent, and to whom: the law is asked about that. */
  kind: MessageKind;
  to: string[];
  /** The child's day of birth, where it is known. */
  born?: string | null;
  /** Is the urgency the officer's to choose here? */
  urgency?: boolean;
}

export function TermsForm({ terms, onChange, urgency = true, ...matter }: TermsFormProps) {
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
      <BasisForm
        basis={terms.basis}
        onChange={(basis) => onChange({ ...terms, basis })}
        matter={{ ...matter, purpose: terms.marking.purpose }}
      />
      <MarkingForm marking={terms.marking} onChange={(marking) => onChange({ ...terms, marking })} />
    </>
  );
}

/** Under which conditions something may be used. */
export function MarkingForm({ marking, onChange }: { marking: Marking; onChange: (marking: Marking) => void }) {
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
