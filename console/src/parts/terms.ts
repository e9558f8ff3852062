import { nodeNow } from '../api/client';
import type { AlertView, LegalBasis, Marking, Mode, Urgency } from '../api/types';
import { dayAfter } from '../strings/format';

/** What every message must carry before it may leave: marking, legal basis, urgency. */
export interface Terms {
  marking: Marking;
  basis: LegalBasis;
  urgency: Urgency;
}

/** INTERPOL keeps a notice five years at most; an alert that ends in days is proposed for one. */
const RETAIN_DAYS = 365;

/** Where an officer starts; the law's answer starts at `unknown`, for the console does not guess. */
export function firstTerms(mode: Mode, urgency: Urgency): Terms {
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
    basis: { instrument: '', article: '', answer: 'unknown', assessed_on: dayAfter(now, 0), reason: '' },
  };
}

/** What an alert relied on, proposed again for what answers it; a reason for going on is each officer's own. */
export function termsAfter(alert: Pick<AlertView, 'marking' | 'legal_basis'> | undefined, first: Terms): Terms {
  if (alert === undefined) return first;
  const { reason: _, ...basis } = alert.legal_basis;
  return { ...first, basis: { ...basis, reason: '' }, marking: { ...first.marking, purpose: alert.marking.purpose } };
}

/** Without what does not apply: restrictions only under H3, a reason only where the answer needs one. */
export function tidyTerms(terms: Terms): Terms {
  const { marking, basis } = terms;
  const { restrictions, ...rest } = marking;
  const { reason, ...bare } = basis;
  return {
    urgency: terms.urgency,
    marking: marking.handling.includes('H3') ? { ...rest, restrictions: restrictions ?? '' } : rest,
    basis: basis.answer === 'in_force' || !reason ? bare : { ...bare, reason },
  };
}
