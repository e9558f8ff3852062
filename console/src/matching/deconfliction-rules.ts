import type { CommonEntry, Deconfliction, DeconflictionLimits, DeconflictionState } from '../api/deconfliction-types';

const OPEN: readonly DeconflictionState[] = ['prepared', 'offered', 'received', 'accepting', 'accepted', 'running'];

/** Is it still under way? */
export const isOpen = ({ state }: Pick<Deconfliction, 'state'>): boolean => OPEN.includes(state);

/** Does it wait for the second officer here? */
export const waitsForConfirmation = ({ state }: Pick<Deconfliction, 'state'>): boolean =>
  state === 'prepared' || state === 'accepting';

/** Has another authority asked, and nobody here has said yes or no for good? */
export const mayDecline = ({ state }: Pick<Deconfliction, 'state'>): boolean => state === 'received' || state === 'accepting';

/** May it be taken back here? What only came in is declined instead. */
export const mayWithdraw = (one: Pick<Deconfliction, 'state'>): boolean => isOpen(one) && !mayDecline(one);

/** The entries that nobody has asked the other authority about. */
export const claimable = (found: readonly CommonEntry[]): string[] =>
  found.filter(({ state }) => state === 'found').map(({ handle }) => handle);

/** How many entries of our own would be compared. */
export const ownEntries = (limits: DeconflictionLimits | null, scope: readonly string[]): number =>
  (limits?.own ?? []).filter(({ kind }) => scope.includes(kind)).reduce((sum, { entries }) => sum + entries, 0);
