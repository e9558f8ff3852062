/** The shapes of the node's answers on evidence, under `/api/v1/evidence`. Digests are 64 hexadecimal digits. */

import type { Cite, Ground, Phrase } from './law-types';
import type { Direction, LegalBasis, Marking, BasisChoice, Urgency } from './model';

export type ItemState = 'held' | 'handed_over' | 'returned' | 'destroyed';
export const PHASES = ['identification', 'collection', 'acquisition', 'preservation'] as const;
export type Phase = (typeof PHASES)[number];
export const METHODS = [
  'physical_image',
  'logical_image',
  'file_copy',
  'live_acquisition',
  'remote_acquisition',
  'handed_over',
  'extraction',
] as const;
export type Method = (typeof METHODS)[number];

/** A name as it was found: text, or its bytes in hexadecimal where they are no text. */
export type ItemName = { text: string } | { bytes: string };

export interface Tool {
  name: string;
  version: string;
  settings?: Record<string, string>;
}

export interface Source {
  description: string;
  make?: string;
  model?: string;
  serial?: string;
  condition?: string;
  clock_ahead_seconds?: number;
}

export interface Acquisition {
  phase: Phase;
  method: Method;
  tools?: Tool[];
  write_blocker?: string;
  by: { authority: string; person: string; role?: string };
  place: string;
  started_at: string;
  finished_at: string;
  source: Source;
  deviations?: string[];
}

export interface Seizure {
  ordered_by: string;
  reference: string;
  law: string;
  instrument?: LegalBasis;
  seized_at: string;
  place: string;
}

export interface Exhibit {
  number: string;
  part_of?: { item: string; which: string };
}

/** What an officer says of an item when it is taken in. */
export interface Description {
  case: string;
  name: ItemName;
  exhibit: Exhibit;
  acquisition: Acquisition;
  seizure?: Seizure;
  reason: string;
  retain_until?: string;
  sha256?: string;
}

export interface ItemLine {
  id: string;
  case: string;
  state: ItemState;
  exhibit: string;
  /** For people: hidden characters are written out. */
  name: string;
  size: number;
  part_of?: string | null;
  marking?: Marking | null;
  received_from?: string | null;
  retain_until?: string | null;
  taken_at: string;
  taken_by: string;
  verified_at?: string | null;
  damage?: string | null;
}

export interface Manifest {
  name: ItemName;
  size: number;
  sha256: string;
  blake3: { root: string } | string;
  part_size: number;
  parts: { sealed_sha256: string; sealed_size: number }[];
  exhibit: Exhibit;
  acquisition: Acquisition;
  seizure?: Seizure | null;
}

export interface Item extends ItemLine {
  manifest_sha256: string;
  /** Null where the item is not held any more. */
  manifest: Manifest | null;
  custody: Custody;
}

export interface Custody {
  events: CustodyEvent[];
  findings: Finding[];
  holders: string[];
}

export interface CustodyEvent {
  sha256: string;
  act: string;
  event: {
    by: string;
    officer: string;
    number: number;
    at: string;
    act: string | Record<string, Record<string, unknown>>;
    reason: string;
    basis?: string | null;
    place?: string | null;
  };
}

/** A gap, a break, or a hand-over that waits; `by` and `number` name the event that shows it. */
export interface Finding {
  by: string | null;
  number: number | null;
  what: string;
  is_break: boolean;
}

export type RecordedAct = 'opened' | { copied: { onto: string } } | { examined: { how: string } };
export type EndingAct = { returned: { to: string } } | { destroyed: { how: string } };

export interface UploadLine {
  item: string;
  name: string;
  exhibit: string;
  case: string;
  length: number;
  received: number;
  started_at: string;
  started_by: string;
  /** Why it was refused; null where it may go on. */
  fault?: string | null;
}

export interface Verified {
  verified_at: string;
  /** `part` is null where it is of the item as a whole. */
  damage: { part: number | null; object?: string | null; chunks?: [number, number]; what: string }[];
}

export type OfferState = 'open' | 'fetching' | 'accepted' | 'declined' | 'withdrawn' | 'failed';

export interface Offer {
  message: string;
  item: string;
  direction: Direction;
  peer: string;
  exchange: string;
  state: OfferState;
  exhibit: string;
  name: string;
  size: number;
  fetched: number;
  keeps_copy: boolean;
  note: string;
  marking?: Marking | null;
  made_at: string;
  changed_at: string;
  fault?: string | null;
  /** What it goes on by itself for. */
  waits_for?: 'storage_full' | null;
}

export interface NewOffer {
  to: string;
  keeps_copy: boolean;
  reason: string;
  note: string;
  marking: Marking;
  legal_basis: BasisChoice;
  urgency?: Urgency;
  exchange?: string;
}

export const STATUSES = ['missing', 'unknown', 'met', 'not_applicable'] as const;
export type PointStatus = (typeof STATUSES)[number];

export interface Point {
  requirement: Phrase;
  item?: string;
  scope: string;
  instrument?: string | null;
  article: string;
  status: PointStatus;
  findings: Phrase[];
  weight: 'must' | 'where_applicable' | 'good_practice';
  to_be_confirmed: boolean;
  sources: Cite[];
}

export interface Checklist {
  data_set: string;
  dated?: string | null;
  instruments: string[];
  counts: { missing: number; missing_must: number; unknown: number; unknown_must: number; met: number };
  points: Point[];
  grounds: Ground[];
  caveats: Phrase[];
}

export interface CheckFor {
  to: string;
  instrument: string;
  purpose: string;
}

export interface BundleOrder {
  items: string[];
  contents: boolean;
  language: string;
  reason: string;
  made_for?: string;
  to?: string;
  instrument?: string;
}

export interface Disposed {
  event: string;
  epoch: number;
  complete_after: string;
}

/** What proves that an item was given back or destroyed; what is not shown here is for whoever checks it. */
export interface Disposal {
  state: ItemState;
  event_sha256: string;
  epochs: { number: number; ended_at?: string | null }[];
  complete: boolean;
  complete_after: string;
  proves: string[];
  does_not_prove: string[];
}

export interface VaultStatus {
  items: number;
  bytes: number;
  objects: number;
  due?: number;
  epoch: { number: number; begun_at: string } | null;
  retired: { number: number; retired_at: string; ends_at: string }[];
  scrub: { checked: number; unchecked?: number; damaged: number; oldest_check?: string | null };
  uploads: number;
}
