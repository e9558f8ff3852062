import { useEffect, useState } from 'react';
import { law } from '../api/law';
import type { Assessment } from '../api/law-types';
import { asProblem } from '../api/problem';
import type { BasisChoice, Problem } from '../api/types';
import { useLanguage } from '../strings/locale';
import type { Matter } from './basis-form';

/** An officer who types is not followed letter by letter. */
const PAUSE_MS = 350;

/** What the node finds of a basis while it is being written; nothing while too little of it is there. */
export function useCheck(
  basis: BasisChoice,
  matter: Matter,
): { assessment: Assessment | null; problem: Problem | null } {
  const { language } = useLanguage();
  const [found, setFound] = useState<{ key: string; assessment: Assessment | null; problem: Problem | null } | null>(
    null,
  );
  const claim = {
    instrument: basis.instrument.trim(),
    article: basis.article.trim(),
    kind: matter.kind,
    purpose: matter.purpose,
    to: matter.to,
    event: basis.event_date || undefined,
    child_born: wholeDay(matter.born),
    offence: basis.offence || undefined,
  };
  const ready = claim.instrument.length > 1 && claim.article !== '' && claim.to.length > 0;
  const key = ready ? `${language} ${JSON.stringify(claim)}` : '';
  useEffect(() => {
    if (key === '') return;
    const abort = new AbortController();
    const keep = (part: { assessment?: Assessment; problem?: Problem }) => {
      if (!abort.signal.aborted) setFound({ key, assessment: null, problem: null, ...part });
    };
    const timer = setTimeout(() => {
      law.check(language, claim, abort.signal).then(
        (assessment) => keep({ assessment }),
        (thrown: unknown) => keep({ problem: asProblem(thrown) }),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);
  return found !== null && found.key === key && key !== '' ? found : { assessment: null, problem: null };
}

/** A birth known only to the month or year decides no age limit. */
export const wholeDay = (date: string | null | undefined): string | undefined =>
  date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined;
