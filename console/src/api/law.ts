import { ask, at, call } from './client';
import type {
  Assessment,
  Change,
  Concept,
  LawAnswers,
  LawInfo,
  Question,
  Relation,
  RelationList,
  TableChange,
} from './law-types';
import type { MessageKind, Purpose } from './types';

export interface Claim {
  instrument: string;
  article: string;
  kind: MessageKind;
  purpose: Purpose;
  /** The receiving authorities. */
  to: string[];
  event?: string;
  child_born?: string;
  offence?: string;
}

const JSON_TYPE = 'application/json';

/** What the node answers on the law. Each call names the language in which sentences are wanted. */
export const law = {
  info: (signal?: AbortSignal) => call<LawInfo>('/law', { signal }),
  relation: (language: string, instrument: string, from: string, to: string, on: string, signal?: AbortSignal) =>
    call<Relation>(at`/law/relation?language=${language}&instrument=${instrument}&from=${from}&to=${to}&on=${on}`, {
      signal,
    }),
  relations: (instrument: string, of: string, on: string, signal?: AbortSignal) =>
    call<RelationList>(at`/law/relations?instrument=${instrument}&of=${of}&on=${on}`, { signal }),
  pathways: (language: string, question: Question, signal?: AbortSignal) =>
    call<LawAnswers>(at`/law/pathways?language=${language}`, { method: 'POST', json: question, signal }),
  memo: async (language: string, question: Question, format: 'text' | 'pdf') =>
    (await ask(at`/law/memo?language=${language}&format=${format}`, { method: 'POST', json: question })).blob(),
  offences: async (language: string, signal?: AbortSignal) =>
    (await call<{ concepts: Concept[] }>(at`/law/offences?language=${language}`, { signal })).concepts,
  check: (language: string, claim: Claim, signal?: AbortSignal) =>
    call<Assessment>(at`/law/check?language=${language}`, { method: 'POST', json: claim, signal }),
  authorise: (request: { instrument: string; article: string; to: string[]; reason: string }) =>
    call<{ id: string }>('/law/authorisations', { method: 'POST', json: request }),

  previewSet: (file: Blob) =>
    call<SetPreview>('/law/sets/preview', { method: 'POST', raw: new Blob([file], { type: JSON_TYPE }) }),
  loadSet: (file: Blob) => call<void>('/law/sets', { method: 'POST', raw: new Blob([file], { type: JSON_TYPE }) }),
  withdrawSet: (id: string) => call<void>(at`/law/sets/${id}`, { method: 'DELETE' }),
};

/** What loading a data set would change. */
export interface SetPreview {
  id: string;
  dated: string;
  title?: string;
  signed_by?: string | null;
  /** The day for which the answers are compared. */
  on?: string;
  changes: { relations: Change[]; rows?: TableChange[] };
}
