// Invented answers about persons in common, in the shapes of the node's API. Nobody here exists.
import { ago, cases, id } from './mock-data.mjs';

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

export const MATCHING_ROUTES = [
  ['GET', '/persons', () => ok({ items: [found(child, true, 14.4), found(inArabic, false, 2.1)], compared: 7, more: false })],
  ['GET', '/persons/:of/:id', () => ok(person())],
  ['GET', '/cases/:id/duplicates', ({ id: of }) =>
    ok({ items: of === first.id ? [{ of: child.id, ...found(inArabic, true, 14.4) }] : [] })],
  ['GET', '/person-merges', () => ok({ items: merges, next: null })],
  ['POST', '/person-merges', () => ok({ merge: merges[0], persons: [person()] }, 201)],
  ['POST', '/person-merges/:id/undo', undo],
];
