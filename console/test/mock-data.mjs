// Invented answers in the shapes of the node's API, for looking at the console without a node. Nobody here exists.

const HOUR = 3_600_000;
export const ago = (hours) => new Date(Date.now() - hours * HOUR).toISOString();
const ahead = (hours) => ago(-hours);
const day = (days) => ahead(days * 24).slice(0, 10);

/** One grey pixel stands in for every photograph. */
export const GREY_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOorq7+DwAFfgJ8nDDkUgAAAABJRU5ErkJggg==';

export const id = (n) => `01936b2e-7c4a-7${String(n).padStart(3, '0')}-8a1b-2c3d4e5f6a7b`;

export const officer = {
  id: id(1),
  name: 'l.vidal',
  display_name: 'Lucía Vidal',
  role: 'releasing_officer',
  authority: 'ES-NCB',
};

export const session = { expires_at: ahead(8), officer };

const member = (authority, kind, en, fr, es, ar) => ({
  authority,
  kind,
  names: { en, fr, es, ar },
  node: `https://${authority.toLowerCase()}.exercise.invalid`,
});

export const node = {
  name: 'Madrid',
  version: '0.1.0',
  mode: 'exercise',
  federation: 'exercise-2026',
  registry_version: 4,
  registry_expires: ahead(700),
  authorities: [{ id: 'ES-NCB', name: 'NCB Madrid' }],
  members: [
    member('ES-NCB', 'ncb', 'NCB Madrid', 'BCN Madrid', 'OCN Madrid', 'المكتب المركزي الوطني مدريد'),
    member('FR-NCB', 'ncb', 'NCB Paris', 'BCN Paris', 'OCN París', 'المكتب المركزي الوطني باريس'),
    member('MA-NCB', 'ncb', 'NCB Rabat', 'BCN Rabat', 'OCN Rabat', 'المكتب المركزي الوطني الرباط'),
    member('EU-HUB', 'hub', 'Regional hub', 'Centre régional', 'Centro regional', 'المركز الإقليمي'),
  ],
};

const child = {
  id: id(11),
  role: 'child',
  name: { family: 'Sorel-Tamarin', forename: 'Nina' },
  sex: 'F',
  born: '2017-05-14',
  birthplace: 'Lyon',
  nationalities: ['FR'],
  languages: ['fr', 'es'],
  description: { height_cm: 132, hair: 'brown', eyes: 'green', clothing: 'yellow raincoat, blue rucksack' },
};

const taker = {
  id: id(12),
  role: 'alleged_taker',
  name: { family: 'Tamarin', forename: 'Oskar' },
  sex: 'M',
  born: '1981-02',
  nationalities: ['FR', 'ES'],
  selectors: [
    { kind: 'phone', value: '+34600000001' },
    { kind: 'plate', value: 'ZZ-001-ZZ' },
  ],
};

export const ours = {
  id: id(13),
  role: 'witness',
  name: { family: 'Tamarín', forename: 'Óscar' },
  sex: 'M',
  born: '1981-02-09',
  birthplace: 'Girona',
  nationalities: ['ES'],
  selectors: [{ kind: 'phone', value: '+34600000001' }],
};

export const marking = {
  handling: ['H0', 'H2'],
  purpose: 'exercise',
  source: 'A',
  information: '2',
  onward: { rule: 'own_jurisdiction' },
  retain_until: day(365),
};

export const basis = { instrument: 'HAGUE_1980', article: '7', answer: 'in_force', assessed_on: day(0) };
const unknownBasis = { ...basis, answer: 'unknown', reason: 'No table yet; the child may leave the country today.' };

export const content = {
  headline: 'Girl of 9 missing from Lyon, may be on her way south',
  child,
  alleged_taker: taker,
  vehicles: [{ description: 'grey estate car with a roof box', plate: 'ZZ-001-ZZ' }],
  circumstances: 'Not brought back after an agreed weekend; phone switched off since.',
  missing_since: ago(29.4),
  last_seen: { name: 'Lyon, Part-Dieu station', jurisdiction: 'FR', position: [45.7606, 4.8595] },
  requested_action: 'Locate the child, tell us at once, take no step before.',
  runs_until: ahead(48),
};

const ownContent = {
  ...content,
  headline: 'Boy of 6 missing from Valencia',
  child: {
    ...child,
    id: id(14),
    name: { family: 'Quimera', forename: 'Bruno' },
    sex: 'M',
    born: '2020',
    birthplace: 'Valencia',
    nationalities: ['ES'],
  },
  alleged_taker: null,
  vehicles: [],
  missing_since: ago(3.2),
  last_seen: { name: 'Valencia, Turia gardens', jurisdiction: 'ES' },
};

const withdrawnContent = {
  ...content,
  headline: 'Girl of 12 missing from Rabat',
  child: { id: id(15), role: 'child' },
  alleged_taker: null,
  vehicles: [],
  missing_since: ago(120),
};

export const hit = {
  id: id(31),
  alert: id(21),
  exchange: id(41),
  case: id(51),
  case_reference: 'ES-2026-0117',
  subject: ours.id,
  found_at: ago(0.4),
  state: 'open',
  reasons: [
    { field: 'name', verdict: 'near', why: 'the same name but for accents and one letter' },
    { field: 'born', verdict: 'agrees', why: 'the month that they give holds the day that we have' },
    { field: 'sex', verdict: 'agrees', why: 'both M' },
    { field: 'phone', verdict: 'agrees', why: 'one number is in both records' },
    { field: 'nationalities', verdict: 'near', why: 'ES is in both; FR only in theirs' },
    { field: 'plate', verdict: 'silent', why: 'we hold no plate' },
    { field: 'birthplace', verdict: 'differs', why: 'theirs says nothing that fits `Girona`' },
  ],
  ours,
  theirs: taker,
  decided_by: null,
  decided_at: null,
  decision_reason: null,
};

const delivery = (authority, state, more = {}) => ({ authority, state, attempts: 1, ...more });

const common = { mode: 'exercise', urgency: 'immediate', marking, legal_basis: basis, hits: [], sightings: [] };

export const alerts = [
  {
    ...common,
    id: id(22),
    direction: 'outgoing',
    exchange: id(42),
    case: id(52),
    from: 'ES-NCB',
    to: ['FR-NCB', 'MA-NCB', 'EU-HUB'],
    state: 'raised',
    raised_by: 'Mateo Prado',
    raised_at: ago(0.2),
    alert: ownContent,
    missing: [],
    deliveries: [],
  },
  {
    ...common,
    id: id(21),
    direction: 'incoming',
    exchange: id(41),
    case: null,
    from: 'FR-NCB',
    to: ['ES-NCB', 'MA-NCB', 'EU-HUB'],
    state: 'released',
    released_at: ago(0.5),
    released_by: 'Camille Renard',
    alert: content,
    deliveries: [],
    hits: [hit],
    sightings: [
      {
        id: id(61),
        from: 'MA-NCB',
        seen_at: ago(0.3),
        place: { name: 'Tanger Med, ferry hall', jurisdiction: 'MA' },
        what: 'A girl with a yellow raincoat beside a man with a large suitcase.',
        received_at: ago(0.25),
        direction: 'incoming',
      },
    ],
  },
  {
    ...common,
    id: id(23),
    direction: 'outgoing',
    exchange: id(43),
    case: id(52),
    from: 'ES-NCB',
    to: ['FR-NCB', 'MA-NCB', 'EU-HUB'],
    state: 'released',
    urgency: 'urgent',
    legal_basis: unknownBasis,
    raised_by: 'Mateo Prado',
    raised_at: ago(2.2),
    released_by: 'Lucía Vidal',
    released_at: ago(2.1),
    emergency_reason: 'Border crossing expected within minutes; no second officer could be reached.',
    alert: { ...ownContent, headline: 'Boy of 6 missing from Valencia: a second vehicle' },
    missing: [],
    deliveries: [
      delivery('FR-NCB', 'receipted', { receipted_at: ago(2.09), milliseconds: 41 }),
      delivery('MA-NCB', 'queued', { attempts: 7, last_fault: 'peer does not answer' }),
      delivery('EU-HUB', 'dead', { attempts: 2, last_fault: 'recipient does not serve `EU-HUB` any more' }),
    ],
  },
  {
    ...common,
    id: id(24),
    direction: 'outgoing',
    exchange: id(44),
    case: id(52),
    from: 'ES-NCB',
    to: ['FR-NCB', 'MA-NCB'],
    state: 'withdrawn',
    raised_by: 'Mateo Prado',
    raised_at: ago(90),
    released_by: 'Lucía Vidal',
    released_at: ago(89.5),
    cancelled_at: ago(60),
    alert: withdrawnContent,
    deliveries: [
      delivery('FR-NCB', 'receipted', { milliseconds: 38, receipted_at: ago(89), withdrawn_at: ago(59.9) }),
      delivery('MA-NCB', 'receipted', { milliseconds: 64, receipted_at: ago(89), withdrawn_at: ago(59.8) }),
    ],
  },
];

const report = {
  version: 1,
  reference: 'ES-2026-0117',
  title: 'Boy not returned from a walk in Valencia',
  kind: 'abduction',
  happened_at: ago(3.2),
  place: { name: 'Valencia, Turia gardens', jurisdiction: 'ES' },
  circumstances: 'Last seen beside the fountain; a neighbour saw a grey estate car.',
  subjects: [ownContent.child, ours],
  vehicles: [{ description: 'grey estate car', plate: 'ZZ-001-ZZ' }],
};

export const cases = [51, 52].map((n, i) => ({
  id: id(n),
  authority: 'ES-NCB',
  reference: i === 0 ? 'ES-2026-0117' : 'ES-2026-0121',
  title: i === 0 ? 'Witness in a customs matter, Girona' : report.title,
  kind: 'abduction',
  opened_at: ago(40 - i * 30),
  source_format: i === 0 ? 'comity' : 'yellow',
  report,
  alerts: i === 0 ? [] : [{ id: id(22), headline: ownContent.headline, state: 'raised', raised_at: ago(0.2) }],
}));
