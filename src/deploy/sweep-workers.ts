// How many instances of the deployed function a sweep may have, and for how many seconds of a minute: live uploads come
// first. `reconcile --in-cloud` writes it into the sweep, and `check` states it.
import type { ResourceProps } from './s-schema.js';

export interface SweepWorkers {
  /** How many ticks of the timer may be at it at the same time; tick m takes the shards that are m modulo this. */
  readonly workers: number;
  /** How long one tick goes on. */
  readonly seconds: number;
}

/** The part of s.yaml on which it depends. */
export type SweepingFunction = Pick<ResourceProps, 'timeout'> & {
  readonly concurrencyConfig: Pick<ResourceProps['concurrencyConfig'], 'reservedConcurrency'>;
};

const mostWorkers = 4;
/** Seconds: of a tick where there is one instance for all; and what a tick leaves to the next one. */
const secondsOfOne = 20;
const secondsBetween = 10;
/** Seconds of the function's timeout: for what the journal holds due, and for writing down what is unfinished. */
const secondsForOthers = 60;
/** With less than that, a tick would list and make next to nothing. */
const leastSeconds = 10;

/**
 * One instance fewer than are reserved, so that a live upload always finds one.
 * @param shards of the sweep: so many workers at most
 * @returns undefined: the timeout leaves no time to a tick, or the function is stopped
 */
export function sweepWorkers(
  { timeout, concurrencyConfig: { reservedConcurrency } }: SweepingFunction,
  shards: number,
): SweepWorkers | undefined {
  if (reservedConcurrency === 0) return undefined;
  const workers = Math.max(1, Math.min(mostWorkers, reservedConcurrency - 1, shards));
  const turn = reservedConcurrency === 1 ? secondsOfOne : workers * 60 - secondsBetween;
  const seconds = Math.min(turn, timeout - secondsForOthers);
  return seconds < leastSeconds ? undefined : { workers, seconds };
}
