import type { ReactNode } from 'react';
import type { Description, Selector, SelectorKind, Subject } from '../api/types';
import { nameOf, useFormats, type Formats } from '../strings/format';
import { useText, type Text } from '../strings/locale';

/** The fields of a person in the order in which officers read them; also the fields that may be disclosed. */
export const SUBJECT_FIELDS = [
  'name',
  'aliases',
  'sex',
  'born',
  'birthplace',
  'nationalities',
  'languages',
  'description',
  'photograph',
  'selectors',
] as const;

export const SELECTOR_KINDS: SelectorKind[] = [
  'phone',
  'email',
  'account',
  'document',
  'plate',
  'crypto_address',
  'onion_address',
  'file_hash',
  'iban',
];

/** Shows one field of a person, by the field's name in the API; null when nothing is known. */
export function useFieldValue(): (subject: Subject, field: string) => ReactNode {
  const text = useText();
  const show = useFormats();
  return (subject, field) => {
    const value = fieldValue(subject, field, text, show);
    return typeof value === 'string' ? <bdi>{value}</bdi> : value;
  };
}

function fieldValue(subject: Subject, field: string, text: Text, show: Formats): ReactNode {
  const description = subject.description ?? {};
  switch (field) {
    case 'name':
      return nameOf(subject.name);
    case 'aliases':
      return joined(subject.aliases?.map((alias) => nameOf(alias) ?? ''), show);
    case 'sex':
      return subject.sex ? text(`sex.${subject.sex}`) : null;
    case 'born':
      return subject.born ? show.day(subject.born) : null;
    case 'birthplace':
      return subject.birthplace || null;
    case 'nationalities':
      return joined(subject.nationalities?.map(show.state), show);
    case 'languages':
      return joined(subject.languages?.map(show.language), show);
    case 'description':
      return descriptionLines(description, text).join(' · ') || null;
    case 'selectors':
      return selectorList(subject.selectors ?? [], text);
    case 'photograph':
      return subject.photograph ? text('photograph.there') : null;
    default:
      return selectorsOf(subject, field, text) ?? descriptionOf(description, field, text);
  }
}

function joined(parts: string[] | undefined, show: Formats): string | null {
  const said = (parts ?? []).filter((part) => part !== '');
  return said.length === 0 ? null : show.list(said);
}

export function descriptionLines(description: Description, text: Text): string[] {
  const keys = ['height_cm', 'weight_kg', 'hair', 'eyes', 'marks', 'clothing'];
  return keys.map((key) => descriptionOf(description, key, text)).filter((line) => line !== null);
}

function descriptionOf(description: Description, field: string, text: Text): string | null {
  const { height_cm, weight_kg } = description;
  if (field === 'height_cm' || field === 'height')
    return height_cm ? text('description.height', { cm: height_cm }) : null;
  if (field === 'weight_kg' || field === 'weight')
    return weight_kg ? text('description.weight', { kg: weight_kg }) : null;
  const said = (description as Record<string, unknown>)[field];
  return typeof said === 'string' && said !== '' ? `${text.orCode('description', field)}: ${said}` : null;
}

function selectorsOf(subject: Subject, field: string, text: Text): ReactNode {
  const kind = SELECTOR_KINDS.find((known) => field === known || field === `selector_${known}`);
  if (kind === undefined) return null;
  const held = (subject.selectors ?? []).filter((selector) => selector.kind === kind);
  return selectorList(held, text);
}

function selectorList(selectors: Selector[], text: Text): ReactNode {
  if (selectors.length === 0) return null;
  return (
    <ul className="plain-list">
      {selectors.map((selector) => (
        <li key={selector.kind + selector.value}>
          {text(`field.${selector.kind}`)}: <bdi className="code">{selector.value}</bdi>
        </li>
      ))}
    </ul>
  );
}
