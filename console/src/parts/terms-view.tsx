import type { LegalBasis, Marking } from '../api/types';
import { Fact } from '../components/subject-card';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** On what law, and under what conditions, this was given. */
export function TermsView({ marking, basis }: { marking: Marking; basis: LegalBasis }) {
  const text = useText();
  const { day, list } = useFormats();
  const { onward } = marking;
  return (
    <dl className="facts">
      <Fact label={text('terms.basis')}>
        <bdi className="code">{basis.instrument}</bdi> {text('basis.article_of', { article: basis.article })}
      </Fact>
      <Fact label={text('basis.answer')}>
        {text(`answer.${basis.answer}`)} ({day(basis.assessed_on)})
      </Fact>
      {basis.reason && <Fact label={text('basis.reason')}>{basis.reason}</Fact>}
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
        <bdi>{marking.source + marking.information}</bdi> — {text(`source.${marking.source}`)}; {text(`information.${marking.information}`)}
      </Fact>
      <Fact label={text('marking.onward')}>
        {onward.rule === 'only' ? text('onward.only', { to: list(onward.to) }) : text(`onward.${onward.rule}`)}
      </Fact>
      <Fact label={text('marking.retain_until')}>{day(marking.retain_until)}</Fact>
    </dl>
  );
}
