import type { Claim, ClaimedHandle } from '../api/queries-types';

/** Handles of a claim that are to be looked at together. */
export interface HandleGroup {
  /** The first that is open, or the first. */
  handle: ClaimedHandle;
  all: ClaimedHandle[];
}

/** Keys of one person belong together, as far as they stand alike; every identifier stands by itself. */
export function groupsOf(claim: Claim): HandleGroup[] {
  const groups = new Map<string, ClaimedHandle[]>();
  for (const handle of claim.handles) {
    const isKey = handle.entries.length > 0 && handle.entries.every(({ kind }) => kind === 'person_key');
    const whose = handle.entries.map((entry) => `${entry.case} ${entry.subject}`).sort();
    const name = isKey ? [handle.state, ...whose].join('|') : handle.handle;
    groups.set(name, [...(groups.get(name) ?? []), handle]);
  }
  return [...groups.values()].flatMap((all) => (all[0] ? [{ handle: all[0], all }] : []));
}
