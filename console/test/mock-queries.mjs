// Invented answers of private matching, in the shapes of the node's API. Nobody here exists.
import { ago, alerts, basis, cases, id } from './mock-data.mjs';

const ok = (body, status = 200) => ({ status, body });
const [first] = cases;
const marking = alerts[0].marking;
const shown = { reference: 'MA-2026-17', contact: 'duty officer, exercise line 5', note: 'call us before you act', person: { role: 'suspect', born: '1984' } };
const found = (n, state, more = {}) => ({ handle: `${n}`.repeat(32), kind: 'phone', value: `+3461234567${n}`, state, changed_at: ago(1), ...more });

const reason = (field, verdict, why, weight) => ({ field, verdict, why, weight });
const keys = (state) => [
  { handle: '5'.repeat(32), state, names: ['family', 'forename'], born: 'year', alias: false },
  { handle: '6'.repeat(32), state, names: ['forename'], born: 'whole_date', alias: false },
];
const lead = (subject, state, more = {}) => ({
  subject: subject.id,
  name: subject.name,
  agree: 2,
  of: 9,
  bits: 15.8,
  one_in: 60_000,
  strength: 'fair',
  state,
  keys: keys(state),
  answers: [],
  notes: [],
  ...more,
});
const [person, other] = first.report.subjects;
const answer = {
  handle: '5'.repeat(32),
  shown: { ...shown, person: { role: 'suspect', name: { family: 'Ben Said', forename: 'Kareem' }, born: '1984', sex: 'M' } },
  reasons: [
    reason('name', 'agrees', 'both words sound alike; the family name is rare', 14.2),
    reason('born', 'near', 'the same year, one side gives no day', 3.1),
    reason('sex', 'agrees', 'the same', 1),
    reason('nationalities', 'silent', 'one side says nothing'),
  ],
  total: 18.3,
  is_hit: true,
};

const query = {
  id: id(71),
  exchange: alerts[0].exchange,
  case: first.id,
  case_reference: first.reference,
  asked_by: 'Lucía Vidal',
  officer: 'ab'.repeat(16),
  why: 'the telephones of those who were seen with the child',
  state: 'asked',
  purpose: 'exercise',
  selectors: 21,
  person_keys: 18,
  persons: [person.id],
  count: 64,
  batch_sha256: '5e'.repeat(32),
  asked_at: ago(2),
  consented: false,
  holders: [
    { authority: 'FR-NCB', state: 'answered', epoch: 4, hits: 4, changed_at: ago(1), found: [found(1, 'found'), found(2, 'disclosed', { shown })], leads: [lead(person, 'found', { strength: 'weak', one_in: 3000 }), lead(other ?? person, 'disclosed', { answers: [answer] })] },
    { authority: 'MA-NCB', state: 'waiting', changed_at: ago(2), found: [] },
    { authority: 'EU-HUB', state: 'refused', code: 'over_budget', why: 'this case has asked for 4096 elements today', again_at: ago(-20), changed_at: ago(1), found: [] },
  ],
};

const limits = { authority_per_day: 20_000, officer_per_day: 4_096, case_per_day: 4_096, authority_per_epoch: 200_000 };
const budget = {
  sizes: [16, 64, 256, 1024, 4096],
  sweep_threshold: 1024,
  case_selectors: 3,
  case_person_keys: 18,
  holders: [
    { authority: 'FR-NCB', publishes: true, epoch: 4, entries: 4096, limits, left: { ...limits, case_per_day: 4_080 } },
    { authority: 'EU-HUB', publishes: true, epoch: 9, entries: 65_536, limits, left: { ...limits, case_per_day: 0 } },
    { authority: 'MA-NCB', publishes: false },
  ],
};

const claim = {
  id: id(72),
  from: 'FR-NCB',
  query: id(73),
  exchange: alerts[0].exchange,
  case_reference: 'FR-2026-0098',
  why: 'the same telephone was used on the ferry',
  hits: 1,
  epoch: 2,
  purpose: 'exercise',
  marking,
  legal_basis: basis,
  arrived_at: ago(1),
  open: 1,
  handles: [
    {
      handle: '3'.repeat(32),
      state: 'open',
      entries: [{ case: first.id, reference: first.reference, kind: 'phone', subject: first.report.subjects[0].id, person: first.report.subjects[0] }],
    },
    ...keys(undefined).map((key) => ({
      handle: key.handle,
      state: 'open',
      entries: [{ case: first.id, reference: first.reference, kind: 'person_key', key, subject: person.id, person }],
    })),
    { handle: '4'.repeat(32), state: 'declined', entries: [], decided_by: 'Lucía Vidal', decided_at: ago(0), decision: { outcome: 'declined', detail: { note: 'of an ended case' } } },
  ],
};

const rule = {
  id: id(74),
  terms: { kinds: ['phone', 'email'], authorities: ['FR-NCB'], purposes: ['exercise'], contact: 'duty officer', legal_basis: { instrument: 'HAGUE_1980', article: '7' } },
  state: 'proposed',
  proposed_by: 'Somebody Else',
  proposed_at: ago(5),
};
const sweep = {
  id: id(75),
  from: 'FR-NCB',
  query: id(76),
  exchange: alerts[0].exchange,
  case_reference: 'FR-2026-0100',
  officer: 'cd'.repeat(16),
  count: 4096,
  batch_sha256: '6f'.repeat(32),
  holders: ['MA-NCB', 'EU-HUB'],
  why: 'the accounts found on one server',
  purpose: 'exercise',
  state: 'open',
  arrived_at: ago(1),
  decide_by: ago(-300),
};
const usage = {
  sent: [{ ...query, query: query.id }],
  received: [{ ...claim, query: claim.query, officer: 'ab'.repeat(16), batch_sha256: '7a'.repeat(32), count: 16, state: 'answered', hits_claimed: 1 }],
  canaries_touched: [{ claim: claim.id, from: 'FR-NCB', query: claim.query, case_reference: 'FR-2026-0098', why: 'a look round', handle: '3'.repeat(32), handles: 4, canary: id(77), at: ago(1) }],
  canaries: [{ id: id(77), kind: 'person', note: 'a person of nobody', made_by: 'auditor', made_at: ago(99) }],
  findings: [{ query: query.id, side: 'sent', what: 'the journal says 2 hits, the store 3' }],
};

export const QUERY_ROUTES = [
  ['GET', '/selector-queries', () => ok({ items: [query, { ...query, id: id(78), state: 'awaiting_consent', holders: [] }] })],
  ['POST', '/selector-queries', () => ok(query, 201)],
  ['GET', '/selector-queries/:id', () => ok(query)],
  ['POST', '/selector-queries/:id/claims', () => ok({ claim: id(79) }, 201)],
  ['GET', '/matching/budget', () => ok(budget)],
  ['GET', '/hit-claims', () => ok({ items: [claim] })],
  ['GET', '/hit-claims/:id', () => ok(claim)],
  ['POST', '/hit-claims/:id/disclose', () => ok(claim)],
  ['POST', '/hit-claims/:id/decline', () => ok(claim)],
  ['GET', '/disclosure-rules', () => ok({ items: [rule] })],
  ['POST', '/disclosure-rules', () => ok(rule, 201)],
  ['POST', '/disclosure-rules/:id/confirm', () => ok({ ...rule, state: 'in_force' })],
  ['POST', '/disclosure-rules/:id/withdraw', () => ok({ ...rule, state: 'withdrawn' })],
  ['GET', '/sweep-requests', () => ok({ items: [sweep] })],
  ['POST', '/sweep-consents', () => ok({ ...sweep, state: 'consented' }, 201)],
  ['POST', '/sweep-requests/:id/decline', () => ok({ ...sweep, state: 'declined' })],
  ['GET', '/matching/usage', () => ok(usage)],
  ['GET', '/matching/usage/export', () => ok({ payloadType: 'application/vnd.comity.matching-usage.v1+json', payload: 'e30=', signatures: [] })],
  ['POST', '/matching/canaries', () => ok(usage.canaries[0], 201)],
];
