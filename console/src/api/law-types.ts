/**
 * The shapes of the node's answers on the law, under `/api/v1/law`. Sentences come as phrases that the node has already
 * said in the officer's language; codes, articles and sources are never translated.
 */

import type { LawAnswer } from './model';

export type Confidence = 'low' | 'medium' | 'high';

/** A sentence of the node: its key, its words, what was put into it. */
export interface Phrase {
  key: string;
  text: string;
  values?: Record<string, string>;
}

/** A row that an answer rests on. */
export interface Cite {
  table: string;
  line: number;
  source: string;
  as_of?: string | null;
  confidence: Confidence;
  note?: string | null;
  set?: string;
}

export interface Relation {
  state: LawAnswer;
  since?: string | null;
  until?: string | null;
  rule: Phrase;
  confidence?: Confidence | null;
  caveats: Phrase[];
  sources: Cite[];
}

export interface LawSet {
  id: string;
  dated: string;
  title?: string;
  /** Comes with the program. */
  shipped?: boolean;
  signed_by?: string | null;
  loaded_at?: string | null;
  loaded_by?: string | null;
  active: boolean;
  withdrawn_at?: string | null;
  withdrawn_by?: string | null;
  /** Why it is left out although it is loaded. */
  fault?: string | null;
}

/** What the node's law engine knows: its data, and the codes that it takes. */
export interface LawInfo {
  data_set: string;
  dated?: string | null;
  sets: LawSet[];
  instruments: { code: string; title: string }[];
  needs: string[];
  places: string[];
}

export interface RelationRow {
  place: string;
  state: LawAnswer;
  since?: string | null;
}

export interface RelationList {
  of: string;
  relations: RelationRow[];
  data_set?: string;
  dated?: string | null;
}

export interface LawEvent {
  event: string;
  /** A day, or an instant with offset. */
  at: string;
}

export interface Facts {
  child_born?: string;
  offence?: string;
  enforceable_decision?: boolean;
  electronic?: boolean;
  emergency?: boolean;
  highest_penalty_years?: number;
  events?: LawEvent[];
}

export interface Question {
  from: string;
  to: string;
  need: string;
  event?: string;
  on: string;
  facts: Facts;
}

export interface LawAnswers {
  question: Question;
  data_set: string;
  dated?: string | null;
  pathways: Pathway[];
  fallback?: Pathway | null;
  caveats: Phrase[];
}

export interface Pathway {
  instrument: string;
  written: string;
  priority: number;
  usable: LawAnswer;
  relations: { instrument: string; relation: Relation }[];
  reasons: Phrase[];
  condition: string;
  channel: string;
  authorities: string;
  contents: Content[];
  deadlines: Deadline[];
  grounds: Ground[];
  dual_criminality?: DualCriminality | null;
  caveats: Phrase[];
  sources: Cite[];
}

export interface Content {
  instrument: string;
  article: string;
  item: string;
  obligation: string;
  language: string;
  form: string;
  sources: Cite[];
}

export interface Ground {
  instrument: string;
  article: string;
  ground: string;
  kind: string;
  decider: string;
  sources: Cite[];
}

export type DeadlineKind =
  | 'target'
  | 'maximum'
  | 'limit'
  | 'minimum'
  | 'preservation'
  | 'extension'
  | 'age_limit'
  | 'entry_into_force'
  | 'temporal_scope'
  | 'term'
  | 'availability';

export type Standing =
  | { state: 'not_started' }
  | { state: 'running'; left: Phrase }
  | { state: 'paused' }
  | { state: 'met' }
  | { state: 'late'; by: Phrase; met: boolean }
  | { state: 'unknown' };

export interface Deadline {
  id: string;
  instrument: string;
  article: string;
  kind: DeadlineKind;
  trigger: string;
  trigger_text: string;
  length: string;
  bound: string;
  consequence: string;
  /** When the period began, where that is known. */
  started?: string | null;
  caveats?: Phrase[];
  due?: {
    at?: string | null;
    zone?: string | null;
    place?: string | null;
    because: Phrase[];
    sources?: Cite[];
  } | null;
  standing: Standing;
  sources: Cite[];
}

export interface Definition {
  instrument: string;
  article: string;
  sources: Cite[];
}

export interface DualCriminality {
  met: LawAnswer;
  covered_by: Definition[];
  waived_by: Phrase[];
  remains: Phrase[];
  sources: Cite[];
}

/** A harmonised offence. */
export interface Concept {
  id: string;
  name: string;
  term: string;
}

export type BasisVerdict = 'supported' | 'unknown' | 'contradicted';

/** What the law says of the basis that a message claims. */
export interface Assessment {
  verdict: BasisVerdict;
  reasons: Phrase[];
  data_set: string;
  sources?: Cite[];
}

/** Why a row of a data set cannot be taken. */
export interface RowFault {
  file: string;
  line: number;
  reason: string;
}

/** An answer that a data set would change. */
export interface Change {
  instrument: string;
  one: string;
  other: string;
  before: { state: LawAnswer; since?: string | null };
  after: { state: LawAnswer; since?: string | null };
}

/** How many rows of a table a data set brings, replaces and takes away. */
export interface TableChange {
  table: string;
  added: number;
  replaced: number;
  removed: number;
}
