/** The shapes of the API of matching: persons searched and merged. Names are those of the API. */

import type { Marking, PersonName, ReasonField, Selector, Subject } from './model';

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
  /** Persons whose keys are still being made anew after an update: a search by name may miss them. */
  not_indexed?: number;
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

export type HashSetFormat = 'vics' | 'csv' | 'plain';
export type HashSetState = 'standing' | 'withdrawn' | 'gone' | 'expired';

export interface HashSet {
  /** The item of evidence that it is. */
  id: string;
  case: string;
  name: string;
  source: string;
  /** By which list of categories its entries are sorted. */
  scheme: string;
  version?: string | null;
  format: HashSetFormat;
  marking: Marking;
  received_from?: string | null;
  legal_basis: string;
  counts: Record<'entries' | 'md5' | 'sha1' | 'sha256' | 'blake3' | 'pdq', number>;
  categories: { category: string; entries: number }[];
  state: HashSetState;
  /** False while it is being loaded. */
  ready: boolean;
  /** Bytes of memory that its index takes. */
  memory?: number;
  loaded_at: string;
  loaded_by: string;
  withdrawn_at?: string | null;
  withdrawn_by?: string | null;
  withdrawal?: string | null;
}

export interface NewHashSet {
  case: string;
  name: string;
  source: string;
  scheme: string;
  version?: string;
  format: HashSetFormat;
  marking: Marking;
  legal_basis: string;
  reason: string;
  place: string;
}

export interface HashQuestion {
  hashes: string[];
  pdq: string[];
  distance: number;
  case?: string;
  reason: string;
}

/** That a hash asked about is in a set, or near one that is: a lead, and no proof. */
export interface Lead {
  of: 'hashes' | 'pdq';
  /** Which of those asked. */
  index: number;
  set: string;
  set_name: string;
  source: string;
  scheme: string;
  category?: string | null;
  marking: Marking;
  distance?: number | null;
  entries: number;
}

export interface Leads {
  leads: Lead[];
  searched: { set: string; name: string }[];
  unsearched: { set: string; name: string; why: string }[];
  /** How many hashes this officer may still ask about today. */
  left_today: number;
}
