import type { ShownHit } from '../api/queries-types';
import type { Subject } from '../api/types';
import { Fact, SubjectCard } from '../components/subject-card';
import { useText } from '../strings/locale';

/** What another authority chose to show of its entry. */
export function Shown({ shown }: { shown: ShownHit }) {
  const text = useText();
  const person = shown.person && ({ id: '', role: 'witness', ...shown.person, photograph: null } as Subject);
  return (
    <>
      <dl className="facts">
        <Fact label={text('claim.reference')}>{shown.reference}</Fact>
        <Fact label={text('claim.contact')}>{shown.contact}</Fact>
        {shown.note && <Fact label={text('disclose.note')}>{shown.note}</Fact>}
      </dl>
      {person && <SubjectCard subject={person} level="h4" />}
    </>
  );
}
