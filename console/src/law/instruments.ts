import type { LawInfo } from '../api/law-types';
import { useText } from '../strings/locale';

/** The names of instruments in the officer's language; for one that is new, the node's own title, and then its code. */
export function useInstrumentName(info?: LawInfo | null): (code: string) => string {
  const text = useText();
  return (code) => {
    const known = text.orCode('instrument', code);
    if (known !== code) return known;
    return info?.instruments.find((instrument) => instrument.code === code)?.title ?? code;
  };
}
