import { api } from '../api/client';
import { useResource } from '../api/use-resource';
import { Choice } from '../components/fields';
import { useText } from '../strings/locale';

interface CaseFieldProps {
  label: string;
  value: string;
  onChange: (id: string) => void;
  /** What stands for no case. */
  none: string;
  required?: boolean;
}

/** One of the cases of the authority, by its reference. */
export function CaseField({ label, value, onChange, none, required }: CaseFieldProps) {
  const text = useText();
  const cases = useResource('cases', (signal) => api.cases('', signal), { on: ['case'] });
  const known = cases.data?.items ?? [];
  const beyond = value !== '' && !known.some(({ id }) => id === value);
  return (
    <Choice
      label={label}
      value={value}
      onChange={onChange}
      required={required}
      options={[
        { value: '', label: none },
        ...(beyond ? [{ value, label: text('evidence.this_case') }] : []),
        ...known.map(({ id, reference, title }) => ({ value: id, label: `${reference} · ${title}` })),
      ]}
    />
  );
}
