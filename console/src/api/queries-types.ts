/** The shapes of the API of private matching: questions to other holders, claims on our entries, rules, oversight. */

import type {
  BasisChoice,
  LegalBasis,
  Marking,
  PersonName,
  Purpose,
  ReasonField,
  Selector,
  SelectorKind,
  Subject,
  Urgency,
} from './model';

export type HolderState = 'waiting' | 'checking' | 'answered' | 'refused' | 'false';
export type FoundState = 'found' | 'claimed' | 'disclosed' | 'declined';

/** What a holder shows of its entry; the fields of the person that were not chosen are absent. */
export interface ShownHit {
  reference: string;
  contact: string;
  note: string;
  person?: Partial<Subject> | null;
}

export interface FoundHit {
  handle: string;
  kind: SelectorKind;
  value: string;
  /** Our person whose identifier it is. */
  subject?: string | null;
  state: FoundState;
  claim?: string | null;
  shown?: ShownHit | null;
  note?: string | null;
  changed_at: string;
}

export interface Holder {
  authority: string;
  state: HolderState;
  epoch?: number | null;
  hits?: number | null;
  code?: string | null;
  why?: string | null;
  again_at?: string | null;
  changed_at: string;
  found: FoundHit[];
  leads?: Lead[];
}

/** A key of name and birth that agrees: the sounds of which parts of a name, with what of the date of birth. */
export interface LeadKey {
  handle: string;
  state?: FoundState | null;
  names: ('family' | 'forename' | 'both')[];
  born: 'year' | 'whole_date' | 'day_and_month' | 'first_of_january' | 'year_before';
  /** Made of another name than the first. */
  alias: boolean;
}

export interface LeadAnswer {
  handle: string;
  claim?: string | null;
  shown: ShownHit;
  reasons: ReasonField[];
  total?: number | null;
  is_hit?: boolean | null;
}

/** A holder may know a person of ours. */
export interface Lead {
  subject: string;
  name?: PersonName | null;
  agree: number;
  of: number;
  bits: number;
  one_in: number;
  strength: 'weak' | 'fair' | 'strong';
  state: FoundState;
  keys: LeadKey[];
  answers: LeadAnswer[];
  notes: string[];
}

export type QueryState = 'awaiting_consent' | 'asked' | 'finished' | 'failed' | 'lapsed';

export interface Query {
  id: string;
  exchange: string;
  case: string;
  case_reference: string;
  asked_by: string;
  officer: string;
  why: string;
  state: QueryState;
  purpose: Purpose;
  /** How many identifiers are asked about. */
  selectors: number;
  /** How many of them are keys of persons. */
  person_keys?: number;
  persons?: string[];
  /** ... and as how many they look to the holders. */
  count: number;
  batch_sha256: string;
  asked_at: string;
  consent_from?: string | null;
  consented: boolean;
  /** Until when it may be consented to; then it lapses. */
  decide_by?: string | null;
  fault?: string | null;
  holders: Holder[];
}

export interface NewQuery {
  case: string;
  selectors?: Selector[];
  with_persons?: boolean;
  to: 'everyone' | string[];
  why: string;
  marking: Marking;
  legal_basis: BasisChoice;
  urgency: Urgency;
  consent_from?: string;
}

export interface HolderBudget {
  authority: string;
  publishes: boolean;
  epoch?: number | null;
  entries?: number | null;
  until?: string | null;
  left?: Record<string, number> | null;
  limits?: Record<string, number> | null;
  used?: Record<string, number> | null;
}

export interface Budget {
  sizes: number[];
  sweep_threshold?: number | null;
  case_selectors?: number | null;
  case_person_keys?: number | null;
  holders: HolderBudget[];
}

/** An entry of ours behind a handle; behind a person's key with what the key joins. */
export interface ClaimedEntry {
  case: string;
  reference: string;
  kind: SelectorKind | 'person_key';
  key?: LeadKey | null;
  subject: string;
  person: Subject;
}

export type HandleState = 'open' | 'disclosed' | 'declined';

export interface ClaimedHandle {
  handle: string;
  state: HandleState;
  entries: ClaimedEntry[];
  decided_by?: string | null;
  decided_at?: string | null;
  decision?: { outcome: string; detail: { note?: string } & Partial<ShownHit> } | null;
}

/** What another authority asks about hits that it found with us. */
export interface Claim {
  id: string;
  from: string;
  query: string;
  exchange: string;
  case_reference: string;
  why: string;
  hits: number;
  epoch: number;
  purpose: Purpose;
  marking: Marking;
  legal_basis: LegalBasis;
  arrived_at: string;
  /** How many of its handles nobody has decided about. */
  open: number;
  handles: ClaimedHandle[];
}

export interface DiscloseHit {
  handle: string;
  case?: string;
  subject?: string;
  fields: string[];
  contact?: string;
  note?: string;
  marking?: Marking;
  legal_basis: BasisChoice;
}

export interface RuleTerms {
  kinds: SelectorKind[];
  authorities: string[];
  purposes: Purpose[];
  contact: string;
  note?: string;
  legal_basis: BasisChoice;
  until?: string;
}

/** What the authority lets its node answer by itself. */
export interface DisclosureRule {
  id: string;
  terms: RuleTerms;
  state: 'proposed' | 'in_force' | 'withdrawn' | 'over';
  proposed_by: string;
  proposed_at: string;
  confirmed_by?: string | null;
  confirmed_at?: string | null;
  withdrawn_by?: string | null;
}

export interface SweepRequest {
  id: string;
  from: string;
  query: string;
  exchange: string;
  case_reference: string;
  officer: string;
  count: number;
  batch_sha256: string;
  holders: string[];
  why: string;
  purpose: Purpose;
  state: 'open' | 'consented' | 'declined' | 'lapsed';
  decide_by: string;
  decided_by?: string | null;
  decided_at?: string | null;
  expires_at?: string | null;
  arrived_at: string;
}

/** An entry of nobody: a selector, or an invented person. */
export type NewCanary = { note: string } & (
  | { kind: SelectorKind; value: string }
  | { person: { name: PersonName; born: string } }
);

export interface Usage {
  sent: {
    query: string;
    asked_by: string;
    officer: string;
    case_reference: string;
    purpose: Purpose;
    batch_sha256: string;
    count: number;
    asked_at: string;
    holders: { authority: string; state: HolderState; epoch?: number | null; hits?: number | null }[];
  }[];
  received: {
    query: string;
    from: string;
    officer: string;
    case_reference: string;
    purpose: Purpose;
    batch_sha256: string;
    count: number;
    state: 'pending' | 'evaluating' | 'answered' | 'refused';
    epoch?: number | null;
    code?: string | null;
    arrived_at: string;
    hits_claimed?: number | null;
  }[];
  canaries_touched: { claim: string; from: string; query: string; case_reference: string; why: string; handle: string; handles: number; canary?: string | null; at: string }[];
  canaries: { id: string; kind: SelectorKind | 'person'; note: string; made_by: string; made_at: string }[];
  findings: { query: string; side: 'sent' | 'received'; what: string }[];
}
