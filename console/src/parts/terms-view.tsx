import type { Assessment, BasisVerdict } from '../api/law-types';
import type { LawAnswer, LegalBasis, Marking } from '../api/types';
import { Fact } from '../components/subject-card';
import { VerdictTag } from '../law/answer-tag';
import { AssessmentView } from '../law/assessment';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

interface TermsViewProps {
  marking: Marking;
  basis: LegalBasis;
  assessment?: Assessment | null;
}

/** On what law, and under what conditions, this was given. */
export function TermsView({ marking, basis, assessment }: TermsViewProps) {
  return (
    <>
      <dl className="facts">
        <BasisFacts basis={basis} />
        <MarkingFacts marking={marking} />
      </dl>
      {assessment && <AssessmentView assessment={assessment} />}
    </>
  );
}

/** Under what conditions it may be used. */
export function MarkingFacts({ marking }: { marking: Marking }) {
  const text = useText();
  const { day, list } = useFormats();
  const { onward } = marking;
  return (
    <>
      <Fact label={text('marking.purpose')}>{text.orCode('purpose', marking.purpose)}</Fact>
      <Fact label={text('marking.handling')}>
        <ul className="plain-list">
          {marking.handling.map((code) => (
            <li key={code}>
              <bdi>{code}</bdi> · {text(`handling.${code}`)}
            </li>
          ))}
        </ul>
        {marking.restrictions && <bdi>{marking.restrictions}</bdi>}
      </Fact>
      <Fact label={text('marking.evaluation')}>
        <bdi>{marking.source + marking.information}</bdi> — {text(`source.${marking.source}`)};{' '}
        {text(`information.${marking.information}`)}
      </Fact>
      <Fact label={text('marking.onward')}>
        {onward.rule === 'only' ? text('onward.only', { to: list(onward.to) }) : text(`onward.${onward.rule}`)}
      </Fact>
      <Fact label={text('marking.retain_until')}>{day(marking.retain_until)}</Fact>
    </>
  );
}

/** A statement says with the three answers what its sender's check found. */
const VERDICT_OF: Record<LawAnswer, BasisVerdict> = {
  in_force: 'supported',
  unknown: 'unknown',
  not_in_force: 'contradicted',
};

/** The basis as the sender stated it. */
export function BasisFacts({ basis }: { basis: LegalBasis }) {
  const text = useText();
  const { day } = useFormats();
  return (
    <>
      <Fact label={text('terms.basis')}>
        <bdi className="code">{basis.instrument}</bdi> {text('basis.article_of', { article: basis.article })}
      </Fact>
      <Fact label={text('basis.answer')}>
        <VerdictTag verdict={VERDICT_OF[basis.answer]} /> ({day(basis.assessed_on)})
        {basis.data_set && (
          <>
            {' · '}
            <bdi className="code">{basis.data_set}</bdi>
          </>
        )}
      </Fact>
      {basis.event_date && <Fact label={text('law.event')}>{day(basis.event_date)}</Fact>}
      {basis.reason && <Fact label={text('basis.reason')}>{basis.reason}</Fact>}
      {basis.supervisor_reason && <Fact label={text('basis.supervisor_reason')}>{basis.supervisor_reason}</Fact>}
    </>
  );
}
