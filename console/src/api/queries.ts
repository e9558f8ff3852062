import { ask, asking, at, call } from './client';
import type {
  Budget,
  Claim,
  DisclosureRule,
  DiscloseHit,
  NewCanary,
  NewQuery,
  Query,
  RuleTerms,
  SweepRequest,
  Usage,
} from './queries-types';

const listed = async <T>(path: string, signal?: AbortSignal) => (await call<{ items: T[] }>(path, { signal })).items;

/** Questions to other holders, answered without showing what was asked. */
export const queries = {
  list: (signal?: AbortSignal) => listed<Query>('/selector-queries', signal),
  query: (id: string, signal?: AbortSignal) => call<Query>(at`/selector-queries/${id}`, { signal }),
  ask: (query: NewQuery) => call<Query>('/selector-queries', { method: 'POST', json: query }),
  claim: (id: string, claim: { holder: string; handles?: string[]; why: string }) =>
    call<{ claim: string }>(at`/selector-queries/${id}/claims`, { method: 'POST', json: claim }),
  budget: (of: string, signal?: AbortSignal) => call<Budget>(asking('/matching/budget', { case: of }), { signal }),
};

/** What others ask about hits that they found with us. */
export const claims = {
  list: (signal?: AbortSignal) => listed<Claim>('/hit-claims', signal),
  claim: (id: string, signal?: AbortSignal) => call<Claim>(at`/hit-claims/${id}`, { signal }),
  disclose: (id: string, shown: DiscloseHit) =>
    call<Claim>(at`/hit-claims/${id}/disclose`, { method: 'POST', json: shown }),
  decline: (id: string, handles: string[], note: string) =>
    call<Claim>(at`/hit-claims/${id}/decline`, { method: 'POST', json: { handles, note } }),
};

/** What the authority lets its node decide, and what it lets others do. */
export const standing = {
  rules: (signal?: AbortSignal) => listed<DisclosureRule>('/disclosure-rules', signal),
  propose: (terms: RuleTerms) => call<DisclosureRule>('/disclosure-rules', { method: 'POST', json: terms }),
  confirm: (id: string) => call<DisclosureRule>(at`/disclosure-rules/${id}/confirm`, { method: 'POST' }),
  withdraw: (id: string) => call<DisclosureRule>(at`/disclosure-rules/${id}/withdraw`, { method: 'POST' }),
  sweeps: (signal?: AbortSignal) => listed<SweepRequest>('/sweep-requests', signal),
  consent: (request: string, hours: number) =>
    call<SweepRequest>('/sweep-consents', { method: 'POST', json: { request, hours } }),
  declineSweep: (id: string, reason: string) =>
    call<SweepRequest>(at`/sweep-requests/${id}/decline`, { method: 'POST', json: { reason } }),
};

/** For auditors: how matching is used on both sides, without what was asked. */
export const oversight = {
  usage: (signal?: AbortSignal) => call<Usage>('/matching/usage', { signal }),
  /** The same, signed by the authority: a DSSE envelope. */
  signedUsage: async () => (await ask('/matching/usage/export', {})).blob(),
  plant: (canary: NewCanary) => call<unknown>('/matching/canaries', { method: 'POST', json: canary }),
};
