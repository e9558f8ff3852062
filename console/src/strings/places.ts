import { useMemo } from 'react';
import { useIntl } from 'react-intl';
import { useFormats } from './format';
import { useText } from './locale';

export interface NamedPlace {
  code: string;
  name: string;
}

/** A state, a territory or a part of one (`CA-AB`) by its name in the officer's language. */
export function usePlaceName(): (code: string) => string {
  const text = useText();
  const { state } = useFormats();
  return useMemo(() => {
    return (code) => {
      if (!code.includes('-')) return state(code);
      const known = text.orCode('place', code);
      return known === code ? `${state(code.slice(0, 2))} (${code})` : known;
    };
  }, [text, state]);
}

/** Places with their names, in the order of the officer's language. */
export function usePlaces(codes: readonly string[]): NamedPlace[] {
  const nameOf = usePlaceName();
  const { locale } = useIntl();
  return useMemo(() => {
    const order = new Intl.Collator(locale);
    const named = codes.map((code) => ({ code, name: nameOf(code) }));
    return named.sort((a, b) => order.compare(a.name, b.name));
  }, [codes, nameOf, locale]);
}

/** The jurisdiction of an authority is the first part of its name: `FR-NCB` is French. */
export const jurisdictionOf = (authority: string): string => authority.slice(0, 2);
