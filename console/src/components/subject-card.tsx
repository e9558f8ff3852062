import { useState, type ReactNode } from 'react';
import type { Subject } from '../api/types';
import { nameOf } from '../strings/format';
import { useText } from '../strings/locale';
import { ActButton } from './act-button';
import { SUBJECT_FIELDS, useFieldValue } from './subject-fields';
import { useAct } from './task';
import { ProblemNotice } from './problem-notice';

/** A person of a case or alert. The photograph is asked for only when the officer asks. */
export function SubjectCard({ subject, fetchPhotograph, level = 'h3' }: SubjectCardProps) {
  const text = useText();
  const Title = level;
  const value = useFieldValue();
  const rows = SUBJECT_FIELDS.filter((field) => field !== 'name' && field !== 'photograph')
    .map((field) => ({ field, shown: value(subject, field) }))
    .filter((row) => row.shown !== null);
  return (
    <article className="card subject">
      <Title>
        <bdi>{nameOf(subject.name) ?? text('subject.no_name')}</bdi>{' '}
        <span className="role">{text.orCode('role', subject.role)}</span>
      </Title>
      <dl className="facts">
        {rows.map(({ field, shown }) => (
          <Fact key={field} label={text.orCode('field', field)} wide={field === 'description'}>
            {shown}
          </Fact>
        ))}
      </dl>
      {fetchPhotograph && subject.photograph !== null && <PhotographButton fetchPhotograph={fetchPhotograph} />}
    </article>
  );
}

interface SubjectCardProps {
  subject: Subject;
  fetchPhotograph?: () => Promise<Subject | null | undefined>;
  level?: 'h2' | 'h3' | 'h4';
}

/** A line of facts. Text stands alone in its own direction; what mixes texts follows the page and isolates each itself. */
export function Fact({ label, children, wide }: { label: string; children: ReactNode; wide?: boolean }) {
  return (
    <div className={wide ? 'fact wide' : 'fact'}>
      <dt>{label}</dt>
      <dd>{typeof children === 'string' ? <bdi>{children}</bdi> : children}</dd>
    </div>
  );
}

function PhotographButton({ fetchPhotograph }: { fetchPhotograph: () => Promise<Subject | null | undefined> }) {
  const text = useText();
  const { busy, problem, act } = useAct();
  const [shown, setShown] = useState<Subject | null>(null);
  const show = () => act(async () => setShown((await fetchPhotograph()) ?? null));
  const picture = shown?.photograph;
  return (
    <div className="photograph">
      {picture && (
        <img src={`data:${picture.media_type};base64,${picture.base64}`} alt={text('photograph.alt')} />
      )}
      {shown && !picture && (
        <p className="quiet" role="status">
          {text('photograph.none')}
        </p>
      )}
      <ActButton busy={busy} onPress={() => (shown ? setShown(null) : void show())}>
        {shown ? text('photograph.hide') : text('photograph.show')}
      </ActButton>
      {!shown && <p className="hint">{text('photograph.hint')}</p>}
      <ProblemNotice problem={problem} />
    </div>
  );
}

