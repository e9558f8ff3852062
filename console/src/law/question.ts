import type { Facts, LawEvent, Question } from '../api/law-types';

/** A question as its form holds it and as the page's address carries it: text by name; what is not said is empty. */
export interface Draft {
  from: string;
  to: string;
  need: string;
  on: string;
  event: string;
  born: string;
  offence: string;
  decision: Said;
  electronic: Said;
  emergency: Said;
  years: string;
}

export type Said = '' | 'yes' | 'no';
const NAMES = [
  'from',
  'to',
  'need',
  'on',
  'event',
  'born',
  'offence',
  'decision',
  'electronic',
  'emergency',
  'years',
] as const satisfies (keyof Draft)[];

export function draftOf(query: URLSearchParams, today: string): Draft {
  const draft = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ''])) as unknown as Draft;
  return { ...draft, on: draft.on || today };
}

/** Events stand in the address as `happened=<code>~<moment>`, once each. */
export function eventsOf(query: URLSearchParams): LawEvent[] {
  return query.getAll('happened').flatMap((text) => {
    const cut = text.indexOf('~');
    return cut > 0 && cut < text.length - 1 ? [{ event: text.slice(0, cut), at: text.slice(cut + 1) }] : [];
  });
}

export function queryOf(draft: Draft, events: LawEvent[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of NAMES) if (draft[name] !== '') query.set(name, draft[name]);
  for (const { event, at } of events) query.append('happened', `${event}~${at}`);
  return query;
}

/** The question that an address asks, or null while it asks none. */
export function questionOf(query: URLSearchParams): Question | null {
  const { from, to, need, on, event, ...rest } = draftOf(query, '');
  if (from === '' || to === '' || need === '' || on === '') return null;
  const facts = factsOf(rest, eventsOf(query));
  return event === '' ? { from, to, need, on, facts } : { from, to, need, on, event, facts };
}

function factsOf(
  draft: Pick<Draft, 'born' | 'offence' | 'decision' | 'electronic' | 'emergency' | 'years'>,
  events: LawEvent[],
): Facts {
  const facts: Facts = {};
  if (draft.born !== '') facts.child_born = draft.born;
  if (draft.offence !== '') facts.offence = draft.offence;
  if (draft.decision !== '') facts.enforceable_decision = draft.decision === 'yes';
  if (draft.electronic !== '') facts.electronic = draft.electronic === 'yes';
  if (draft.emergency !== '') facts.emergency = draft.emergency === 'yes';
  if (draft.years !== '') facts.highest_penalty_years = Number(draft.years);
  if (events.length > 0) facts.events = events;
  return facts;
}
