import type { ReactNode } from 'react';
import { useId } from 'react';
import {
  Checkbox,
  CheckboxGroup,
  FieldError,
  Input,
  Label,
  Radio,
  RadioGroup,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  type?: 'text' | 'password' | 'date' | 'datetime-local' | 'number';
  lines?: number;
  required?: boolean;
  autoComplete?: string;
  suggestions?: readonly string[];
  dir?: 'auto' | 'ltr';
  /** What the text must look like, as a regular expression. */
  pattern?: string;
}

/** One line or several of text, with its label, a hint and the browser's own validation message. */
export function Field({ label, value, onChange, hint, lines, required, suggestions, dir, ...rest }: FieldProps) {
  const list = useId();
  return (
    <TextField className="field" value={value} onChange={onChange} isRequired={required} {...rest}>
      <Label>{label}</Label>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      {lines ? (
        <TextArea rows={lines} dir={dir} />
      ) : (
        <Input dir={dir} list={suggestions ? list : undefined} min={rest.type === 'number' ? 1 : undefined} />
      )}
      {suggestions && (
        <datalist id={list}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      <FieldError className="field-error" />
    </TextField>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
  required?: boolean;
}

/** A native select: the platform's own on every device, and nothing for the policy to forbid. */
export function Choice<T extends string>({ label, value, onChange, options, required }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} required={required} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ManyProps {
  label: string;
  hint?: string;
  value: string[];
  onChange: (value: string[]) => void;
  options: { value: string; label: ReactNode }[];
  required?: boolean;
}

export function Many({ label, hint, value, onChange, options, required }: ManyProps) {
  return (
    <CheckboxGroup className="field" value={value} onChange={onChange} isRequired={required}>
      <Label>{label}</Label>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <div className="options">
        {options.map((option) => (
          <Checkbox key={option.value} value={option.value} className="check">
            <span className="box" aria-hidden="true" />
            <span>{option.label}</span>
          </Checkbox>
        ))}
      </div>
      <FieldError className="field-error" />
    </CheckboxGroup>
  );
}

interface OneProps<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
}

export function One<T extends string>({ label, value, onChange, options }: OneProps<T>) {
  return (
    <RadioGroup className="field" value={value} onChange={(next) => onChange(next as T)}>
      <Label>{label}</Label>
      <div className="options">
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className="check">
            <span className="box round" aria-hidden="true" />
            <span>{option.label}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
