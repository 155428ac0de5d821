// The timer trigger: runs the journal records that are due, oldest first. Each is run by journal/run.ts. Only those
// that are run count towards the bound of a tick: what is broken, or cannot be read, takes no place from others. A tick
// that finds nothing due deletes failures that are outlived (journal/outlived.ts).

import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { failureOf } from '../pipeline/save.js';
import type { Journal } from '../rules/rule.js';
import { clearSome } from './outlived.js';
import { type BrokenRecord, dueKeys, type RecordTask, readJournalRecord } from './read.js';
import { notRead, type RunContext, runDueRecord, type TaskResult } from './run.js';

interface TimerContext extends RunContext {
  /** How many records are worked on at a time. */
  readonly concurrency: number;
}

/** One tick runs no more records than this; the next tick is a minute away. */
const maxPerTick = 500;

/**
 * Runs what is due. Each record is read just before it is run, since other ticks may be at work. A journal that cannot
 * be listed is a failure of this tick; the next one is a minute away.
 */
export async function runDue(context: TimerContext): Promise<TaskResult[]> {
  const { journal, oss, now, concurrency, deadline } = context;
  if (journal === 'throw') return [];
  const results: TaskResult[] = [];
  let taken = 0;
  try {
    for await (const keys of dueKeys(oss, journal, now())) {
      if (taken >= maxPerTick || now() >= deadline) break;
      await inParallel(keys, concurrency, async (key) => {
        if (taken >= maxPerTick || now() >= deadline) return;
        taken += 1;
        const found = await readDue(key, journal, context);
        if (found === undefined || found instanceof OssError || 'problem' in found) taken -= 1;
        if (found instanceof OssError) results.push(notRead(key, found));
        else if (found !== undefined) results.push(await runDueRecord(found, { ...context, journal }));
      });
    }
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    results.push(notRead(journal.prefix, error));
  }
  return results.length > 0 ? results : [await clearOutlived({ ...context, journal })];
}

/** Where the role may not, the records stay, and wait for a replay; the log says so. */
async function clearOutlived(context: TimerContext & { readonly journal: Journal }): Promise<TaskResult> {
  const nothing = { outcomes: [], unfinished: [], unwritten: [], refusals: [] };
  try {
    return { ...nothing, ...(await clearSome(context)) };
  } catch (error) {
    if (error instanceof OssError) return { ...nothing, refusals: [failureOf(error)] };
    throw error;
  }
}

async function readDue(
  key: string,
  { bucket }: Journal,
  { oss, now }: TimerContext,
): Promise<RecordTask | BrokenRecord | OssError | undefined> {
  try {
    return await readJournalRecord(oss, bucket, key, now());
  } catch (error) {
    if (error instanceof OssError) return error;
    throw error;
  }
}
