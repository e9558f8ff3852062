import type { HitView, ReasonField, Verdict } from '../api/types';
import { useText } from '../strings/locale';
import { useFieldValue } from './subject-fields';
import { Tag, type Tone } from './tag';
import { Weight } from './weight';

const TONES: Record<Verdict, Tone> = { agrees: 'good', near: 'wait', differs: 'bad', silent: 'plain' };
const SIGNS: Record<Verdict, string> = { agrees: '=', near: '≈', differs: '≠', silent: '○' };
const ORDER: Verdict[] = ['agrees', 'near', 'differs', 'silent'];

/** Reasons, and the two records that they compare where these are to be shown beside them. */
type Reasoned = Pick<HitView, 'reasons'> & Partial<Pick<HitView, 'ours' | 'theirs'>>;

/** Why the node thinks that two records may be one person: field by field, ours beside theirs, with what each weighs. */
export function ReasonsTable({ hit }: { hit: Reasoned }) {
  const text = useText();
  const reasons = inOrder(hit.reasons);
  return (
    <table className="stacked reasons">
      <caption>{text('hit.reasons.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('hit.reasons.field')}</th>
          <th scope="col">{text('hit.reasons.verdict')}</th>
          {hit.ours && <th scope="col">{text('hit.reasons.ours')}</th>}
          {hit.theirs && <th scope="col">{text('hit.reasons.theirs')}</th>}
          <th scope="col">{text('weight.word')}</th>
          <th scope="col">{text('hit.reasons.why')}</th>
        </tr>
      </thead>
      <tbody>
        {reasons.map((reason) => (
          <ReasonRow key={reason.field} reason={reason} hit={hit} />
        ))}
      </tbody>
    </table>
  );
}

function ReasonRow({ reason, hit }: { reason: ReasonField; hit: Reasoned }) {
  const text = useText();
  const value = useFieldValue();
  // A field that was compared and is empty now was withdrawn since; one that was silent never held anything.
  const absent = reason.verdict === 'silent' ? 'hit.reasons.nothing' : 'hit.reasons.gone';
  const nothing = <span className="quiet">{text(absent)}</span>;
  return (
    <tr className={`verdict-${reason.verdict}`}>
      <th scope="row">{text.orCode('field', reason.field)}</th>
      <td data-label={text('hit.reasons.verdict')} data-verdict={reason.verdict}>
        <VerdictTag verdict={reason.verdict} />
      </td>
      {hit.ours && <td data-label={text('hit.reasons.ours')}>{value(hit.ours, reason.field) ?? nothing}</td>}
      {hit.theirs && <td data-label={text('hit.reasons.theirs')}>{value(hit.theirs, reason.field) ?? nothing}</td>}
      <td data-label={text('weight.word')}>
        <Weight bits={reason.weight} />
      </td>
      <td data-label={text('hit.reasons.why')} dir="auto" lang="en">
        {reason.why}
      </td>
    </tr>
  );
}

/** What agrees first, what is silent last. */
const inOrder = (reasons: ReasonField[]): ReasonField[] =>
  [...reasons].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));

function VerdictTag({ verdict }: { verdict: Verdict }) {
  const text = useText();
  return (
    <Tag tone={TONES[verdict]} sign={SIGNS[verdict]}>
      {text(`verdict.${verdict}`)}
    </Tag>
  );
}
