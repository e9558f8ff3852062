import { law } from '../api/law';
import { useResource } from '../api/use-resource';
import { Waiting } from '../components/waiting';
import { useFormats } from '../strings/format';
import { useLanguage, useText } from '../strings/locale';
import { usePlaceName } from '../strings/places';
import { AnswerTag, ConfidenceTag } from './answer-tag';
import { Phrases } from './said';
import { Sources } from './sources';

interface OneRelationProps {
  of: string;
  other: string;
  instrument: string;
  on: string;
}

/** The relation with the state that was chosen, with its rule and sources. */
export function OneRelation(props: OneRelationProps) {
  const text = useText();
  if (props.other === '') return <p className="hint">{text('map.choose')}</p>;
  return <Chosen {...props} />;
}

function Chosen({ of, other, instrument, on }: OneRelationProps) {
  const text = useText();
  const { language } = useLanguage();
  const { day } = useFormats();
  const nameOf = usePlaceName();
  const found = useResource(`relation ${language} ${instrument} ${of} ${other} ${on}`, (signal) =>
    law.relation(language, instrument, of, other, on, signal),
  );
  return (
    <article className="card">
      <h3>{text('map.between', { one: nameOf(of), other: nameOf(other) })}</h3>
      <Waiting resource={found}>
        {(relation) => (
          <>
            <p className="tags">
              <AnswerTag answer={relation.state} />
              {relation.since && <span>{text('law.since', { date: day(relation.since) })}</span>}
              {relation.until && <span>{text('law.until', { date: day(relation.until) })}</span>}
              {relation.confidence && <ConfidenceTag confidence={relation.confidence} />}
            </p>
            <p>{relation.rule.text}</p>
            <Phrases phrases={relation.caveats} className="caveats" />
            <Sources cites={relation.sources} />
          </>
        )}
      </Waiting>
    </article>
  );
}
