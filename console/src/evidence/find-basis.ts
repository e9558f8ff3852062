import { law } from '../api/law';
import type { BasisVerdict } from '../api/law-types';
import type { LawAnswer } from '../api/types';
import { nodeNow } from '../api/client';
import { dayAfter } from '../strings/format';
import type { Draft, Found } from './description';

const ANSWER_OF: Record<BasisVerdict, LawAnswer> = {
  supported: 'in_force',
  unknown: 'unknown',
  contradicted: 'not_in_force',
};

/**
 * What the node's tables say of the instrument under which it was seized for another state; null where none is named. Where
 * they cannot be asked, nothing is claimed: the answer is `unknown`, with the reason of the intake.
 */
export async function findBasis(draft: Draft, language: string): Promise<Found | null> {
  const { instrument, article, orderedBy } = draft.seizure;
  if (!draft.seized || instrument === '') return null;
  const assessed_on = dayAfter(nodeNow(), 0);
  const claim = { instrument, article, to: [orderedBy] };
  try {
    const { verdict, data_set } = await law.check(language, {
      ...claim,
      kind: 'evidence_offer',
      purpose: 'judicial_proceedings',
    });
    const answer = ANSWER_OF[verdict];
    return { answer, assessed_on, data_set, ...(answer === 'unknown' && { reason: draft.reason }) };
  } catch {
    return { answer: 'unknown', assessed_on, reason: draft.reason };
  }
}
