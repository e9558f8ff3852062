import { at, call } from './client';
import type { Deconfliction, DeconflictionLimits, NewDeconfliction } from './deconfliction-types';
import type { BasisChoice, Marking } from './model';

const told = (id: string, act: string, json?: unknown) =>
  call<Deconfliction>(`${at`/deconflictions/${id}`}/${act}`, { method: 'POST', json: json ?? {} });

/** Whole case loads compared with those of one other authority; each learns what both have, and nothing else. */
export const deconflictions = {
  list: async (signal?: AbortSignal) =>
    (await call<{ items: Deconfliction[] }>('/deconflictions', { signal })).items,
  one: (id: string, signal?: AbortSignal) => call<Deconfliction>(at`/deconflictions/${id}`, { signal }),
  limits: (signal?: AbortSignal) => call<DeconflictionLimits>('/deconflictions/limits', { signal }),
  prepare: (offer: NewDeconfliction) => call<Deconfliction>('/deconflictions', { method: 'POST', json: offer }),
  confirm: (id: string) => told(id, 'confirm'),
  accept: (id: string, terms: { why: string; marking: Marking; legal_basis: BasisChoice }) => told(id, 'accept', terms),
  decline: (id: string, reason: string) => told(id, 'decline', { reason }),
  withdraw: (id: string, reason: string) => told(id, 'withdraw', { reason }),
  claim: (id: string, claim: { handles?: string[]; why: string }) =>
    call<{ claim: string }>(at`/deconflictions/${id}/claims`, { method: 'POST', json: claim }),
};
