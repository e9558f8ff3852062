// Invented answers on evidence, in the node's shapes, for looking at the console without a node. Uploads speak tus.
import { createHash } from 'node:crypto';
import { ago, basis, cases, id, marking, officer } from './mock-data.mjs';

const sha = (text) => createHash('sha256').update(text).digest('hex');
const ok = (body, status = 200) => ({ status, body });
const refused = (status, code, title, detail) => ({
  status,
  problem: { type: `https://comity.invalid/problems/${code}`, title, status, detail, code },
});
const notFound = refused(404, 'not_found', 'Not found', 'there is no such item');

const acquisition = {
  phase: 'acquisition',
  method: 'physical_image',
  tools: [{ name: 'ewfacquire', version: '20231119', settings: { compression: 'none', segment: '2 GiB' } }],
  write_blocker: 'Tableau T8u, 1.4.1',
  by: { authority: 'ES-NCB', person: 'A. Reyes, 4471', role: 'digital evidence specialist' },
  place: 'Girona, forensic laboratory',
  started_at: ago(60),
  finished_at: ago(57),
  source: {
    description: 'USB stick, grey',
    make: 'Exempla',
    model: 'Stick 64',
    serial: 'EX-0000-1',
    condition: 'switched off, case scratched',
    clock_ahead_seconds: -42,
  },
  deviations: ['Sectors 12 to 19 could not be read after three attempts.'],
};
const seizure = {
  ordered_by: 'FR-NCB',
  reference: 'CR 2026/118',
  law: 'LECrim art. 588 sexies',
  instrument: { ...basis, instrument: 'EIO', article: '9' },
  seized_at: ago(72),
  place: 'Girona, bus station',
};

function manifestOf(name, size, exhibit, sha256) {
  return {
    name: { text: name },
    size,
    sha256,
    blake3: { root: sha(`blake ${name}`), level: 0, nodes: [] },
    part_size: 16 << 20,
    parts: [],
    exhibit: { number: exhibit },
    acquisition,
    seizure,
  };
}

const event = (by, number, at, act, reason, more = {}) => ({
  sha256: sha(`${by} ${number} ${at}`),
  act: typeof act === 'string' ? act : Object.keys(act)[0],
  event: { by, officer: id(1), number, at, act, reason, ...more },
});

function item(n, exhibit, name, size, more = {}, custody = {}) {
  return {
    id: id(n),
    case: id(51),
    state: 'held',
    exhibit,
    name,
    size,
    part_of: null,
    marking: null,
    received_from: null,
    retain_until: ago(-24 * 300).slice(0, 10),
    taken_at: ago(50 - (n % 10)),
    taken_by: 'officer a.reyes',
    verified_at: ago(2),
    damage: null,
    manifest_sha256: sha(`manifest ${n}`),
    manifest: manifestOf(name, size, exhibit, sha(name)),
    custody: {
      events: [event('ES-NCB', 0, ago(50), 'acquired', 'Seized in the matter of the grey estate car.', { place: 'Girona' })],
      findings: [],
      holders: ['ES-NCB'],
      ...custody,
    },
    ...more,
  };
}

const handedOver = {
  events: [
    event('FR-NCB', 0, ago(200), 'acquired', 'Copied from a telephone under order 77.', { basis: 'CPP art. 60-1' }),
    event('FR-NCB', 3, ago(120), { transferred: { to: 'ES-NCB', keeps_copy: true } }, 'Asked for under EIO 2026/9.'),
    event('ES-NCB', 0, ago(119), { received: { from: 'FR-NCB', offer: sha('offer') } }, 'Needed by the court of Girona.'),
    event('ES-NCB', 1, ago(40), { examined: { how: 'Keyword search; report 118/26' } }, 'Report for the court.'),
    event('ES-NCB', 2, ago(5), { transferred: { to: 'MA-NCB', keeps_copy: false } }, 'Their inquiry goes on.'),
  ],
  findings: [
    { by: 'FR-NCB', number: 3, what: 'events 1 to 2 are missing before this one', is_break: true },
    { by: 'ES-NCB', number: 2, what: 'the hand-over to `MA-NCB` was offered and not accepted', is_break: false },
    { by: null, number: null, what: 'the event names another description of the item', is_break: true },
  ],
  holders: ['ES-NCB', 'FR-NCB'],
};

let items = [
  item(81, 'ES-2026-0117/A-1', 'stick-64.raw', 64_023_257_088),
  item(82, 'FR-77/3', 'messages ⟨U+202E⟩gnp.exe', 734_003, { received_from: 'FR-NCB', marking, damage: 'part 0: chunk 3 does not open' }, handedOver),
  item(83, 'ES-2026-0117/B', '<img src=x onerror=alert(1)> سجل المكالمات.csv', 18_442, {
    retain_until: ago(24 * 3).slice(0, 10),
    taken_by: 'officer l.vidal',
  }),
  item(84, 'ES-2026-0098/C', 'router-config.txt', 4_120, { state: 'destroyed', manifest: null, verified_at: null }, {
    events: [
      event('ES-NCB', 0, ago(900), 'acquired', 'Handed over by the operator.'),
      event('ES-NCB', 1, ago(6), { destroyed: { how: 'Keys destroyed; record 12/26' } }, 'Retention ended.'),
    ],
    holders: [],
  }),
];

let uploads = [
  {
    item: id(91),
    name: 'camera-03.mkv',
    exhibit: 'ES-2026-0117/D',
    case: id(51),
    length: 8_589_934_592,
    received: 3_221_225_472,
    started_at: ago(3),
    started_by: 'officer l.vidal',
    fault: null,
  },
];
/** What came of uploads that were begun here. */
const coming = new Map();

const offerOf = (n, direction, state, more = {}) => ({
  message: id(n),
  item: id(direction === 'outgoing' ? 82 : 95),
  direction,
  peer: direction === 'outgoing' ? 'MA-NCB' : 'FR-NCB',
  exchange: id(41),
  state,
  exhibit: direction === 'outgoing' ? 'FR-77/3' : 'FR-77/4',
  name: direction === 'outgoing' ? 'messages ⟨U+202E⟩gnp.exe' : 'bus-station camera.mkv',
  size: 2_147_483_648,
  fetched: 0,
  keeps_copy: direction === 'incoming',
  note: 'The part from 14:00 to 16:00 is what you asked for.',
  marking,
  made_at: ago(5),
  changed_at: ago(5),
  fault: null,
  ...more,
});
const offers = [
  offerOf(77, 'incoming', 'open'),
  offerOf(78, 'incoming', 'fetching', { fetched: 900_000_000, exhibit: 'FR-77/5' }),
  offerOf(79, 'outgoing', 'open'),
  offerOf(80, 'outgoing', 'declined', { note: '' }),
];

const phrase = (text) => ({ key: 'mock', text, values: {} });
const cite = (line, confidence = 'high') => ({
  table: 'admissibility',
  line,
  source: 'https://www.example.invalid/directive, read on the day below',
  as_of: '2026-11-21',
  confidence,
  note: null,
});
const point = (status, weight, said, finding, line, more = {}) => ({
  requirement: phrase(said),
  scope: 'EIO',
  instrument: 'EIO',
  article: 'art. 13',
  met_by: null,
  status,
  findings: [phrase(finding)],
  weight,
  to_be_confirmed: false,
  sources: [cite(line)],
  ...more,
});
const checklist = {
  data_set: 'comity-2026-11-21',
  dated: '2026-11-21',
  instruments: ['EIO'],
  counts: { missing: 1, missing_must: 1, unknown: 1, unknown_must: 0, met: 2, not_applicable: 1 },
  points: [
    point('missing', 'must', 'The record of the procedure goes along.', 'Add it to the bundle as a document.', 14),
    point('unknown', 'where_applicable', 'The formalities that were asked for were kept.', 'Only the executing authority can tell.', 15, {
      to_be_confirmed: true,
      sources: [cite(15, 'low')],
    }),
    point('met', 'must', 'A hash made at the time of the copy.', 'SHA-256 and BLAKE3, made when it was taken in.', 4),
    point('met', 'good_practice', 'The clock of the source was compared.', 'It was 42 seconds behind.', 9, { scope: '*', instrument: null, article: 'ISO/IEC 27037 7.1.3' }),
    point('not_applicable', 'where_applicable', 'The owner was told.', 'Nothing was taken from an owner.', 21),
  ],
  grounds: [],
  caveats: [phrase('Invented answers; no line of this is law.')],
};

const vault = {
  items: 3,
  bytes: 64_024_009_533,
  objects: 3819,
  due: 1,
  epoch: { number: 4, begun_at: ago(300) },
  retired: [{ number: 3, retired_at: ago(300), ends_at: ago(-400) }],
  scrub: { checked: 3600, unchecked: 219, damaged: 1, oldest_check: ago(24 * 20) },
  uploads: 1,
};

const disposal = {
  item: id(84),
  state: 'destroyed',
  event_sha256: sha('event'),
  epochs: [{ number: 3, begun_at: ago(1200), retired_at: ago(300), ended_at: null }],
  complete: false,
  complete_after: ago(-400),
  proves: ['the authority signed that the item was destroyed, before the time of the cosigned checkpoint'],
  does_not_prove: ['that nobody made a copy outside of the vault before'],
};

const held = (wanted) => items.find((one) => one.id === wanted);
const line = ({ manifest, manifest_sha256, custody, ...rest }) => rest;
const orNotFound = (body) => (body === undefined ? notFound : ok(body));

function admit(item_id, description, bytes) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (description.sha256 && description.sha256 !== sha256) return null;
  const name = description.name.text;
  const admitted = item(99, description.exhibit.number, name, bytes.length, {
    id: item_id,
    case: description.case,
    taken_at: new Date().toISOString(),
    taken_by: `officer ${officer.name}`,
  });
  admitted.manifest = { ...manifestOf(name, bytes.length, description.exhibit.number, sha256), ...description, seizure: description.seizure };
  admitted.manifest.sha256 = sha256;
  items = [admitted, ...items];
  return sha256;
}

function begin({ headers }) {
  const length = Number(headers['upload-length']);
  const given = headers['upload-metadata']?.match(/description ([^,]+)/)?.[1] ?? '';
  const description = JSON.parse(Buffer.from(given, 'base64').toString('utf8'));
  const item_id = crypto.randomUUID();
  coming.set(item_id, { length, description, pieces: [] });
  const { exhibit, name } = description;
  uploads = [
    {
      item: item_id,
      name: name.text,
      exhibit: exhibit.number,
      case: description.case,
      length,
      received: 0,
      started_at: new Date().toISOString(),
      started_by: `officer ${officer.name}`,
      fault: null,
    },
    ...uploads,
  ];
  return { status: 201, headers: { ...TUS, location: `/api/v1/evidence/uploads/${item_id}`, 'upload-offset': '0' } };
}

const TUS = { 'tus-resumable': '1.0.0' };
const standing = (status, length, offset) => ({
  status,
  headers: { ...TUS, 'upload-length': String(length), 'upload-offset': String(offset) },
});

function where({ id: wanted }) {
  const done = held(wanted);
  if (done) return standing(200, done.size, done.size);
  const upload = uploads.find((one) => one.item === wanted);
  return upload ? standing(200, upload.length, upload.received) : notFound;
}

function goOn({ id: wanted, headers, bytes }) {
  const upload = uploads.find((one) => one.item === wanted);
  const come = coming.get(wanted);
  if (!upload || !come) return notFound;
  if (Number(headers['upload-offset']) !== upload.received) return standing(409, upload.length, upload.received);
  come.pieces.push(bytes);
  upload.received += bytes.length;
  if (upload.received < upload.length) return standing(204, upload.length, upload.received);
  const admitted = admit(wanted, come.description, Buffer.concat(come.pieces));
  uploads = uploads.filter((one) => one !== upload);
  if (admitted === null)
    return refused(422, 'evidence_differs', 'Not what was declared', 'the content is not what was declared; nothing was admitted');
  return standing(204, upload.length, upload.length);
}

function batch({ bytes }) {
  const admitted = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    const description = JSON.parse(bytes.subarray(at + 4, end).toString('utf8'));
    at = end + description.size;
    const { size: _size, ...described } = description;
    const item_id = crypto.randomUUID();
    admitted.push({ id: item_id, name: described.name.text, sha256: admit(item_id, described, bytes.subarray(end, at)) });
  }
  return ok({ items: admitted }, 201);
}

function record({ id: wanted, body }) {
  const found = held(wanted);
  const number = found.custody.events.length;
  found.custody.events.push(event('ES-NCB', number, new Date().toISOString(), body.act, body.reason));
  return ok(found.custody, 201);
}

function dispose({ id: wanted, body }) {
  const found = held(wanted);
  if (found.taken_by === `officer ${officer.name}`)
    return refused(403, 'second_person', 'Forbidden', 'whoever took an item in does not dispose of it; ask another releasing officer');
  found.state = Object.keys(body.act)[0];
  record({ id: wanted, body });
  found.manifest = null;
  found.custody.holders = [];
  return ok({ event: sha('disposed'), epoch: 4, complete_after: ago(-700) });
}

function answerOffer(message, state) {
  const found = offers.find((one) => one.message === message);
  if (found) Object.assign(found, { state, changed_at: new Date().toISOString() });
  return found ? ok(found, state === 'fetching' ? 202 : 200) : notFound;
}

/** The content is what the mock says that it is: the name, so that its hash agrees. */
const content = ({ id: wanted }) => ({ status: 200, raw: Buffer.from(held(wanted).name) });

export const EVIDENCE_ROUTES = [
  ['GET', '/evidence', ({ query }) => ok({ items: items.filter((one) => !query.get('case') || one.case === query.get('case')).map(line), next: null })],
  ['GET', '/evidence/vault', () => ok(vault)],
  ['POST', '/evidence/vault/scrub', () => ok({ objects: vault.objects }, 202)],
  ['POST', '/evidence/vault/epoch', ({ body }) => ok({ begun: 5, resealed: 3, retired: [4], ended: [], warning: body.end_retired ? 'older backups open nothing' : null })],
  ['GET', '/evidence/uploads', () => ok({ uploads })],
  ['POST', '/evidence/uploads', begin],
  ['HEAD', '/evidence/uploads/:id', where],
  ['PATCH', '/evidence/uploads/:id', goOn],
  ['DELETE', '/evidence/uploads/:id', ({ id: wanted }) => {
    uploads = uploads.filter((one) => one.item !== wanted);
    return { status: 204 };
  }],
  ['POST', '/evidence/batch', batch],
  ['POST', '/evidence/bundle', () => ({ status: 200, raw: Buffer.from('a mock of a court bundle') })],
  ['GET', '/evidence/offers', () => ok({ items: offers })],
  ['GET', '/evidence/offers/:id', ({ id: wanted }) => orNotFound(offers.find((one) => one.message === wanted))],
  ['POST', '/evidence/offers/:id/accept', ({ id: wanted }) => answerOffer(wanted, 'fetching')],
  ['POST', '/evidence/offers/:id/decline', ({ id: wanted }) => answerOffer(wanted, 'declined')],
  ['POST', '/evidence/offers/:id/withdraw', ({ id: wanted }) => answerOffer(wanted, 'withdrawn')],
  ['GET', '/evidence/:id', ({ id: wanted }) => orNotFound(held(wanted))],
  ['POST', '/evidence/:id/custody', record],
  ['GET', '/evidence/:id/content', content],
  ['POST', '/evidence/:id/verify', ({ id: wanted }) => ok({ verified_at: new Date().toISOString(), damage: held(wanted).damage ? [{ part: 0, object: sha('part'), what: 'chunk 3 does not open' }] : [] })],
  ['POST', '/evidence/:id/offers', ({ id: wanted, body }) => {
    offers.unshift(offerOf(75, 'outgoing', 'open', { item: wanted, peer: body.to, note: body.note, keeps_copy: body.keeps_copy }));
    return ok(offers[0], 201);
  }],
  ['GET', '/evidence/:id/admissibility', () => ok(checklist)],
  ['GET', '/evidence/:id/admissibility/memo.pdf', () => ({ status: 200, raw: Buffer.from('%PDF-1.7 mock') })],
  ['POST', '/evidence/:id/dispose', dispose],
  ['GET', '/evidence/:id/disposal', () => ok(disposal)],
];

/** The case that the mock's items belong to. */
export const CASE = cases[0].id;
