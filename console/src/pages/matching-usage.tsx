import { useState } from 'react';
import { oversight } from '../api/queries';
import type { DeconflictionUse } from '../api/deconfliction-types';
import type { NewCanary, Usage } from '../api/queries-types';
import type { SelectorKind } from '../api/types';
import { useResource } from '../api/use-resource';
import { Authority } from '../components/authority';
import { CopyLine } from '../components/copy-line';
import { DownloadButton } from '../components/download-button';
import { Choice, Field } from '../components/fields';
import { Section } from '../components/page';
import { SELECTOR_KINDS } from '../components/subject-fields';
import { TaskDialog, TaskForm } from '../components/task';
import { Empty, Waiting } from '../components/waiting';
import { DeconflictionTag } from '../matching/deconfliction-tag';
import { MatchingPage } from '../matching/matching-page';
import { useOfficer } from '../session/session';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** For auditors: who asked whom how much, for what; never what was asked. */
export function MatchingUsage() {
  const text = useText();
  const found = useResource('usage', (signal) => oversight.usage(signal), { on: ['query', 'hit', 'deconfliction'] });
  return (
    <MatchingPage title={text('usage.title')} actions={<PlantCanary onPlanted={found.reload} />}>
      <p className="hint">{text('usage.explained')}</p>
      <Waiting resource={found}>
        {(usage) => (
          <>
            <Findings usage={usage} />
            <Touched usage={usage} />
            <Sent usage={usage} />
            <Received usage={usage} />
            <Compared usage={usage} />
            <SignedUsage />
          </>
        )}
      </Waiting>
    </MatchingPage>
  );
}

function Findings({ usage: { findings } }: { usage: Usage }) {
  const text = useText();
  return (
    <Section title={text('usage.findings')}>
      {findings.length === 0 ? (
        <Empty>{text('usage.no_findings')}</Empty>
      ) : (
        <ul className="rows">
          {findings.map((finding) => (
            <li key={finding.query + finding.what} dir="auto" lang="en">
              <bdi className="code">{finding.query}</bdi> {finding.what}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Touched({ usage: { canaries, canaries_touched } }: { usage: Usage }) {
  const text = useText();
  const { time } = useFormats();
  return (
    <Section title={text('usage.canaries')}>
      <p className="quiet">{text('usage.planted', { count: canaries.length })}</p>
      {canaries_touched.length === 0 ? (
        <Empty>{text('usage.untouched')}</Empty>
      ) : (
        <ul className="rows">
          {canaries_touched.map((touch) => (
            <li key={touch.claim + touch.handle}>
              <span>
                <Authority id={touch.from} /> <bdi>{touch.case_reference}</bdi> · <bdi>{touch.why}</bdi>
                {touch.handles > 1 && <> · {text('usage.keys_touched', { count: touch.handles })}</>}
              </span>
              <span className="quiet">{time(touch.at)}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Sent({ usage: { sent } }: { usage: Usage }) {
  const text = useText();
  const { time, number } = useFormats();
  return (
    <Section title={text('usage.sent')}>
      {sent.length === 0 ? (
        <Empty>{text('query.none')}</Empty>
      ) : (
        <table className="stacked">
          <caption className="visually-hidden">{text('usage.sent')}</caption>
          <Head of={['query.asked', 'case.reference', 'marking.purpose', 'query.size', 'query.holders']} />
          <tbody>
            {sent.map((one) => (
              <tr key={one.query}>
                <th scope="row">
                  <bdi>{one.asked_by}</bdi>
                  <br />
                  <span className="quiet">{time(one.asked_at)}</span>
                </th>
                <td data-label={text('case.reference')}>
                  <bdi>{one.case_reference}</bdi>
                </td>
                <td data-label={text('marking.purpose')}>{text.orCode('purpose', one.purpose)}</td>
                <td data-label={text('query.size')}>{number(one.count)}</td>
                <td data-label={text('query.holders')}>
                  <ul className="plain-list">
                    {one.holders.map((holder) => (
                      <li key={holder.authority}>
                        <Authority id={holder.authority} />{' '}
                        {holder.hits == null ? text(`holder.${holder.state}`) : text('query.hits', { count: holder.hits })}
                      </li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Received({ usage: { received } }: { usage: Usage }) {
  const text = useText();
  const { time, number } = useFormats();
  return (
    <Section title={text('usage.received')}>
      {received.length === 0 ? (
        <Empty>{text('usage.none_received')}</Empty>
      ) : (
        <table className="stacked">
          <caption className="visually-hidden">{text('usage.received')}</caption>
          <Head of={['claims.from', 'claims.their_case', 'marking.purpose', 'query.size', 'usage.state', 'claims.hits']} />
          <tbody>
            {received.map((one) => (
              <tr key={one.query + one.from}>
                <th scope="row">
                  <Authority id={one.from} />
                  <br />
                  <span className="quiet">{time(one.arrived_at)}</span>
                </th>
                <td data-label={text('claims.their_case')}>
                  <bdi>{one.case_reference}</bdi>
                </td>
                <td data-label={text('marking.purpose')}>{text.orCode('purpose', one.purpose)}</td>
                <td data-label={text('query.size')}>{number(one.count)}</td>
                <td data-label={text('usage.state')}>
                  {one.code ? text.orCode('refusal', one.code) : text(`usage.${one.state}`)}
                </td>
                <td data-label={text('claims.hits')}>{one.hits_claimed == null ? '—' : number(one.hits_claimed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Whole case loads that were compared with others: who agreed, how large, how much in common. */
function Compared({ usage }: { usage: Usage & { deconflictions?: DeconflictionUse[] } }) {
  const text = useText();
  const { time, number, list } = useFormats();
  const compared = usage.deconflictions ?? [];
  if (compared.length === 0) return null;
  return (
    <Section title={text('deconfliction.usage')}>
      <table className="stacked">
        <caption className="visually-hidden">{text('deconfliction.usage')}</caption>
        <Head of={['deconfliction.with', 'deconfliction.scope', 'marking.purpose', 'deconfliction.officers', 'query.size', 'usage.state']} />
        <tbody>
          {compared.map((one) => (
            <tr key={one.deconfliction}>
              <th scope="row">
                <Authority id={one.with} />
                <br />
                <span className="quiet">{time(one.created_at)}</span>
              </th>
              <td data-label={text('deconfliction.scope')}>{list(one.scope.map((kind) => text(`field.${kind}`)))}</td>
              <td data-label={text('marking.purpose')}>{text.orCode('purpose', one.purpose)}</td>
              <td data-label={text('deconfliction.officers')}>
                <bdi>{one.prepared_by ?? '—'}</bdi> · <bdi>{one.confirmed_by ?? '—'}</bdi>
              </td>
              <td data-label={text('query.size')}>
                {one.own_entries == null ? '—' : number(one.own_entries)} /{' '}
                {one.peer_entries == null ? '—' : number(one.peer_entries)}
              </td>
              <td data-label={text('usage.state')}>
                <DeconflictionTag one={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** The report as the authority signs it, and the command that lays the other authority's beside it. */
export function SignedUsage() {
  const text = useText();
  const { authority } = useOfficer();
  const file = `matching-usage-${authority}.json`;
  return (
    <Section title={text('usage.signed')}>
      <div className="card">
        <p>{text('usage.signed_explained')}</p>
        <DownloadButton file={file} fetchFile={oversight.signedUsage} tone="">
          {text('usage.signed_download')}
        </DownloadButton>
        <CopyLine label={text('usage.signed_command')} line={`comity match usage --ours ${file} --theirs THEIRS.json`} />
      </div>
    </Section>
  );
}

function Head({ of }: { of: Parameters<ReturnType<typeof useText>>[0][] }) {
  const text = useText();
  return (
    <thead>
      <tr>
        {of.map((key) => (
          <th key={key} scope="col">
            {text(key)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** An identifier or a person that nobody has a reason to ask about: who finds it was fishing. */
export function PlantCanary({ onPlanted }: { onPlanted: () => void }) {
  const text = useText();
  const [kind, setKind] = useState<SelectorKind | 'person'>('phone');
  const [value, setValue] = useState('');
  const [family, setFamily] = useState('');
  const [forename, setForename] = useState('');
  const [born, setBorn] = useState('');
  const [note, setNote] = useState('');
  const canary = (): NewCanary =>
    kind === 'person' ? { person: { name: { family, forename }, born: born.trim() }, note } : { kind, value, note };
  return (
    <TaskDialog opener={text('usage.plant')} title={text('usage.plant')}>
      {(close) => (
        <TaskForm
          label={text('usage.plant')}
          submit={async () => {
            await oversight.plant(canary());
            close();
            onPlanted();
          }}
        >
          <p>{text('usage.plant_explained')}</p>
          <Choice
            label={text('persons.selector_kind')}
            value={kind}
            onChange={setKind}
            options={[
              ...SELECTOR_KINDS.map((one) => ({ value: one, label: text(`field.${one}`) })),
              { value: 'person' as const, label: text('usage.canary_person') },
            ]}
          />
          {kind === 'person' ? (
            <>
              <Field label={text('usage.canary_family')} value={family} onChange={setFamily} dir="auto" required />
              <Field label={text('usage.canary_forename')} value={forename} onChange={setForename} dir="auto" required />
              <Field label={text('field.born')} hint={text('persons.born_hint')} value={born} onChange={setBorn} dir="ltr" required />
            </>
          ) : (
            <Field label={text('persons.selector')} value={value} onChange={setValue} dir="ltr" required />
          )}
          <Field label={text('disclose.note')} value={note} onChange={setNote} dir="auto" />
        </TaskForm>
      )}
    </TaskDialog>
  );
}
