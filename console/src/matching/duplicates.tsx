import { useState } from 'react';
import { persons } from '../api/matching';
import type { Duplicate, PersonRef } from '../api/matching-types';
import { useResource } from '../api/use-resource';
import { Section } from '../components/page';
import type { Case } from '../api/types';
import { Link } from '../routing/router';
import { nameOf } from '../strings/format';
import { useText } from '../strings/locale';
import { FoundList, keyOf, refOf } from './found-list';
import { MergeChosen } from './merge';

/** Persons of this case who are likely to be in another case already; nothing where there are none. */
export function Duplicates({ data, onMerged }: { data: Case; onMerged: () => void }) {
  const text = useText();
  const found = useResource(`duplicates ${data.id}`, (signal) => persons.duplicates(data.id, signal), { on: ['case'] });
  const duplicates = found.data ?? [];
  if (duplicates.length === 0) return null;
  return (
    <Section title={text('duplicates.title')}>
      <p className="hint">{text('duplicates.explained')}</p>
      {data.report.subjects
        .filter(({ id }) => duplicates.some((one) => one.of === id))
        .map((subject) => (
          <div key={subject.id}>
            <h3>
              <bdi>{nameOf(subject.name) ?? text('subject.no_name')}</bdi>
            </h3>
            <OfSubject
              mine={{ case: data.id, subject: subject.id }}
              found={duplicates.filter((one) => one.of === subject.id)}
              onMerged={onMerged}
            />
          </div>
        ))}
    </Section>
  );
}

function OfSubject({ mine, found, onMerged }: { mine: PersonRef; found: Duplicate[]; onMerged: () => void }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const refs = found.filter((one) => chosen.includes(keyOf(refOf(one)))).map(refOf);
  return (
    <>
      <FoundList found={found} chosen={chosen} onChoose={setChosen} />
      {refs.length > 0 && <MergeChosen chosen={[mine, ...refs]} onMerged={onMerged} />}
    </>
  );
}

/** Persons of this case whom officers merged with others. */
export function MergedPersons({ data }: { data: Case }) {
  const text = useText();
  const merged = data.persons ?? [];
  if (merged.length === 0) return null;
  return (
    <Section title={text('persons.merged_here')}>
      <ul className="rows">
        {merged.map(({ subjects, disagreements }) => {
          const mine = subjects.find((one) => one.case === data.id) ?? subjects[0];
          if (mine === undefined) return null;
          return (
            <li key={mine.subject.id}>
              <Link href={`/persons/${mine.case}/${mine.subject.id}`}>
                <bdi>{nameOf(mine.subject.name) ?? text('subject.no_name')}</bdi>
              </Link>
              <span className="quiet">
                {text('persons.records', { count: subjects.length })}
                {disagreements.length > 0 && ` · ${text('persons.disagree')}`}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
