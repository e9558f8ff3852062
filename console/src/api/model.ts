/**
 * The words of the model as JSON: what a case report, a message and its statement hold, as `docs/schemas` defines them.
 * Times are RFC 3339 with offset, dates `YYYY-MM-DD`.
 */

export type Mode = 'exercise' | 'live';
export type Role = 'officer' | 'releasing_officer' | 'administrator' | 'auditor';
export type Urgency = 'immediate' | 'urgent' | 'priority' | 'routine';
export type Direction = 'outgoing' | 'incoming';
export type CaseKind = 'abduction' | 'exploitation';

export interface PersonName {
  family?: string;
  forename?: string;
}

export interface Photograph {
  media_type: string;
  base64: string;
}

export interface Description {
  height_cm?: number | null;
  weight_kg?: number | null;
  hair?: string | null;
  eyes?: string | null;
  marks?: string | null;
  clothing?: string | null;
}

export type SelectorKind =
  | 'phone'
  | 'email'
  | 'account'
  | 'document'
  | 'plate'
  | 'crypto_address'
  | 'onion_address'
  | 'file_hash'
  | 'iban';

export interface Selector {
  kind: SelectorKind;
  value: string;
}

export type SubjectRole = 'child' | 'alleged_taker' | 'suspect' | 'applicant' | 'witness' | 'officer_in_charge';

export interface Subject {
  id: string;
  role: SubjectRole;
  name?: PersonName | null;
  aliases?: PersonName[];
  sex?: 'F' | 'M' | 'X' | null;
  born?: string | null;
  birthplace?: string | null;
  nationalities?: string[];
  languages?: string[];
  description?: Description;
  photograph?: Photograph | null;
  selectors?: Selector[];
}

export interface Place {
  name: string;
  jurisdiction?: string | null;
  position?: [number, number] | null;
}

export interface Vehicle {
  description: string;
  plate?: string | null;
}

export interface CaseReport {
  version: number;
  reference: string;
  title: string;
  kind: CaseKind;
  happened_at?: string | null;
  place?: Place | null;
  circumstances?: string;
  subjects: Subject[];
  vehicles?: Vehicle[];
}

export interface Alert {
  headline: string;
  child: Subject;
  alleged_taker?: Subject | null;
  vehicles?: Vehicle[];
  circumstances: string;
  missing_since: string;
  last_seen: Place;
  requested_action: string;
  runs_until: string;
}

export type HandlingCode = 'H0' | 'H1' | 'H2' | 'H3';
export type Purpose =
  | 'locate_missing_child'
  | 'return_of_child'
  | 'criminal_investigation'
  | 'judicial_proceedings'
  | 'child_protection'
  | 'exercise';
export type SourceEvaluation = 'A' | 'B' | 'C' | 'X';
export type InformationEvaluation = '1' | '2' | '3' | '4';
export type OnwardRule = { rule: 'ask_originator' } | { rule: 'own_jurisdiction' } | { rule: 'only'; to: string[] };

export interface Marking {
  handling: HandlingCode[];
  restrictions?: string | null;
  purpose: Purpose;
  source: SourceEvaluation;
  information: InformationEvaluation;
  onward: OnwardRule;
  retain_until: string;
}

export type LawAnswer = 'in_force' | 'not_in_force' | 'unknown';

/** A basis as a statement carries it: with what the sender's node found of it. */
export interface LegalBasis {
  instrument: string;
  article: string;
  answer: LawAnswer;
  assessed_on: string;
  reason?: string | null;
  data_set?: string | null;
  event_date?: string | null;
  offence?: string | null;
  supervisor_reason?: string | null;
}

/** A basis as an officer chooses it; the node finds out what it is worth. */
export interface BasisChoice {
  instrument: string;
  article: string;
  /** Why the officer goes on where the tables do not say. */
  reason?: string;
  event_date?: string;
  offence?: string;
  /** A supervising officer's, where the tables contradict the basis. */
  authorisation?: string;
}

export type Verdict = 'agrees' | 'near' | 'differs' | 'silent';

export interface ReasonField {
  field: string;
  verdict: Verdict;
  why: string;
  /** Bits of evidence for one person (above 0) or two. */
  weight?: number | null;
}

export type MessageKind =
  | 'alert'
  | 'alert_update'
  | 'alert_cancellation'
  | 'withdrawal'
  | 'sighting'
  | 'disclosure'
  | 'information'
  | 'evidence_offer'
  | 'evidence_answer'
  | 'selector_query'
  | 'selector_answer'
  | 'hit_claim'
  | 'hit_answer'
  | 'sweep_request'
  | 'sweep_answer'
  | 'deconfliction_offer'
  | 'deconfliction_answer';

export interface Disclosure {
  alert: string;
  note: string;
  reasons: ReasonField[];
  reference: string;
  subject: Subject;
}

export interface EvidenceOfferContent {
  item: string;
  exhibit: string;
  name: string;
  size: number;
  keeps_copy: boolean;
  note: string;
}

/** How something asked was answered, with what belongs to that. */
export interface Outcome<T extends string> {
  outcome: T;
  detail: { why?: string; note?: string; count?: number; reference?: string; contact?: string };
}

export type MessageContent =
  | { kind: 'evidence_offer'; content: EvidenceOfferContent }
  | { kind: 'alert'; content: Alert }
  | { kind: 'alert_update'; content: { alert: string; now_reads: Alert; what_changed: string } }
  | { kind: 'alert_cancellation'; content: { alert: string; reason: CancellationReason; note?: string } }
  | {
      kind: 'withdrawal';
      content: { alert: string; cancellation: string; withdrawn: string[]; withdrawn_at: string };
    }
  | { kind: 'sighting'; content: { alert: string; id: string; place: Place; seen_at: string; what: string } }
  | { kind: 'disclosure'; content: Disclosure }
  | { kind: 'selector_query'; content: { case_reference: string; officer: string; count: number } }
  | { kind: 'selector_answer'; content: { query: string; outcome: Outcome<'evaluated' | 'refused'> } }
  | { kind: 'hit_claim'; content: { query: string; hits: number; handles: string[]; why: string } }
  | { kind: 'hit_answer'; content: { query: string; handle: string; outcome: Outcome<'disclosed' | 'declined'> } }
  | { kind: 'sweep_request'; content: { case_reference: string; count: number; holders: string[]; why: string } }
  | { kind: 'sweep_answer'; content: { query: string; outcome: Outcome<'consented' | 'refused'> } }
  | { kind: 'deconfliction_offer'; content: { scope: SelectorKind[]; why: string; entries: number } }
  | { kind: 'deconfliction_answer'; content: { offer: string; outcome: Outcome<'accepted' | 'declined' | 'ended'> } }
  | { kind: 'information'; content: { subject: string; text: string } };

export type CancellationReason = 'child_found' | 'raised_in_error' | 'no_longer_needed';
