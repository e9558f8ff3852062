import type { Acquisition, Description, Method, Phase, Seizure, Tool } from '../api/evidence-types';
import type { LawAnswer } from '../api/types';
import { fromLocalInput } from '../strings/format';

/** What an officer writes of one or several files that were acquired together. Text as its fields hold it. */
export interface Draft {
  case: string;
  exhibit: string;
  partOf: string;
  which: string;
  reason: string;
  retainUntil: string;
  phase: Phase;
  method: Method;
  tools: ToolDraft[];
  writeBlocker: string;
  authority: string;
  person: string;
  role: string;
  place: string;
  started: string;
  finished: string;
  source: { description: string; make: string; model: string; serial: string; condition: string; clock: string };
  /** One in a line. */
  deviations: string;
  seized: boolean;
  seizure: SeizureDraft;
}

export interface ToolDraft {
  name: string;
  version: string;
  /** `name = value`, one in a line. */
  settings: string;
}

export interface SeizureDraft {
  orderedBy: string;
  reference: string;
  law: string;
  instrument: string;
  article: string;
  at: string;
  place: string;
}

/** What the law tables say of the instrument of a seizure. */
export interface Found {
  answer: LawAnswer;
  assessed_on: string;
  data_set?: string;
  reason?: string;
}

export function firstDraft(authority: string, person: string, now: string): Draft {
  return {
    case: '',
    exhibit: '',
    partOf: '',
    which: '',
    reason: '',
    retainUntil: '',
    phase: 'acquisition',
    method: 'file_copy',
    tools: [],
    writeBlocker: '',
    authority,
    person,
    role: '',
    place: '',
    started: now,
    finished: now,
    source: { description: '', make: '', model: '', serial: '', condition: '', clock: '' },
    deviations: '',
    seized: false,
    seizure: { orderedBy: authority, reference: '', law: '', instrument: '', article: '', at: now, place: '' },
  };
}

/** The exhibit number of each of several files: a counter of equal width, so that they sort as they are counted. */
export function exhibitOf(number: string, index: number, count: number): string {
  if (count === 1) return number.trim();
  return `${number.trim()}/${String(index + 1).padStart(String(count).length, '0')}`;
}

/** What was left empty was not said. */
function said<T extends Record<string, string>>(fields: T): Partial<T> {
  const full = Object.entries(fields).filter(([, value]) => value.trim() !== '');
  return Object.fromEntries(full.map(([name, value]) => [name, value.trim()])) as Partial<T>;
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function settingsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    lines(text).map((line) => {
      const cut = line.indexOf('=');
      return cut < 0 ? [line, ''] : [line.slice(0, cut).trim(), line.slice(cut + 1).trim()];
    }),
  );
}

function toolOf({ name, version, settings }: ToolDraft): Tool {
  const set = settingsOf(settings);
  return { name: name.trim(), version: version.trim(), ...(Object.keys(set).length > 0 && { settings: set }) };
}

function acquisitionOf(draft: Draft): Acquisition {
  const { clock, description, ...source } = draft.source;
  const deviations = lines(draft.deviations);
  return {
    phase: draft.phase,
    method: draft.method,
    ...(draft.tools.length > 0 && { tools: draft.tools.map(toolOf) }),
    ...said({ write_blocker: draft.writeBlocker }),
    by: { authority: draft.authority, person: draft.person.trim(), ...said({ role: draft.role }) },
    place: draft.place.trim(),
    started_at: fromLocalInput(draft.started) ?? '',
    finished_at: fromLocalInput(draft.finished) ?? '',
    source: {
      description: description.trim(),
      ...said(source),
      ...(clock.trim() !== '' && { clock_ahead_seconds: Math.trunc(Number(clock)) }),
    },
    ...(deviations.length > 0 && { deviations }),
  };
}

function seizureOf(draft: SeizureDraft, found: Found | null): Seizure {
  const { instrument, article } = draft;
  return {
    ordered_by: draft.orderedBy,
    reference: draft.reference.trim(),
    law: draft.law.trim(),
    ...(instrument !== '' && found && { instrument: { instrument, article: article.trim(), ...found } }),
    seized_at: fromLocalInput(draft.at) ?? '',
    place: draft.place.trim(),
  };
}

/** A file as it is described: what it is called, where it stands among the others, and its hash. */
export interface Named {
  name: string;
  index: number;
  count: number;
  sha256: string;
}

export function descriptionOf(draft: Draft, file: Named, found: Found | null): Description {
  const { partOf, which } = draft;
  return {
    case: draft.case,
    name: { text: wellFormed(file.name) },
    exhibit: {
      number: exhibitOf(draft.exhibit, file.index, file.count),
      ...(partOf !== '' && { part_of: { item: partOf, which: which.trim() || wellFormed(file.name) } }),
    },
    acquisition: acquisitionOf(draft),
    ...(draft.seized && { seizure: seizureOf(draft.seizure, found) }),
    reason: draft.reason.trim(),
    ...said({ retain_until: draft.retainUntil }),
    sha256: file.sha256,
  };
}

/** A surrogate that stands alone is no text; it could not be written as JSON that others read. */
const wellFormed = (name: string): string =>
  name.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');

/** The name of a chosen file, with its folder where a folder was chosen. */
export const nameOfFile = (file: File): string => file.webkitRelativePath || file.name;

/** A name for people, with what hides or turns writing round written out, as the node shows names. */
export const visible = (name: string): string =>
  name.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (hidden) => `⟨U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
