import { useState } from 'react';
import { persons } from '../api/matching';
import type { Found, FoundPersons, PersonQuestion } from '../api/matching-types';
import { Choice, Field } from '../components/fields';
import { Section } from '../components/page';
import { SELECTOR_KINDS } from '../components/subject-fields';
import { TaskForm } from '../components/task';
import { Empty } from '../components/waiting';
import { FoundList, keyOf, refOf } from '../matching/found-list';
import { MatchingPage } from '../matching/matching-page';
import { MergeChosen } from '../matching/merge';
import { useNavigate } from '../routing/router';
import { useText } from '../strings/locale';

const NOTHING: PersonQuestion = { name: '', born: '', birthplace: '', sex: '', nationality: '', selector: '' };

/** Who of our own cases may be the person one looks for: across scripts, spellings and uncertain dates. */
export function PersonSearch() {
  const text = useText();
  const [found, setFound] = useState<FoundPersons | null>(null);
  return (
    <MatchingPage title={text('persons.title')}>
      <p className="hint">{text('persons.explained')}</p>
      <QuestionForm onFound={setFound} />
      {found && <Results key={found.items.map((one) => keyOf(refOf(one))).join()} found={found} />}
    </MatchingPage>
  );
}

function QuestionForm({ onFound }: { onFound: (found: FoundPersons) => void }) {
  const text = useText();
  const [question, setQuestion] = useState(NOTHING);
  const [kind, setKind] = useState('phone');
  const [value, setValue] = useState('');
  const put = (field: keyof PersonQuestion) => (said: string) => setQuestion({ ...question, [field]: said.trim() });
  const submit = async () =>
    onFound(await persons.search({ ...question, selector: value.trim() === '' ? '' : `${kind}:${value.trim()}` }));
  return (
    <TaskForm submit={submit} label={text('persons.search')}>
      <div className="columns">
        <Field
          label={text('persons.name')}
          hint={text('persons.name_hint')}
          value={question.name}
          onChange={(name) => setQuestion({ ...question, name })}
          dir="auto"
        />
        <Field
          label={text('field.born')}
          hint={text('persons.born_hint')}
          value={question.born}
          onChange={put('born')}
          dir="ltr"
          pattern="\d{4}(-\d{2}(-\d{2})?)?"
        />
      </div>
      <div className="columns">
        <Field label={text('field.birthplace')} value={question.birthplace} onChange={put('birthplace')} dir="auto" />
        <Field
          label={text('persons.nationality')}
          value={question.nationality}
          onChange={(code) => put('nationality')(code.toUpperCase())}
          dir="ltr"
          pattern="[A-Za-z]{2}"
        />
        <Choice
          label={text('field.sex')}
          value={question.sex}
          onChange={put('sex')}
          options={[
            { value: '', label: '—' },
            { value: 'F', label: text('sex.F') },
            { value: 'M', label: text('sex.M') },
            { value: 'X', label: text('sex.X') },
          ]}
        />
      </div>
      <div className="columns">
        <Choice
          label={text('persons.selector_kind')}
          value={kind}
          onChange={setKind}
          options={SELECTOR_KINDS.map((one) => ({ value: one, label: text(`field.${one}`) }))}
        />
        <Field label={text('persons.selector')} value={value} onChange={setValue} dir="ltr" />
      </div>
    </TaskForm>
  );
}

function Results({ found: { items, compared, more, not_indexed = 0 } }: { found: FoundPersons }) {
  const text = useText();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<string[]>([]);
  const refs = items.filter((one: Found) => chosen.includes(keyOf(refOf(one)))).map(refOf);
  const open = (first = refs[0]) => first && navigate(`/persons/${first.case}/${first.subject}`);
  return (
    <Section
      title={text('persons.found', { count: items.length })}
      aside={refs.length > 1 && <MergeChosen chosen={refs} onMerged={() => open()} />}
    >
      <p className="quiet">
        {text('persons.compared', { count: compared })} {more && text('persons.more')}
      </p>
      {not_indexed > 0 && <p className="notice">{text('persons.not_indexed', { count: not_indexed })}</p>}
      {items.length === 0 ? (
        <Empty>{text('persons.none')}</Empty>
      ) : (
        <FoundList found={items} chosen={chosen} onChoose={setChosen} />
      )}
    </Section>
  );
}
