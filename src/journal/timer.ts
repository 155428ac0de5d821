// What the timer runs: the journal records that are due, oldest first.

import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import type { Journal } from '../rules/rule.js';
import { dueKeys, readRerun } from './read.js';

import { type RunContext, run, type TaskResult, type Work } from './run.js';

interface TimerContext extends RunContext {
  /** How many records are worked on at a time. */
  readonly concurrency: number;
}

/**
 * Runs what the timer finds due, each read just before it is run, since other ticks may be at work. A journal that cannot be
 * read is a failure of this tick; the next one is a minute away.
 */
export async function runDue(handling: TimerContext): Promise<TaskResult[]> {
  const { journal, oss, now, concurrency, deadline } = handling;
  if (journal === 'throw') return [];
  try {
    let taken = 0;
    const ended = await inParallel(await dueKeys(oss, journal, now()), concurrency, async (key) => {
      if (taken >= mostPerTick || now() >= deadline) return undefined;
      taken += 1;
      const work = await readDue(key, journal, handling);
      if (work === undefined || 'unread' in work) taken -= 1;
      return work && run(work, handling);
    });
    return ended.filter((end) => end !== undefined);
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return [await run({ unread: journal.prefix, error }, handling)];
  }
}

/** One tick takes on no more than this; the next one is a minute away. */
const mostPerTick = 500;

async function readDue(key: string, { bucket }: Journal, { oss, now }: TimerContext): Promise<Work | undefined> {
  try {
    return await readRerun(oss, bucket, key, now());
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { unread: key, error };
  }
}
