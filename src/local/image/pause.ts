// Work on the pixels of an image holds the only thread of the server: so it pauses, and others are answered meanwhile.
import { setImmediate } from 'node:timers/promises';

/**
 * To be awaited in every row, or as often. Mostly it gives nothing to wait for.
 * @throws {Error} when the time for the image is over
 */
export type Pause = () => Promise<void> | undefined;

// An answer takes several turns of the thread, and several images may each have theirs in between.
const maxMilliseconds = 10;

/** The pauses of one image, whose time is over at `end`, as `performance.now()` counts. */
export function pausesUntil(end: number): Pause {
  let resumed = performance.now();
  const pause = async () => {
    await setImmediate();
    resumed = performance.now();
  };
  return () => {
    const now = performance.now();
    if (now >= end) throw new Error('The time for the image is over.');
    return now - resumed < maxMilliseconds ? undefined : pause();
  };
}
