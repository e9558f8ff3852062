/**
 * The shapes of the node's REST API under `/api/v1`, in one place. Names are those of the API and the JSON Schemas;
 * times are RFC 3339 with offset, dates `YYYY-MM-DD`, durations milliseconds unless the name says otherwise.
 */

import type { Duplicate, Person } from './matching-types';
import type { Assessment, Phrase, RowFault } from './law-types';
import type {
  Alert,
  BasisChoice,
  CaseKind,
  CaseReport,
  Direction,
  LegalBasis,
  Marking,
  MessageContent,
  MessageKind,
  Mode,
  Place,
  ReasonField,
  Role,
  Subject,
  Urgency,
} from './model';

export type * from './model';

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
  /** Rows of a data set that cannot be taken. */
  faults?: RowFault[];
  /** Why a legal basis does not carry a message. */
  reasons?: Phrase[];
  /** What would let it go all the same. */
  needs?: 'reason' | 'authorisation';
}

/** What lets a message go although the tables do not carry the basis of its alert. */
export interface Over {
  basis_reason?: string;
  authorisation?: string;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
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
  /** Its persons that officers merged with others. */
  persons?: Person[];
  /** Only of a case just opened. */
  duplicates?: Duplicate[];
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
  /** What our own node finds of the basis. */
  assessment?: Assessment | null;
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
  legal_basis?: LegalBasis | null;
  /** What our own node finds of the basis. */
  assessment?: Assessment | null;
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

/** The short form of an alert: the node fills the rest from the case. */
export interface RaiseAlert {
  to: string[];
  headline: string;
  requested_action: string;
  runs_for_hours: number;
  urgency: Urgency;
  marking: Marking;
  legal_basis: BasisChoice;
}

export interface Disclose {
  fields: string[];
  note: string;
  marking?: Marking;
  legal_basis: BasisChoice;
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
  legal_basis: BasisChoice;
}

export const LIVE_EVENTS = [
  'alert',
  'delivery',
  'hit',
  'query',
  'deconfliction',
  'sighting',
  'message',
  'case',
  'registry',
  'law',
  'evidence',
] as const;
export type LiveEventName = (typeof LIVE_EVENTS)[number];

export interface LiveEvent {
  act: string;
  about: { alert?: string; exchange?: string; hit?: string; case?: string; item?: string };
  at: string;
}
