import { asking, at, call } from './client';
import type {
  Duplicate,
  FoundPersons,
  HashQuestion,
  HashSet,
  Leads,
  Merge,
  MergeResult,
  NewHashSet,
  Person,
  PersonQuestion,
  PersonRef,
} from './matching-types';
import type { Page } from './types';

/** Persons of the authority's own cases. */
export const persons = {
  search: (question: PersonQuestion, signal?: AbortSignal) =>
    call<FoundPersons>(asking('/persons', { ...question }), { signal }),
  person: ({ case: of, subject }: PersonRef, signal?: AbortSignal) =>
    call<Person>(at`/persons/${of}/${subject}`, { signal }),
  duplicates: async (of: string, signal?: AbortSignal) =>
    (await call<{ items: Duplicate[] }>(at`/cases/${of}/duplicates`, { signal })).items,
  merges: (after: string, signal?: AbortSignal) =>
    call<Page<Merge>>(asking('/person-merges', { after, limit: '50' }), { signal }),
  merge: (subjects: PersonRef[], reason: string) =>
    call<MergeResult>('/person-merges', { method: 'POST', json: { subjects, reason } }),
  undo: (merge: string, reason: string) =>
    call<MergeResult>(at`/person-merges/${merge}/undo`, { method: 'POST', json: { reason } }),
};

/** Hash sets: sealed like evidence; what they hold is asked about and never shown. */
export const hashSets = {
  list: async (signal?: AbortSignal) => (await call<{ items: HashSet[] }>('/hash-sets', { signal })).items,
  add: (file: Blob, described: NewHashSet) =>
    call<HashSet>('/hash-sets', { method: 'POST', raw: file, described }),
  search: (question: HashQuestion) => call<Leads>('/hash-sets/search', { method: 'POST', json: question }),
  withdraw: (id: string, reason: string) =>
    call<HashSet>(at`/hash-sets/${id}/withdraw`, { method: 'POST', json: { reason } }),
};
