/**
 * The shapes of the node's REST API under `/api/v1`, in one place. Names are those of the API and the JSON Schemas;
 * times are RFC 3339 with offset, dates `YYYY-MM-DD`, durations milliseconds unless the name says otherwise.
 */

export type Mode = 'exercise' | 'live';
export type Role = 'officer' | 'releasing_officer' | 'administrator' | 'auditor';
export type Urgency = 'immediate' | 'urgent' | 'priority' | 'routine';
export type Direction = 'outgoing' | 'incoming';
export type CaseKind = 'abduction' | 'exploitation';

/** An officer as records name them: the API may give the name alone or the whole reference. */
export type OfficerRef = string | { id: string; name?: string; display_name?: string };

export interface Officer {
  id: string;
  name: string;
  display_name: string;
  role: Role;
  authority: string;
}

export interface Session {
  token?: string;
  expires_at: string;
  officer: Officer;
}

export interface Member {
  authority: string;
  kind: string;
  names: Record<string, string>;
  node: string;
}

export interface NodeInfo {
  name: string;
  version: string;
  mode: Mode;
  federation: string;
  registry_version: number;
  registry_expires: string;
  authorities: { id: string; name: string }[];
  members: Member[];
}

/** RFC 9457, with the node's own additions. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  request_id?: string;
  missing?: string[];
}

export interface Page<T> {
  items: T[];
  next?: string | null;
}

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
  'phone' | 'email' | 'account' | 'document' | 'plate' | 'crypto_address' | 'onion_address' | 'file_hash';

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

export interface CaseSummary {
  id: string;
  reference: string;
  title: string;
  kind: CaseKind;
  opened_at: string;
  subjects_count: number;
  protected: boolean;
}

export interface AlertSummary {
  id: string;
  headline?: string;
  state: AlertState;
  raised_at?: string;
  released_at?: string | null;
}

export interface Case {
  id: string;
  authority: string;
  reference: string;
  title: string;
  kind: CaseKind;
  opened_at: string;
  source_format?: string;
  report: CaseReport;
  alerts: AlertSummary[];
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

export interface LegalBasis {
  instrument: string;
  article: string;
  answer: LawAnswer;
  assessed_on: string;
  reason?: string | null;
}

export type AlertState = 'raised' | 'released' | 'cancelled' | 'withdrawn' | 'expired';
export type DeliveryState = 'queued' | 'receipted' | 'dead';

export interface Delivery {
  authority: string;
  state: DeliveryState;
  receipted_at?: string | null;
  /** From release to verified receipt. */
  milliseconds?: number | null;
  withdrawn_at?: string | null;
  attempts?: number;
  last_fault?: string | null;
}

export interface AlertView {
  id: string;
  direction: Direction;
  exchange: string;
  case?: string | null;
  from: string;
  to: string[];
  state: AlertState;
  mode: Mode;
  urgency: Urgency;
  marking: Marking;
  legal_basis: LegalBasis;
  raised_by?: OfficerRef | null;
  raised_at?: string | null;
  released_by?: OfficerRef | null;
  released_at?: string | null;
  emergency_reason?: string | null;
  cancelled_at?: string | null;
  alert: Alert;
  missing?: string[];
  deliveries: Delivery[];
  hits: HitView[];
  sightings: SightingView[];
}

export type Verdict = 'agrees' | 'near' | 'differs' | 'silent';

export interface ReasonField {
  field: string;
  verdict: Verdict;
  why: string;
}

export interface HitView {
  id: string;
  alert: string;
  exchange: string;
  case: string;
  case_reference: string;
  subject: string;
  found_at: string;
  state: 'open' | 'disclosed' | 'dismissed';
  reasons: ReasonField[];
  ours: Subject;
  theirs: Subject;
  decided_by?: OfficerRef | null;
  decided_at?: string | null;
  decision_reason?: string | null;
}

export interface SightingView {
  id: string;
  from: string;
  seen_at: string;
  place: Place;
  what: string;
  received_at?: string | null;
  direction: Direction;
}

export type MessageKind =
  'alert' | 'alert_update' | 'alert_cancellation' | 'withdrawal' | 'sighting' | 'disclosure' | 'information';

export interface Disclosure {
  alert: string;
  note: string;
  reasons: ReasonField[];
  reference: string;
  subject: Subject;
}

export type MessageContent =
  | { kind: 'alert'; content: Alert }
  | { kind: 'alert_update'; content: { alert: string; now_reads: Alert; what_changed: string } }
  | { kind: 'alert_cancellation'; content: { alert: string; reason: CancellationReason; note?: string } }
  | {
      kind: 'withdrawal';
      content: { alert: string; cancellation: string; withdrawn: string[]; withdrawn_at: string };
    }
  | { kind: 'sighting'; content: { alert: string; id: string; place: Place; seen_at: string; what: string } }
  | { kind: 'disclosure'; content: Disclosure }
  | { kind: 'information'; content: { subject: string; text: string } };

export interface ExchangeMessage {
  id: string;
  kind: MessageKind;
  direction: Direction;
  from: string;
  to: string[];
  time: string;
  urgency: Urgency;
  reply_to?: string | null;
  /** Absent when it was withdrawn. */
  content?: MessageContent | MessageContent['content'] | null;
  statement_sha256: string;
  deliveries: { authority: string; state: DeliveryState; receipted_at?: string | null }[];
  proof?: { ledger_index: number | null; witnessed: number | null } | null;
}

export interface Exchange {
  id: string;
  messages: ExchangeMessage[];
}

export interface ExchangeSummary {
  id: string;
  last_at: string;
  messages: number;
  with: string[];
  about?: string | null;
}

export interface DeadLetter {
  message: string;
  authority: string;
  code: string;
  why: string;
  advice?: string | null;
  since: string;
  attempts: number;
}

export type CancellationReason = 'child_found' | 'raised_in_error' | 'no_longer_needed';

/** The short form of an alert: the node fills the rest from the case. */
export interface RaiseAlert {
  to: string[];
  headline: string;
  requested_action: string;
  runs_for_hours: number;
  urgency: Urgency;
  marking: Marking;
  legal_basis: LegalBasis;
}

export interface Disclose {
  fields: string[];
  note: string;
  marking?: Marking;
  legal_basis: LegalBasis;
}

export interface NewSighting {
  seen_at: string;
  place: Place;
  what: string;
}

export interface NewMessage {
  to: string[];
  subject: string;
  text: string;
  reply_to?: string;
  urgency: Urgency;
  marking: Marking;
  legal_basis: LegalBasis;
}

export const LIVE_EVENTS = ['alert', 'delivery', 'hit', 'sighting', 'message', 'case', 'registry'] as const;
export type LiveEventName = (typeof LIVE_EVENTS)[number];

export interface LiveEvent {
  act: string;
  about: { alert?: string; exchange?: string; hit?: string; case?: string };
  at: string;
}
