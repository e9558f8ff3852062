import type { Budget } from '../api/queries-types';
import type { Selector, SelectorKind } from '../api/types';

/** One line is one identifier. */
export const selectorsOf = (kind: SelectorKind, typed: string): Selector[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((value) => ({ kind, value }));

/** As how many elements so many identifiers look to a holder; nothing where they are too many for one question. */
export const paddedSize = (sizes: readonly number[], count: number): number | undefined =>
  sizes.find((size) => size >= count);

/** So many that a second authority must consent. */
export function isSweep(budget: Budget | null, count: number): boolean {
  const size = budget && paddedSize(budget.sizes, count);
  return size != null && budget?.sweep_threshold != null && size > budget.sweep_threshold;
}
