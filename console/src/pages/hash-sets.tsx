import { useState } from 'react';
import { hashSets } from '../api/matching';
import type { HashSet } from '../api/matching-types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { Field } from '../components/fields';
import { Section } from '../components/page';
import { Fact } from '../components/subject-card';
import { Tag, type Tone } from '../components/tag';
import { TaskDialog, TaskForm } from '../components/task';
import { Unfold } from '../components/unfold';
import { Empty, Waiting } from '../components/waiting';
import { HashSearch } from '../matching/hash-search';
import { ImportHashSet } from '../matching/import-hash-set';
import { MatchingPage } from '../matching/matching-page';
import { MarkingFacts } from '../parts/terms-view';
import { Link } from '../routing/router';
import { mayAct, mayRelease, useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** The sets of hashes that the authority holds: imported, asked about, withdrawn. What is in them is never shown. */
export function HashSets() {
  const text = useText();
  const { role } = useOfficer();
  const sets = useResource('hash sets', (signal) => hashSets.list(signal), { on: ['evidence'] });
  return (
    <MatchingPage title={text('hashes.title')} actions={mayAct(role) && <ImportHashSet onAdded={sets.reload} />}>
      <p className="hint">{text('hashes.explained')}</p>
      {mayAct(role) && <HashSearch />}
      <Section title={text('hashes.held')}>
        <Waiting resource={sets}>
          {(found) =>
            found.length === 0 ? (
              <Empty>{text('hashes.none')}</Empty>
            ) : (
              <ul className="rows">
                {found.map((set) => (
                  <SetRow key={set.id} set={set} onChanged={sets.reload} />
                ))}
              </ul>
            )
          }
        </Waiting>
      </Section>
    </MatchingPage>
  );
}

const TONES: Record<HashSet['state'], Tone> = { standing: 'good', withdrawn: 'plain', gone: 'bad', expired: 'bad' };

function SetRow({ set, onChanged }: { set: HashSet; onChanged: () => void }) {
  const text = useText();
  const { role } = useOfficer();
  const { bytes, number, time } = useFormats();
  const loading = set.state === 'standing' && !set.ready;
  return (
    <li className="upload">
      <p className="tags">
        <strong>
          <bdi>{set.name}</bdi>
        </strong>
        {set.version && <bdi className="code">{set.version}</bdi>}
        {loading ? (
          <Tag tone="wait">{text('hashes.loading')}</Tag>
        ) : (
          <Tag tone={TONES[set.state]}>{text(`hashes.${set.state}`)}</Tag>
        )}
        <span className="quiet">{text('hashes.entries', { count: set.counts.entries })}</span>
      </p>
      <p className="quiet">
        <bdi>{set.source}</bdi> · {time(set.loaded_at)} · <bdi>{set.loaded_by}</bdi>
      </p>
      <Unfold title={text('hashes.about')}>
        <dl className="facts">
          <Fact label={text('hashes.scheme')}>{set.scheme}</Fact>
          <Fact label={text('hashes.categories')}>
            <ul className="plain-list">
              {set.categories.map(({ category, entries }) => (
                <li key={category}>
                  <bdi>{category || text('hashes.no_category')}</bdi>: {number(entries)}
                </li>
              ))}
            </ul>
          </Fact>
          <Fact label={text('hashes.kinds')}>
            <ul className="plain-list">
              {(['md5', 'sha1', 'sha256', 'blake3', 'pdq'] as const)
                .filter((kind) => set.counts[kind] > 0)
                .map((kind) => (
                  <li key={kind}>
                    <bdi>{text(`hashes.${kind}`)}</bdi>: {number(set.counts[kind])}
                  </li>
                ))}
            </ul>
          </Fact>
          {set.received_from && (
            <Fact label={text('evidence.received_from')}>
              <Authority id={set.received_from} />
            </Fact>
          )}
          {set.memory != null && <Fact label={text('hashes.memory')}>{bytes(set.memory)}</Fact>}
          <Fact label={text('terms.basis')}>{set.legal_basis}</Fact>
          <MarkingFacts marking={set.marking} />
          {set.withdrawal && <Fact label={text('hashes.withdrawal')}>{set.withdrawal}</Fact>}
        </dl>
        <p>
          <Link href={`/evidence/${set.id}`}>{text('hashes.open_item')}</Link>
        </p>
      </Unfold>
      {mayRelease(role) && set.state === 'standing' && (
        <div className="page-actions">
          <WithdrawSet set={set} onChanged={onChanged} />
        </div>
      )}
    </li>
  );
}

function WithdrawSet({ set, onChanged }: { set: HashSet; onChanged: () => void }) {
  const text = useText();
  const [reason, setReason] = useState('');
  return (
    <TaskDialog opener={text('hashes.withdraw')} title={text('hashes.withdraw')}>
      {(close) => (
        <TaskForm
          label={text('hashes.withdraw')}
          tone="danger"
          submit={async () => {
            await hashSets.withdraw(set.id, reason);
            close();
            onChanged();
          }}
        >
          <p>{text('hashes.withdraw_explained')}</p>
          <Field label={text('merge.reason')} value={reason} onChange={setReason} lines={3} dir="auto" required />
        </TaskForm>
      )}
    </TaskDialog>
  );
}
