// The timer trigger: runs the journal records that are due, oldest first; those of one job, for several versions of its
// source, as one (journal/run.ts). Only what is run counts towards the bound of a tick: what is broken, or cannot be
// read, takes no place from others. A tick that finds nothing due deletes failures that are outlived
// (journal/outlived.ts).
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { failureOf } from '../pipeline/save.js';
import type { Journal } from '../rules/rule.js';
import { clearSome } from './outlived.js';
import { type BrokenRecord, dueKeys, type RecordTask, readJournalRecord } from './read.js';
import { byJob } from './record-name.js';
import { finished, notRead, type RunContext, runDueRecord, type TaskResult } from './run.js';

interface TimerContext extends RunContext {
  /** How many records are worked on at a time. */
  readonly concurrency: number;
}

/** One tick runs no more jobs than this; the next tick is a minute away. */
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
      await inParallel(byJob(keys), concurrency, async (together) => {
        if (taken >= maxPerTick || now() >= deadline) return;
        taken += 1;
        const done = await runJob(together, { ...context, journal });
        if (!done.ran) taken -= 1;
        results.push(...done.results);
      });
    }
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    results.push(notRead(journal.prefix, error));
  }
  return results.length > 0 ? results : [await clearOutlived({ ...context, journal })];
}

/** Runs the due records of one job: the newest, which stands for the others. */
async function runJob(
  keys: readonly string[],
  context: TimerContext & { readonly journal: Journal },
): Promise<{ readonly results: readonly TaskResult[]; readonly ran: boolean }> {
  const results: TaskResult[] = [];
  const tasks: RecordTask[] = [];
  const reading = keys.map(async (key) => {
    const found = await readDue(key, context.journal, context);
    if (found instanceof OssError) results.push(notRead(key, found));
    else if (found !== undefined && 'problem' in found) results.push(await runDueRecord(found, context));
    // Nobody rewrites a record whose minute has come.
    else if (found !== undefined) tasks.push({ ...found, record: { ...found.record, etag: '' } });
  });
  await Promise.all(reading);
  const [newest, ...others] = tasks.sort((a, b) => b.since - a.since);
  if (newest === undefined) return { results, ran: false };
  return { results: [...results, await runDueRecord(newest, context, { others })], ran: true };
}

/** Where the role may not, the records stay, and wait for a replay; the log says so. */
async function clearOutlived(context: TimerContext & { readonly journal: Journal }): Promise<TaskResult> {
  const nothing = finished([]);
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
