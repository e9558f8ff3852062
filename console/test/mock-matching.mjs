// Invented answers about persons in common, in the shapes of the node's API. Nobody here exists.
import { ago, alerts, cases, id } from './mock-data.mjs';

const ok = (body, status = 200) => ({ status, body });
const [first] = cases;
const [child] = first.report.subjects;

const inArabic = {
  ...child,
  id: id(81),
  name: { family: 'سوريل', forename: 'نينا' },
  born: '2017',
  nationalities: ['FR', 'ES'],
};
const record = (subject, reference, title, of = first.id) => ({ case: of, case_reference: reference, case_title: title, subject });

const reasons = [
  { field: 'name', verdict: 'agrees', why: 'the same names in Latin and Arabic script; a rare family name', weight: 11.4 },
  { field: 'born', verdict: 'near', why: 'the same year; one record has no more than that', weight: 3.2 },
  { field: 'sex', verdict: 'agrees', why: 'the same', weight: 0.9 },
  { field: 'birthplace', verdict: 'differs', why: 'other places', weight: -1.1 },
  { field: 'nationalities', verdict: 'silent', why: 'not recorded on one side' },
];

const found = (subject, likely, score) => ({
  ...record(subject, 'FR-2026-0098', 'A child near the border'),
  reasons,
  score,
  likely,
  same_person: [],
});

const merges = [
  {
    id: id(85),
    state: 'standing',
    subjects: [{ case: first.id, subject: child.id }, { case: first.id, subject: inArabic.id }],
    reason: 'the same passport was seen in both matters',
    merged_by: 'Lucía Vidal',
    merged_at: ago(20),
  },
];

const person = () => ({
  subjects: [record(child, first.reference, first.title), record(inArabic, 'FR-2026-0098', 'A child near the border')],
  merges,
  fields: [
    { field: 'name', values: [{ value: child.name, sources: [0] }, { value: inArabic.name, sources: [1] }], disagrees: false },
    { field: 'born', values: [{ value: '2017-05-14', sources: [0] }, { value: '2017', sources: [1] }], disagrees: false },
    { field: 'sex', values: [{ value: 'F', sources: [0, 1] }], disagrees: false },
    { field: 'nationalities', values: [{ value: 'FR', sources: [0, 1] }, { value: 'ES', sources: [1] }], disagrees: true },
  ],
  disagreements: ['nationalities'],
});

function undo({ id: wanted, body }) {
  const merge = merges.find((one) => one.id === wanted) ?? merges[0];
  Object.assign(merge, { state: 'undone', undone_by: 'Lucía Vidal', undone_at: ago(0), undo_reason: body.reason });
  return ok({ merge, persons: [person()] });
}

const marking = { ...alerts[0].marking, handling: ['H2'] };
const set = (n, name, more = {}) => ({
  id: id(90 + n),
  case: first.id,
  name,
  source: 'National centre (invented)',
  scheme: 'exercise scheme 1 to 3',
  version: '2026-10',
  format: 'csv',
  marking,
  received_from: null,
  legal_basis: 'Code of criminal procedure, art. 60 (invented)',
  counts: { entries: 120_345, md5: 120_000, sha1: 345, sha256: 0, blake3: 0, pdq: 88_000 },
  categories: [{ category: '1', entries: 120_000 }, { category: '', entries: 345 }],
  state: 'standing',
  ready: true,
  loaded_at: ago(30),
  loaded_by: 'Lucía Vidal',
  ...more,
});
const sets = [
  set(1, 'Landscapes and bridges'),
  set(2, 'Handed over by the hub', { received_from: 'EU-HUB', ready: false }),
  set(3, 'Of last year', { state: 'withdrawn', withdrawal: 'a newer one came', withdrawn_by: 'Lucía Vidal', withdrawn_at: ago(3) }),
];

const lead = (of, index, distance) => ({
  of, index, distance, set: sets[0].id, set_name: sets[0].name, source: sets[0].source, scheme: sets[0].scheme, category: '1', marking, entries: 1,
});

const searchHashes = ({ body }) =>
  ok({
    leads: [...(body.hashes ?? []).slice(0, 1).map((_, i) => lead('hashes', i, null)), ...(body.pdq ?? []).map((_, i) => lead('pdq', i, 12))],
    searched: [{ set: sets[0].id, name: sets[0].name }],
    unsearched: [{ set: sets[1].id, name: sets[1].name, why: 'loading' }],
    left_today: 99_998,
  });

export const MATCHING_ROUTES = [
  ['GET', '/hash-sets', () => ok({ items: sets })],
  ['POST', '/hash-sets', () => ok(sets[0], 201)],
  ['POST', '/hash-sets/search', searchHashes],
  ['POST', '/hash-sets/:id/withdraw', () => ok({ ...sets[0], state: 'withdrawn' })],
  ['GET', '/persons', () => ok({ items: [found(child, true, 14.4), found(inArabic, false, 2.1)], compared: 7, more: false })],
  ['GET', '/persons/:of/:id', () => ok(person())],
  ['GET', '/cases/:id/duplicates', ({ id: of }) =>
    ok({ items: of === first.id ? [{ of: child.id, ...found(inArabic, true, 14.4) }] : [] })],
  ['GET', '/person-merges', () => ok({ items: merges, next: null })],
  ['POST', '/person-merges', () => ok({ merge: merges[0], persons: [person()] }, 201)],
  ['POST', '/person-merges/:id/undo', undo],
];
