/** The shapes of the API of matching: persons searched and merged. Names are those of the API. */

import type { PersonName, ReasonField, Selector, Subject } from './model';

/** A person of one case. */
export interface PersonRef {
  case: string;
  subject: string;
}

/** A person of ours who may be whom one looks for. */
export interface Found {
  case: string;
  case_reference: string;
  case_title: string;
  subject: Subject;
  reasons: ReasonField[];
  /** Bits of evidence, all fields together. */
  score: number;
  /** The engine's own decision; the others are shown for whoever searches with a mistake in it. */
  likely: boolean;
  /** Those whom officers found to be the same person. */
  same_person: PersonRef[];
}

export interface FoundPersons {
  items: Found[];
  compared: number;
  more: boolean;
}

export interface PersonQuestion {
  name: string;
  born: string;
  birthplace: string;
  sex: string;
  nationality: string;
  selector: string;
}

/** Somebody of a case just opened who may be in another case already. */
export interface Duplicate extends Found {
  /** The subject of this case. */
  of: string;
}

export interface Merge {
  id: string;
  state: 'standing' | 'undone';
  subjects: PersonRef[];
  reason: string;
  merged_by: string;
  merged_at: string;
  undone_by?: string | null;
  undone_at?: string | null;
  undo_reason?: string | null;
}

export type FieldValue = string | number | PersonName | Selector;

export interface MergedField {
  field: string;
  values: { value: FieldValue; sources: number[] }[];
  disagrees: boolean;
}

/** One person, as all merged records say; nothing of them is overwritten. */
export interface Person {
  subjects: { case: string; case_reference: string; case_title: string; subject: Subject }[];
  merges: Merge[];
  fields: MergedField[];
  disagreements: string[];
}

export interface MergeResult {
  merge: Merge;
  persons: Person[];
}
