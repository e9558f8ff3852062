import { asking, at, call } from './client';
import type { Duplicate, FoundPersons, Merge, MergeResult, Person, PersonQuestion, PersonRef } from './matching-types';
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
