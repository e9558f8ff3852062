/** The shapes of the API of deconfliction: whole case loads compared with those of one other authority. */

import type { BasisChoice, LegalBasis, Marking, PersonName, Purpose, SelectorKind, Urgency } from './model';
import type { FoundState, ShownHit } from './queries-types';

export type DeconflictionState =
  | 'prepared'
  | 'offered'
  | 'received'
  | 'accepting'
  | 'accepted'
  | 'running'
  | 'finished'
  | 'declined'
  | 'withdrawn'
  | 'ended'
  | 'failed'
  | 'expired';

export type Step = 'preparing' | 'sending' | 'receiving' | 'comparing' | 'telling';

/** An entry of ours that the other authority has too. */
export interface CommonEntry {
  handle: string;
  kind: SelectorKind;
  value: string;
  persons: { case: string; reference: string; subject: string; name?: PersonName | null }[];
  state: FoundState;
  claim?: string | null;
  shown?: ShownHit | null;
  note?: string | null;
  changed_at: string;
}

export interface Deconfliction {
  id: string;
  exchange: string;
  direction: 'offered' | 'received';
  with: string;
  state: DeconflictionState;
  scope: SelectorKind[];
  /** The offerer's reason; both sides have it. */
  why: string;
  /** Ours, where we accept. */
  reason?: string | null;
  /** Who offered and who accepted, under the names that leave an authority. */
  officer?: string | null;
  other_officer?: string | null;
  purpose: Purpose;
  marking: Marking;
  legal_basis?: LegalBasis | null;
  terms?: { marking: Marking; legal_basis: BasisChoice; urgency: Urgency } | null;
  own_entries?: number | null;
  peer_entries?: number | null;
  prepared_by?: string | null;
  prepared_at?: string | null;
  confirmed_by?: string | null;
  confirmed_at?: string | null;
  declined_by?: string | null;
  created_at: string;
  changed_at: string;
  hours?: number | null;
  expires_at?: string | null;
  attempts: number;
  attempts_left: number;
  session?: string | null;
  commitments?: { sent: string; received: string } | null;
  matches?: number | null;
  fault?: string | null;
  progress?: { step: Step; done: number; of: number } | null;
  found: CommonEntry[];
}

export interface NewDeconfliction {
  with: string;
  scope: SelectorKind[];
  why: string;
  marking: Marking;
  legal_basis: BasisChoice;
  urgency: Urgency;
  hours?: number;
}

export interface DeconflictionLimits {
  accepts: boolean;
  /** Most padded entries of a side. */
  entries: number;
  sessions_per_day: number;
  attempts: number;
  own: { kind: SelectorKind; entries: number }[];
  /** What the other side is told where all kinds are compared. */
  own_padded: number;
  members: { authority: string; left_today: number }[];
}

/** What auditors see of a comparison. */
export interface DeconflictionUse {
  deconfliction: string;
  direction: 'offered' | 'received';
  with: string;
  state: DeconflictionState;
  scope: SelectorKind[];
  purpose: Purpose;
  prepared_by?: string | null;
  confirmed_by?: string | null;
  own_entries?: number | null;
  peer_entries?: number | null;
  matches?: number | null;
  canaries?: number | null;
  created_at: string;
}
