import { problemOf, ProblemError, unreachable, isAbort } from './problem';
import type {
  AlertView,
  Alert,
  CancellationReason,
  Case,
  CaseSummary,
  DeadLetter,
  Disclose,
  Exchange,
  ExchangeSummary,
  HitView,
  NewMessage,
  NewSighting,
  NodeInfo,
  Over,
  Page,
  RaiseAlert,
  Session,
} from './types';

export const ROOT = '/api/v1';

type Listener = () => void;
let onSignedOut: Listener = () => {};

/** Calls `listener` whenever the node says that nobody is signed in. */
export function whenSignedOut(listener: Listener): void {
  onSignedOut = listener;
}

let clockOffset = 0;

/** The node's time in milliseconds, as far as its answers tell: an officer's computer may be minutes off. */
export function nodeNow(): number {
  return Date.now() + clockOffset;
}

/** A `Date` header has whole seconds, so differences under two seconds are not differences. */
function noteClock(answer: Response): void {
  const told = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(told)) return;
  const offset = told - Date.now();
  clockOffset = Math.abs(offset) > 2000 ? offset : 0;
}

interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  json?: unknown;
  raw?: Blob | string;
  /** Speaks the protocol of resumable uploads. */
  tus?: boolean;
  /** What is said about a raw body, in a header as the same protocol writes it. */
  described?: unknown;
  signal?: AbortSignal;
}

/** Of the text's UTF-8. */
const base64 = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

function initOf({ method = 'GET', json, raw, tus, described, signal }: Call): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json, application/problem+json' };
  if (method !== 'GET') headers['x-comity-csrf'] = '1';
  if (tus) headers['tus-resumable'] = '1.0.0';
  if (described !== undefined) headers['upload-metadata'] = `description ${base64(JSON.stringify(described))}`;
  if (json !== undefined) headers['content-type'] = 'application/json';
  const body = json === undefined ? raw : JSON.stringify(json);
  return { method, headers, body, signal, credentials: 'same-origin', cache: 'no-store' };
}

/** One call to the node, whatever it answers; throws `ProblemError` for what is not a success. */
export async function ask(path: string, options: Call): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(ROOT + path, initOf(options));
  } catch (thrown) {
    throw isAbort(thrown) ? thrown : unreachable(thrown);
  }
  noteClock(answer);
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (answer.status === 401 && path !== '/session') onSignedOut();
    throw new ProblemError(problem);
  }
  return answer;
}

/** One call that is answered in JSON, or not at all. */
export async function call<T>(path: string, options: Call = {}): Promise<T> {
  const answer = await ask(path, options);
  const text = answer.status === 204 ? '' : await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const at = (strings: TemplateStringsArray, ...ids: (string | number)[]) =>
  strings.reduce((path, part, i) => path + encodeURIComponent(String(ids[i - 1])) + part);

/** A path with its query; what is empty is not asked. */
export function asking(path: string, query: Record<string, string>): string {
  const said = Object.entries(query).filter(([, value]) => value !== '');
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said).toString()}`;
}

const pictures = (photographs: boolean) => shown(photographs);

/** With photographs or without, and in which language the node says its sentences. */
function shown(photographs: boolean, language?: string): string {
  const query = [photographs ? 'photographs=true' : '', language ? at`language=${language}` : ''].filter(Boolean);
  return query.length === 0 ? '' : `?${query.join('&')}`;
}

export const api = {
  signIn: (name: string, password: string) => call<Session>('/session', { method: 'POST', json: { name, password } }),
  session: (signal?: AbortSignal) => call<Session>('/session', { signal }),
  signOut: () => call<void>('/session', { method: 'DELETE' }),
  node: (signal?: AbortSignal) => call<NodeInfo>('/node', { signal }),

  cases: (after: string, signal?: AbortSignal) =>
    call<Page<CaseSummary>>(at`/cases?limit=50&after=${after}`.replace(/&after=$/, ''), { signal }),
  importCase: (file: Blob | string, format: string) =>
    call<Case>(at`/cases/import?format=${format}`, { method: 'POST', raw: file }),
  case: (id: string, photographs = false, signal?: AbortSignal) =>
    call<Case>(at`/cases/${id}` + pictures(photographs), { signal }),
  raiseAlert: (id: string, draft: RaiseAlert) =>
    call<AlertView>(at`/cases/${id}/alerts`, { method: 'POST', json: draft }),

  alerts: (signal?: AbortSignal) => call<Page<AlertView>>('/alerts?direction=all', { signal }),
  alert: (id: string, photographs = false, signal?: AbortSignal, language?: string) =>
    call<AlertView>(at`/alerts/${id}` + shown(photographs, language), { signal }),
  release: (id: string, emergencyReason?: string, over: Over = {}) =>
    call<AlertView>(at`/alerts/${id}/release`, {
      method: 'POST',
      json: emergencyReason ? { emergency_reason: emergencyReason, ...over } : over,
    }),
  updateAlert: (id: string, what_changed: string, alert: Alert, over: Over = {}) =>
    call<AlertView>(at`/alerts/${id}/updates`, { method: 'POST', json: { what_changed, alert, ...over } }),
  cancelAlert: (id: string, reason: CancellationReason, note: string) =>
    call<AlertView>(at`/alerts/${id}/cancel`, { method: 'POST', json: { reason, note } }),
  sendSighting: (id: string, sighting: NewSighting, over: Over = {}) =>
    call<void>(at`/alerts/${id}/sightings`, { method: 'POST', json: { ...sighting, ...over } }),
  capAddress: (id: string) => ROOT + at`/alerts/${id}/cap`,

  hits: (signal?: AbortSignal) => call<Page<HitView>>('/hits', { signal }),
  hit: (id: string, photographs = false, signal?: AbortSignal) =>
    call<HitView>(at`/hits/${id}` + pictures(photographs), { signal }),
  disclose: (id: string, disclosure: Disclose) =>
    call<HitView>(at`/hits/${id}/disclose`, { method: 'POST', json: disclosure }),
  dismiss: (id: string, reason: string) => call<HitView>(at`/hits/${id}/dismiss`, { method: 'POST', json: { reason } }),

  exchanges: (after: string, signal?: AbortSignal) =>
    call<Page<ExchangeSummary>>(at`/exchanges?limit=50&after=${after}`.replace(/&after=$/, ''), { signal }),
  exchange: (id: string, language: string, signal?: AbortSignal) =>
    call<Exchange>(at`/exchanges/${id}` + shown(false, language), { signal }),
  sendMessage: (exchange: string, message: NewMessage) =>
    call<void>(at`/exchanges/${exchange}/messages`, { method: 'POST', json: message }),
  /** The record's bytes as the node signed them: they must not be parsed and written again. */
  record: async (id: string) => (await ask(at`/exchanges/${id}/record`, {})).blob(),

  deadLetters: (signal?: AbortSignal) => call<Page<DeadLetter>>('/dead-letters', { signal }),
  retry: (message: string, authority: string) =>
    call<void>(at`/dead-letters/${message}/${authority}/retry`, { method: 'POST' }),
};
