// How much of the deployed function a sweep in the cloud takes. The rest of it is for live uploads, which come first.
import type { ResourceProps } from './s-schema.js';

/** Ticks that work on a sweep at the same time, and how long each of them does. */
export interface SweepWorkers {
  /** Instances of the function, of its reserved concurrency. */
  readonly workers: number;
  /** Of a tick, at most. */
  readonly seconds: number;
}

const mostWorkers = 4;
/** Where no instance is to spare, live uploads wait no longer than this. */
const leastSeconds = 20;

/**
 * One instance stays free for live uploads, and a worker's next tick finds the one before ended. With a reserved
 * concurrency of 1, the one instance works for a third of the time.
 */
export function sweepWorkers({
  concurrencyConfig: { reservedConcurrency },
  timeout,
}: Pick<ResourceProps, 'concurrencyConfig' | 'timeout'>): SweepWorkers {
  if (reservedConcurrency <= 1) return { workers: 1, seconds: leastSeconds };
  const workers = Math.min(mostWorkers, reservedConcurrency - 1);
  // A worker has the tick of every `workers`th minute; a minute before the time-out, the last unit can end.
  return { workers, seconds: Math.max(leastSeconds, Math.min(workers * 60 - 10, timeout - 60)) };
}
