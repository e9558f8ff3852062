import type { BasisVerdict, Confidence } from '../api/law-types';
import type { LawAnswer } from '../api/types';
import { Tag, type Tone } from '../components/tag';
import { useText } from '../strings/locale';

export const ANSWERS: readonly LawAnswer[] = ['in_force', 'unknown', 'not_in_force'];
const ANSWER_TONES: Record<LawAnswer, Tone> = { in_force: 'good', not_in_force: 'bad', unknown: 'wait' };
const ANSWER_SIGNS: Record<LawAnswer, string> = { in_force: '✓', not_in_force: '✕', unknown: '?' };

/** One of the three answers, by word, sign and colour. */
export function AnswerTag({ answer }: { answer: LawAnswer }) {
  const text = useText();
  return (
    <Tag tone={ANSWER_TONES[answer]} sign={ANSWER_SIGNS[answer]}>
      {text(`answer.${answer}`)}
    </Tag>
  );
}

const VERDICT_TONES: Record<BasisVerdict, Tone> = { supported: 'good', unknown: 'wait', contradicted: 'bad' };
const VERDICT_SIGNS: Record<BasisVerdict, string> = { supported: '✓', unknown: '?', contradicted: '✕' };

export function VerdictTag({ verdict }: { verdict: BasisVerdict }) {
  const text = useText();
  return (
    <Tag tone={VERDICT_TONES[verdict]} sign={VERDICT_SIGNS[verdict]}>
      {text(`basis_verdict.${verdict}`)}
    </Tag>
  );
}

/** What is of low confidence is never shown as a fact. */
export function ConfidenceTag({ confidence }: { confidence: Confidence }) {
  const text = useText();
  const low = confidence === 'low';
  return (
    <Tag tone={low ? 'wait' : 'plain'} sign={low ? '?' : ''}>
      {text(`confidence.${confidence}`)}
    </Tag>
  );
}
