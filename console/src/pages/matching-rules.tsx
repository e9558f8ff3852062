import { useState } from 'react';
import { standing } from '../api/queries';
import type { DisclosureRule, SweepRequest } from '../api/queries-types';
import { useResource } from '../api/use-resource';
import { ActButton } from '../components/act-button';
import { Authority } from '../components/authority';
import { Field } from '../components/fields';
import { Section } from '../components/page';
import { ProblemNotice } from '../components/problem-notice';
import { Tag, type Tone } from '../components/tag';
import { TaskDialog, TaskForm, useAct } from '../components/task';
import { Empty, Waiting } from '../components/waiting';
import { MatchingPage } from '../matching/matching-page';
import { ProposeRule } from '../matching/propose-rule';
import { isSameOfficer, useFormats } from '../strings/format';
import { useOfficer } from '../session/session';
import { useText } from '../strings/locale';

/** What the authority lets its node answer by itself, and what it is asked to consent to. */
export function MatchingRules() {
  const text = useText();
  return (
    <MatchingPage title={text('rules.title')}>
      <Rules />
      <Sweeps />
    </MatchingPage>
  );
}

const RULES: Record<DisclosureRule['state'], Tone> = { proposed: 'wait', in_force: 'good', withdrawn: 'plain', over: 'plain' };

function Rules() {
  const text = useText();
  const rules = useResource('disclosure rules', (signal) => standing.rules(signal), { on: ['hit'] });
  return (
    <Section title={text('rules.standing')} aside={<ProposeRule onProposed={rules.reload} />}>
      <p className="hint">{text('rules.explained')}</p>
      <Waiting resource={rules}>
        {(found) =>
          found.length === 0 ? (
            <Empty>{text('rules.none')}</Empty>
          ) : (
            <ul className="rows">
              {found.map((rule) => (
                <RuleRow key={rule.id} rule={rule} onChanged={rules.reload} />
              ))}
            </ul>
          )
        }
      </Waiting>
    </Section>
  );
}

function RuleRow({ rule, onChanged }: { rule: DisclosureRule; onChanged: () => void }) {
  const text = useText();
  const { time, day, list } = useFormats();
  const me = useOfficer();
  const { busy, problem, act } = useAct();
  const run = (work: () => Promise<unknown>) =>
    act(async () => {
      await work();
      onChanged();
    });
  const { terms } = rule;
  return (
    <li className="upload">
      <p className="tags">
        <Tag tone={RULES[rule.state]}>{text(`rules.${rule.state}`)}</Tag>
        <span>{list(terms.kinds.map((kind) => text(`field.${kind}`)))}</span>
        <span>
          {terms.authorities.length === 0
            ? text('query.everyone')
            : terms.authorities.map((authority) => <Authority key={authority} id={authority} />)}
        </span>
        <span className="quiet">{list(terms.purposes.map((purpose) => text.orCode('purpose', purpose)))}</span>
      </p>
      <p>
        {text('claim.contact')}: <bdi>{terms.contact}</bdi>
        {terms.until && <span className="quiet"> · {text('rules.until', { day: day(terms.until) })}</span>}
      </p>
      <p className="quiet">
        <bdi>{rule.proposed_by}</bdi> · {time(rule.proposed_at)}
        {rule.confirmed_by && (
          <>
            {' '}
            · <bdi>{rule.confirmed_by}</bdi>
          </>
        )}
      </p>
      <div className="page-actions">
        {rule.state === 'proposed' && !isSameOfficer(rule.proposed_by, me) && (
          <ActButton busy={busy} tone="primary" onPress={() => void run(() => standing.confirm(rule.id))}>
            {text('rules.confirm')}
          </ActButton>
        )}
        {(rule.state === 'proposed' || rule.state === 'in_force') && (
          <ActButton busy={busy} onPress={() => void run(() => standing.withdraw(rule.id))}>
            {text('rules.withdraw')}
          </ActButton>
        )}
      </div>
      <ProblemNotice problem={problem} />
    </li>
  );
}

const SWEEPS: Record<SweepRequest['state'], Tone> = { open: 'strong', consented: 'good', declined: 'plain', lapsed: 'plain' };

function Sweeps() {
  const text = useText();
  const { time, list } = useFormats();
  const found = useResource('sweeps', (signal) => standing.sweeps(signal), { on: ['query'] });
  return (
    <Section title={text('sweep.title')}>
      <p className="hint">{text('sweep.explained')}</p>
      <Waiting resource={found}>
        {(sweeps) =>
          sweeps.length === 0 ? (
            <Empty>{text('sweep.none')}</Empty>
          ) : (
            <ul className="rows">
              {sweeps.map((sweep) => (
                <li key={sweep.id} className="upload">
                  <p className="tags">
                    <Tag tone={SWEEPS[sweep.state]}>{text(`sweep.${sweep.state}`)}</Tag>
                    <Authority id={sweep.from} />
                    <span>{text('query.asks', { count: sweep.count, reference: sweep.case_reference })}</span>
                  </p>
                  <p dir="auto">{sweep.why}</p>
                  <p className="quiet">
                    {text.orCode('purpose', sweep.purpose)} · <bdi>{list(sweep.holders)}</bdi> · {time(sweep.arrived_at)}
                    {sweep.state === 'open' && <> · {text('sweep.decide_by', { at: time(sweep.decide_by) })}</>}
                  </p>
                  {sweep.state === 'open' && <DecideSweep sweep={sweep} onDecided={found.reload} />}
                </li>
              ))}
            </ul>
          )
        }
      </Waiting>
    </Section>
  );
}

function DecideSweep({ sweep, onDecided }: { sweep: SweepRequest; onDecided: () => void }) {
  const text = useText();
  const [hours, setHours] = useState('24');
  const [reason, setReason] = useState('');
  return (
    <div className="page-actions">
      <TaskDialog opener={text('sweep.consent')} openerTone="primary" title={text('sweep.consent')}>
        {(close) => (
          <TaskForm
            label={text('sweep.consent')}
            submit={async () => {
              await standing.consent(sweep.id, Number(hours));
              close();
              onDecided();
            }}
          >
            <p>{text('sweep.consent_explained')}</p>
            <Field label={text('sweep.hours')} type="number" value={hours} onChange={setHours} required />
          </TaskForm>
        )}
      </TaskDialog>
      <TaskDialog opener={text('sweep.decline')} title={text('sweep.decline')}>
        {(close) => (
          <TaskForm
            label={text('sweep.decline')}
            submit={async () => {
              await standing.declineSweep(sweep.id, reason);
              close();
              onDecided();
            }}
          >
            <Field label={text('merge.reason')} value={reason} onChange={setReason} lines={2} dir="auto" required />
          </TaskForm>
        )}
      </TaskDialog>
    </div>
  );
}
