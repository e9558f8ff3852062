// Invented comparisons of case loads, in the shapes of the node's API. Nobody here exists.
import { ago, alerts, basis, cases, id } from './mock-data.mjs';

const ok = (body, status = 200) => ({ status, body });
const [first] = cases;
const [child] = first.report.subjects;
const marking = { ...alerts[0].marking, purpose: 'exercise' };
const terms = { marking, legal_basis: { instrument: 'HAGUE_1980', article: '7' }, urgency: 'routine' };
const shown = { reference: 'MA-2026-17', contact: 'duty officer, exercise line 5', note: 'call us before you act', person: { role: 'suspect', born: '1984' } };
const persons = [{ case: first.id, reference: first.reference, subject: child.id, name: child.name }];
const common = (n, state, more = {}) => ({
  handle: `${n}`.repeat(32), kind: 'phone', value: `+3461234567${n}`, persons, state, changed_at: ago(1), ...more,
});

const one = (n, more) => ({
  id: id(n),
  exchange: alerts[0].exchange,
  direction: 'offered',
  with: 'FR-NCB',
  scope: ['phone', 'email', 'account'],
  why: 'two networks that may be one',
  officer: 'ab'.repeat(16),
  purpose: 'exercise',
  marking,
  legal_basis: basis,
  terms,
  own_entries: 256,
  prepared_by: 'Lucía Vidal',
  prepared_at: ago(6),
  confirmed_by: 'Somebody Else',
  confirmed_at: ago(5),
  created_at: ago(6),
  changed_at: ago(1),
  attempts: 0,
  attempts_left: 3,
  found: [],
  ...more,
});

const prepared = one(101, {
  state: 'prepared', with: 'MA-NCB', legal_basis: null, prepared_by: 'Somebody Else', confirmed_by: null, confirmed_at: null, hours: 168, officer: null,
});
const running = one(102, {
  state: 'running', peer_entries: 65_536, other_officer: 'cd'.repeat(16), attempts: 1, attempts_left: 2, expires_at: ago(-150),
  progress: { step: 'receiving', done: 24_000, of: 65_536 },
});
const finished = one(103, {
  state: 'finished', peer_entries: 4_096, other_officer: 'cd'.repeat(16), attempts: 1, attempts_left: 2, matches: 3, session: '1e'.repeat(16),
  commitments: { sent: '2f'.repeat(32), received: '3a'.repeat(32) },
  found: [common(1, 'found'), common(2, 'claimed', { kind: 'email', value: 'somebody@invented.example' }), common(3, 'disclosed', { shown })],
});
const received = one(104, {
  direction: 'received', state: 'received', with: 'EU-HUB', why: 'accounts on one server, seen from several states', terms: null, own_entries: null,
  peer_entries: 4_096, prepared_by: null, prepared_at: null, confirmed_by: null, confirmed_at: null, expires_at: ago(-90),
});
const ended = one(105, { state: 'ended', fault: 'the other authority ended it: the matter is closed' });
const all = [received, prepared, running, finished, ended];
const byId = (wanted) => all.find((known) => known.id === wanted) ?? finished;

const own = ['phone', 'email', 'account', 'document', 'plate', 'crypto_address', 'onion_address', 'file_hash', 'iban'];
const limits = {
  accepts: true,
  entries: 2_000_000,
  sessions_per_day: 4,
  attempts: 3,
  own: own.map((kind, at) => ({ kind, entries: at * 7 })),
  own_padded: 256,
  members: [{ authority: 'FR-NCB', left_today: 3 }, { authority: 'MA-NCB', left_today: 0 }],
};

export const DECONFLICTION_ROUTES = [
  ['GET', '/deconflictions', () => ok({ items: all.map((known) => ({ ...known, found: [] })) })],
  ['POST', '/deconflictions', () => ok(prepared, 201)],
  ['GET', '/deconflictions/limits', () => ok(limits)],
  ['GET', '/deconflictions/:id', ({ id: wanted }) => ok(byId(wanted))],
  ['POST', '/deconflictions/:id/confirm', ({ id: wanted }) => ok({ ...byId(wanted), state: 'offered', confirmed_by: 'Lucía Vidal', confirmed_at: ago(0) })],
  ['POST', '/deconflictions/:id/accept', ({ id: wanted }) => ok({ ...byId(wanted), state: 'accepting', prepared_by: 'Lucía Vidal', prepared_at: ago(0) })],
  ['POST', '/deconflictions/:id/decline', ({ id: wanted }) => ok({ ...byId(wanted), state: 'declined', declined_by: 'Lucía Vidal' })],
  ['POST', '/deconflictions/:id/withdraw', ({ id: wanted }) => ok({ ...byId(wanted), state: 'withdrawn', declined_by: 'Lucía Vidal' })],
  ['POST', '/deconflictions/:id/claims', () => ok({ claim: id(79) }, 201)],
];

/** For auditors. */
export const compared = all.map((known) => ({ ...known, deconfliction: known.id, canaries: 0 }));
