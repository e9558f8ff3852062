import type { Assessment } from '../api/law-types';
import { useText } from '../strings/locale';
import { VerdictTag } from './answer-tag';
import { DataSetLine } from './data-set-line';
import { Phrases } from './said';
import { Sources } from './sources';

/** What our own node finds of a claimed basis, with its reasons. */
export function AssessmentView({ assessment }: { assessment: Assessment }) {
  const text = useText();
  return (
    <div className={`assessment assessment-${assessment.verdict}`}>
      <p className="tags">
        <span>{text('basis.checked')}</span> <VerdictTag verdict={assessment.verdict} />
      </p>
      <Phrases phrases={assessment.reasons} />
      <Sources cites={assessment.sources ?? []} />
      <DataSetLine name={assessment.data_set} />
    </div>
  );
}
