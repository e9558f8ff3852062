import { useState } from 'react';
import { deconflictions } from '../api/deconfliction';
import type { CommonEntry, Deconfliction } from '../api/deconfliction-types';
import { Field } from '../components/fields';
import { Section } from '../components/page';
import { TaskDialog, TaskForm } from '../components/task';
import { Empty } from '../components/waiting';
import { Link } from '../routing/router';
import { mayAct, useRole } from '../session/session';
import { nameOf } from '../strings/format';
import { useText } from '../strings/locale';
import { claimable } from './deconfliction-rules';
import { FoundTag } from './query-tags';
import { Shown } from './shown';

interface ClaimProps extends CommonProps {
  handles: string[];
  opener: string;
  tone?: 'primary' | '';
}

interface CommonProps {
  one: Deconfliction;
  onClaimed: () => void;
}

/** What both authorities have: our own entries, with our cases and persons, and what the other has shown of its own. */
export function CommonEntries({ one, onClaimed }: CommonProps) {
  const text = useText();
  const role = useRole();
  const open = claimable(one.found);
  const claim = role !== null && mayAct(role) && open.length > 0;
  return (
    <Section
      title={text('deconfliction.result')}
      aside={
        claim && (
          <ClaimEntries
            one={one}
            handles={open}
            opener={text('claim.action', { count: open.length })}
            tone="primary"
            onClaimed={onClaimed}
          />
        )
      }
    >
      {one.found.length === 0 ? (
        <Empty>{text('deconfliction.nothing')}</Empty>
      ) : (
        <ul className="rows">
          {one.found.map((entry) => (
            <EntryRow key={entry.handle} one={one} entry={entry} mayClaim={claim && open.length > 1} onClaimed={onClaimed} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function EntryRow({ one, entry, mayClaim, onClaimed }: CommonProps & { entry: CommonEntry; mayClaim: boolean }) {
  const text = useText();
  return (
    <li className="upload">
      <p className="tags">
        <span>
          {text(`field.${entry.kind}`)}: <bdi className="code break">{entry.value}</bdi>
        </span>
        <FoundTag state={entry.state} />
      </p>
      <ul className="plain-list">
        {entry.persons.map((person) => (
          <li key={person.case + person.subject}>
            <Link href={`/cases/${person.case}`}>
              <bdi>{person.reference}</bdi>
            </Link>
            {' · '}
            <bdi>{nameOf(person.name) ?? text('subject.no_name')}</bdi>
          </li>
        ))}
      </ul>
      {entry.shown && <Shown shown={entry.shown} />}
      {entry.note && <p dir="auto">{entry.note}</p>}
      {mayClaim && entry.state === 'found' && (
        <div className="page-actions">
          <ClaimEntries one={one} handles={[entry.handle]} opener={text('claim.action', { count: 1 })} onClaimed={onClaimed} />
        </div>
      )}
    </li>
  );
}

function ClaimEntries({ one, handles, opener, tone = '', onClaimed }: ClaimProps) {
  const text = useText();
  const [why, setWhy] = useState('');
  return (
    <TaskDialog opener={opener} openerTone={tone} title={text('claim.ask')}>
      {(close) => (
        <TaskForm
          label={text('claim.submit')}
          submit={async () => {
            await deconflictions.claim(one.id, { handles, why });
            close();
            onClaimed();
          }}
        >
          <p>{text('deconfliction.claim_explained')}</p>
          <Field label={text('query.why')} value={why} onChange={setWhy} lines={3} dir="auto" required />
        </TaskForm>
      )}
    </TaskDialog>
  );
}
