import { Checkbox } from 'react-aria-components';
import type { Found, PersonRef } from '../api/matching-types';
import { ReasonsTable } from '../components/reasons-table';
import { Tag } from '../components/tag';
import { Unfold } from '../components/unfold';
import { Weight } from '../components/weight';
import { Link } from '../routing/router';
import { nameOf } from '../strings/format';
import { useText } from '../strings/locale';

export const keyOf = ({ case: of, subject }: PersonRef): string => `${of}/${subject}`;
export const refOf = (found: Found): PersonRef => ({ case: found.case, subject: found.subject.id });

interface FoundListProps {
  found: Found[];
  chosen: string[];
  onChoose: (chosen: string[]) => void;
}

/** Persons found, the likeliest first, each with its reasons; the officer may choose those who are one. */
export function FoundList({ found, chosen, onChoose }: FoundListProps) {
  const toggle = (key: string) =>
    onChoose(chosen.includes(key) ? chosen.filter((other) => other !== key) : [...chosen, key]);
  return (
    <ul className="rows">
      {found.map((one) => {
        const key = keyOf(refOf(one));
        return <FoundRow key={key} found={one} chosen={chosen.includes(key)} onToggle={() => toggle(key)} />;
      })}
    </ul>
  );
}

function FoundRow({ found, chosen, onToggle }: { found: Found; chosen: boolean; onToggle: () => void }) {
  const text = useText();
  const { subject } = found;
  const name = nameOf(subject.name) ?? text('subject.no_name');
  return (
    <li className="upload">
      <p className="tags">
        <Checkbox className="check" isSelected={chosen} onChange={onToggle} aria-label={`${text('merge.choose')}: ${name}`}>
          <span className="box" aria-hidden="true" />
        </Checkbox>
        <Link href={`/persons/${found.case}/${subject.id}`}>
          <bdi>{name}</bdi>
        </Link>
        <span className="role">{text.orCode('role', subject.role)}</span>
        {found.likely && (
          <Tag tone="good" sign="≈">
            {text('persons.likely')}
          </Tag>
        )}
        {found.same_person.length > 0 && <Tag tone="plain">{text('persons.merged')}</Tag>}
        <span>
          {text('weight.word')} <Weight bits={found.score} />
        </span>
      </p>
      <p className="quiet">
        {text('case.word')}{' '}
        <Link href={`/cases/${found.case}`}>
          <bdi>{found.case_reference}</bdi>
        </Link>{' '}
        · <bdi>{found.case_title}</bdi>
      </p>
      <Unfold title={text('hit.reasons')}>
        <ReasonsTable hit={{ reasons: found.reasons }} />
      </Unfold>
    </li>
  );
}
