import { persons } from '../api/matching';
import type { FieldValue, MergedField, Merge, Person } from '../api/matching-types';
import { useResource } from '../api/use-resource';
import { Section } from '../components/page';
import { SubjectCard } from '../components/subject-card';
import { Tag } from '../components/tag';
import { Empty, Waiting } from '../components/waiting';
import { MatchingPage } from '../matching/matching-page';
import { UndoMerge } from '../matching/merge';
import { Link } from '../routing/router';
import { nameOf, useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** One person: every record that officers hold to be about them, where these disagree, and the merges. */
export function PersonPage({ of, id }: { of: string; id: string }) {
  const text = useText();
  const found = useResource(`person ${of} ${id}`, (signal) => persons.person({ case: of, subject: id }, signal), {
    on: ['case'],
  });
  const first = found.data?.subjects[0]?.subject;
  return (
    <MatchingPage title={nameOf(first?.name) ?? text('persons.word')}>
      <Waiting resource={found}>{(person) => <PersonContent person={person} reload={found.reload} />}</Waiting>
    </MatchingPage>
  );
}

/** What is known of one person, under the page's heading. */
export function PersonContent({ person, reload }: { person: Person; reload: () => void }) {
  const text = useText();
  return (
    <>
      {person.subjects.length > 1 && (
        <Section title={text('persons.side_by_side')}>
          <MergedTable person={person} />
        </Section>
      )}
      <Section title={text('persons.records', { count: person.subjects.length })}>
        <div className="cards">
          {person.subjects.map((record) => (
            <div key={record.case + record.subject.id}>
              <h3>
                <Link href={`/cases/${record.case}`}>
                  <bdi>{record.case_reference}</bdi>
                </Link>
              </h3>
              <SubjectCard subject={record.subject} level="h4" />
            </div>
          ))}
        </div>
      </Section>
      <Section title={text('merge.list')}>
        <Merges merges={person.merges} reload={reload} />
      </Section>
    </>
  );
}

/** Each field with every value that some record gives it, and which records do. */
function MergedTable({ person }: { person: Person }) {
  const text = useText();
  return (
    <table className="stacked">
      <caption className="visually-hidden">{text('persons.side_by_side')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('hit.reasons.field')}</th>
          <th scope="col">{text('persons.values')}</th>
        </tr>
      </thead>
      <tbody>
        {person.fields.map((field) => (
          <MergedRow key={field.field} field={field} person={person} />
        ))}
      </tbody>
    </table>
  );
}

function MergedRow({ field, person }: { field: MergedField; person: Person }) {
  const text = useText();
  const show = useValue(field.field);
  return (
    <tr>
      <th scope="row">
        {text.orCode('field', field.field)}{' '}
        {field.disagrees && (
          <Tag tone="wait" sign="≠">
            {text('persons.disagree')}
          </Tag>
        )}
      </th>
      <td data-label={text('persons.values')}>
        <ul className="plain-list">
          {field.values.map(({ value, sources }) => (
            <li key={JSON.stringify(value)}>
              <bdi>{show(value)}</bdi>{' '}
              <span className="quiet">
                (<bdi>{sources.map((at) => person.subjects[at]?.case_reference ?? '').join(', ')}</bdi>)
              </span>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}

function useValue(field: string): (value: FieldValue) => string {
  const text = useText();
  const formats = useFormats();
  return (value) => {
    if (typeof value === 'number') return formats.number(value);
    if (typeof value !== 'string') {
      return 'kind' in value ? `${text(`field.${value.kind}`)}: ${value.value}` : (nameOf(value) ?? '—');
    }
    if (field === 'sex' || field === 'role') return text.orCode(field, value);
    if (field === 'born') return formats.day(value);
    if (field === 'nationalities') return formats.state(value);
    if (field === 'languages') return formats.language(value);
    return value;
  };
}

function Merges({ merges, reload }: { merges: Merge[]; reload: () => void }) {
  const text = useText();
  const { time } = useFormats();
  if (merges.length === 0) return <Empty>{text('merge.none')}</Empty>;
  return (
    <ul className="rows">
      {merges.map((merge) => (
        <li key={merge.id} className="upload">
          <p className="tags">
            <Tag tone={merge.state === 'standing' ? 'good' : 'plain'}>{text(`merge.${merge.state}`)}</Tag>
            <bdi>{merge.reason}</bdi>
          </p>
          <p className="quiet">
            <bdi>{merge.merged_by}</bdi> · {time(merge.merged_at)}
          </p>
          {merge.undone_at && (
            <p className="quiet">
              {text('merge.undone')}: <bdi>{merge.undone_by}</bdi> · {time(merge.undone_at)} · <bdi>{merge.undo_reason}</bdi>
            </p>
          )}
          {merge.state === 'standing' && (
            <div className="page-actions">
              <UndoMerge merge={merge} onUndone={reload} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
