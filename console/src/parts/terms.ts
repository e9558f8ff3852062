import { nodeNow } from '../api/client';
import type { AlertView, BasisChoice, Marking, Mode, Urgency } from '../api/types';
import { dayAfter } from '../strings/format';

/** What every message must carry before it may leave: marking, legal basis, urgency. */
export interface Terms {
  marking: Marking;
  basis: BasisChoice;
  urgency: Urgency;
}

/** INTERPOL keeps a notice five years at most; an alert that ends in days is proposed for one. */
const RETAIN_DAYS = 365;

/** Where an officer starts; the basis starts with no more than the day of the event, for the console does not guess. */
export function firstTerms(mode: Mode, urgency: Urgency, happened?: string | null): Terms {
  const now = nodeNow();
  return {
    urgency,
    marking: {
      handling: ['H0'],
      purpose: mode === 'exercise' ? 'exercise' : 'locate_missing_child',
      source: 'A',
      information: '1',
      onward: { rule: 'own_jurisdiction' },
      retain_until: dayAfter(now, RETAIN_DAYS),
    },
    basis: tidyBasis({ instrument: '', article: '', event_date: happened?.slice(0, 10) }),
  };
}

/** What an alert relied on, proposed again for what answers it; a reason for going on is each officer's own. */
export function termsAfter(alert: Pick<AlertView, 'marking' | 'legal_basis'> | undefined, first: Terms): Terms {
  if (alert === undefined) return first;
  const { instrument, article, event_date, offence } = alert.legal_basis;
  const basis = tidyBasis({ instrument, article, event_date: event_date ?? '', offence: offence ?? '' });
  return { ...first, basis, marking: { ...first.marking, purpose: alert.marking.purpose } };
}

/** What was left empty was not said. */
export function tidyBasis(basis: BasisChoice): BasisChoice {
  const said = Object.entries(basis).filter(([, value]) => typeof value === 'string' && value.trim() !== '');
  return { instrument: basis.instrument, article: basis.article, ...Object.fromEntries(said) };
}

/** Without what does not apply: restrictions only under H3, and of the basis only what was said. */
export function tidyTerms(terms: Terms): Terms {
  const { marking } = terms;
  const { restrictions, ...rest } = marking;
  return {
    urgency: terms.urgency,
    marking: marking.handling.includes('H3') ? { ...rest, restrictions: restrictions ?? '' } : rest,
    basis: tidyBasis(terms.basis),
  };
}
