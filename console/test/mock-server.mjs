// A stand-in for the node, for tests of the console only: serves `dist` under the node's policy, canned answers, and
// server-sent events. Usage: node test/mock-server.mjs [port]; prints its address.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as data from './mock-data.mjs';
import { DECONFLICTION_ROUTES } from './mock-deconflictions.mjs';
import { EVIDENCE_ROUTES } from './mock-evidence.mjs';
import { LAW_ROUTES } from './mock-law.mjs';
import { MATCHING_ROUTES } from './mock-matching.mjs';
import { QUERY_ROUTES } from './mock-queries.mjs';
import { deadLetters as undelivered, exchange, exchanges } from './mock-exchange.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
export const PASSWORD = 'exercise only 2026';
/** Who looks: `MOCK_ROLE=administrator` sees what an administrator sees. */
data.officer.role = process.env.MOCK_ROLE ?? data.officer.role;

let alerts = structuredClone(data.alerts);
let deadLetters = structuredClone(undelivered);
const listeners = new Set();
let seq = 0;
let requests = 0;

function tell(name, act, about) {
  seq += 1;
  const event = `id: ${seq}\nevent: ${name}\ndata: ${JSON.stringify({ act, about, at: new Date().toISOString() })}\n\n`;
  for (const answer of listeners) answer.write(event);
}

const problem = (status, code, title, detail, more = {}) => ({
  status,
  problem: { type: `https://comity.invalid/problems/${code}`, title, status, detail, code, ...more },
});
const notFound = problem(404, 'not_found', 'Not found', 'nothing has this id; look at the list');
const ok = (body, status = 200) => ({ status, body });
const orNotFound = (body) => (body === undefined ? notFound : ok(body));

/** After a release each recipient's receipt arrives a little later than the one before. */
function release(alert, body) {
  if (alert.raised_by === data.officer.display_name && !body.emergency_reason)
    return problem(403, 'second_officer_needed', 'A second officer is needed', 'you raised this alert; another must release it');
  alert.state = 'released';
  alert.released_by = data.officer.display_name;
  alert.released_at = new Date().toISOString();
  alert.emergency_reason = body.emergency_reason ?? null;
  alert.deliveries = alert.to.map((authority) => ({ authority, state: 'queued', attempts: 1 }));
  tell('alert', 'released', { alert: alert.id, exchange: alert.exchange });
  alert.deliveries.forEach((delivery, i) => setTimeout(() => receipt(alert, delivery, i), 900 * (i + 1)));
  return ok(alert);
}

function receipt(alert, delivery, i) {
  Object.assign(delivery, { state: 'receipted', milliseconds: 31 + 12 * i, receipted_at: new Date().toISOString() });
  tell('delivery', 'receipted', { alert: alert.id, exchange: alert.exchange });
}

function cancel(alert) {
  alert.state = 'cancelled';
  alert.cancelled_at = new Date().toISOString();
  return ok(alert);
}

function decide(hit, state, body) {
  Object.assign(hit, {
    state,
    decided_by: data.officer.display_name,
    decided_at: new Date().toISOString(),
    decision_reason: body.reason ?? body.note ?? null,
  });
  tell('hit', state, { hit: hit.id, alert: hit.alert });
  return ok(hit);
}

const summary = ({ report, ...rest }) => ({ ...rest, subjects_count: report.subjects.length, protected: rest.alerts.length > 0 });
const hits = () => alerts.flatMap((alert) => alert.hits);
const byId = (items, id) => items.find((item) => item.id === id);

const withPhotographs = (thing) =>
  JSON.parse(JSON.stringify(thing), (_key, value) =>
    value !== null && typeof value === 'object' && 'role' in value && 'id' in value && !('display_name' in value)
      ? { ...value, photograph: { media_type: 'image/png', base64: data.GREY_PIXEL } }
      : value,
  );

const ROUTES = [
  ...LAW_ROUTES,
  ...EVIDENCE_ROUTES,
  ...MATCHING_ROUTES,
  ...QUERY_ROUTES,
  ...DECONFLICTION_ROUTES,
  ['GET', '/session', () => ok(data.session)],
  ['DELETE', '/session', () => ({ status: 204, cookie: 'comity_session=; Path=/; Max-Age=0' })],
  ['GET', '/node', () => ok(data.node)],
  ['GET', '/cases', () => ok({ items: data.cases.map(summary), next: null })],
  ['GET', '/cases/:id', ({ id }) => orNotFound(byId(data.cases, id))],
  ['POST', '/cases/import', ({ raw }) =>
    raw.trim() === ''
      ? problem(422, 'unreadable_report', 'The file cannot be read', 'the file is empty; choose another')
      : ok(data.cases[1], 201)],
  ['POST', '/cases/:id/alerts', ({ body }) => raise(body)],
  ['GET', '/alerts', () => ok({ items: alerts })],
  ['GET', '/alerts/:id', ({ id }) => orNotFound(byId(alerts, id))],
  ['POST', '/alerts/:id/release', ({ id, body }) => release(byId(alerts, id), body)],
  ['POST', '/alerts/:id/updates', ({ id, body }) => ok(Object.assign(byId(alerts, id), { alert: body.alert }))],
  ['POST', '/alerts/:id/cancel', ({ id }) => cancel(byId(alerts, id))],
  ['POST', '/alerts/:id/sightings', ({ body }) => ok({ id: 'mock', ...body }, 201)],
  ['GET', '/hits', () => ok({ items: hits() })],
  ['GET', '/hits/:id', ({ id }) => orNotFound(byId(hits(), id))],
  ['POST', '/hits/:id/disclose', ({ id, body }) => decide(byId(hits(), id), 'disclosed', body)],
  ['POST', '/hits/:id/dismiss', ({ id, body }) => decide(byId(hits(), id), 'dismissed', body)],
  ['GET', '/exchanges', () => ok({ items: exchanges, next: null })],
  ['GET', '/exchanges/:id', () => ok(exchange)],
  ['GET', '/exchanges/:id/record', ({ id }) => ok({ format: 'mock record', exchange: id })],
  ['POST', '/exchanges/:id/messages', () => ok({ message: 'mock' }, 201)],
  ['GET', '/dead-letters', () => ok({ items: deadLetters })],
  ['POST', '/dead-letters/:id/:authority/retry', () => {
    deadLetters = [];
    return { status: 204 };
  }],
];

function raise(body) {
  const alert = {
    ...alerts[0],
    id: `mock-${alerts.length}`,
    state: 'raised',
    to: body.to,
    marking: body.marking,
    legal_basis: { ...data.basis, ...body.legal_basis },
    raised_by: data.officer.display_name,
    raised_at: new Date().toISOString(),
    released_at: null,
    deliveries: [],
    missing: ['child_description', 'circumstances'],
    alert: { ...alerts[0].alert, headline: body.headline },
  };
  alerts = [alert, ...alerts];
  return ok(alert, 201);
}

function find(method, path) {
  for (const [wanted, pattern, handle] of ROUTES) {
    const names = [...pattern.matchAll(/:(\w+)/g)].map((found) => found[1]);
    const found = path.match(new RegExp(`^${pattern.replace(/:\w+/g, '([^/]+)')}$`));
    if (wanted === method && found)
      return { handle, values: Object.fromEntries(names.map((name, i) => [name, found[i + 1]])) };
  }
  return null;
}

async function answerApi(request, answer, url) {
  requests += 1;
  const requestId = `mock-request-${requests}`;
  const path = url.pathname.slice('/api/v1'.length);
  const parts = [];
  try {
    for await (const part of request) parts.push(part);
  } catch {
    return; // whoever asked has gone
  }
  const result = route(request, path, Buffer.concat(parts), url);
  if (result === 'stream') return stream(answer);
  const { status, body, problem: fault, cookie, headers = {}, raw } = result;
  if (cookie) answer.setHeader('set-cookie', cookie);
  answer.writeHead(status, {
    'x-request-id': requestId,
    'content-type': fault ? 'application/problem+json' : 'application/json',
    'cache-control': 'no-store',
    ...headers,
  });
  if (raw) return answer.end(raw);
  answer.end(status === 204 || (body === undefined && !fault) ? '' : JSON.stringify(fault ? { ...fault, request_id: requestId } : body));
}

function route(request, path, bytes, url) {
  const raw = bytes.toString('utf8');
  const body = raw.startsWith('{') && request.headers['content-type']?.includes('json') ? JSON.parse(raw) : {};
  if (request.method === 'POST' && path === '/session') return signIn(body);
  const signedIn = /comity_session=mock/.test(request.headers.cookie ?? '');
  if (!signedIn && path !== '/node') return problem(401, 'not_signed_in', 'Nobody is signed in', 'sign in first');
  if (!['GET', 'HEAD'].includes(request.method) && request.headers['x-comity-csrf'] !== '1')
    return problem(403, 'csrf', 'Header missing', 'send `X-Comity-CSRF: 1`');
  if (path === '/events') return 'stream';
  const found = find(request.method, path);
  if (found === null) return notFound;
  const result = found.handle({ ...found.values, body, raw, bytes, headers: request.headers, query: url.searchParams });
  const wanted = url.searchParams.get('photographs') === 'true' && result.body;
  return wanted ? { ...result, body: withPhotographs(result.body) } : result;
}

function signIn({ password }) {
  if (password !== PASSWORD) return problem(401, 'sign_in_failed', 'Sign-in failed', 'name or password is wrong; try again');
  return { ...ok(data.session), cookie: 'comity_session=mock; Path=/; HttpOnly; SameSite=Strict' };
}

function stream(answer) {
  answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  answer.write(': here\n\n');
  listeners.add(answer);
  answer.on('close', () => listeners.delete(answer));
}

function answerFile(answer, pathname) {
  const wanted = join(DIST, normalize(pathname));
  const isFile = wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile();
  const file = isFile ? wanted : join(DIST, 'index.html');
  answer.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  createReadStream(file).pipe(answer);
}

const server = createServer((request, answer) => {
  const url = new URL(request.url ?? '/', 'http://mock');
  if (url.pathname.startsWith('/api/v1')) void answerApi(request, answer, url);
  else answerFile(answer, url.pathname);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
