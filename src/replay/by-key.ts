// The journal for someone who looks at it in the studio: its records in three groups, and what can be done with those
// that are chosen by their keys: run again, or discarded.

import { readJournalRecord } from '../journal/read.js';
import { byJob, duePrefix, failedPrefix } from '../journal/record-name.js';
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { objectUri } from '../oss/object-name.js';
import { outcomeEntry } from '../pipeline/log.js';
import { resultOf } from '../pipeline/outcome.js';
import type { Journal } from '../rules/rule.js';
import { describe, type ReadRecord, type RecordDescription } from './describe.js';
import { discard } from './discard.js';
import { isEarly, type RecordFilter, recordKinds } from './records.js';
import { addTo, noTally, type ReplayTally } from './report.js';
import { callTime, type ReplayContext, runRecords } from './run-record.js';

export type ChosenContext = Omit<ReplayContext, 'filter'> & { readonly concurrency: number };

type JournalContext = Omit<ChosenContext, 'index'>;

/** A record that is still in the journal, and why. */
export interface LeftRecord {
  readonly record: string;
  readonly why: string;
}

/** Some of the records that share a prefix. */
export interface RecordGroup {
  /** How many there are, counted to 1,000. */
  readonly count: number;
  readonly more: boolean;
  readonly records: readonly (RecordDescription & { readonly early: boolean })[];
}

/** Of each group so many are read. */
const mostRead = 100;

/** Whatever is chosen is wanted. */
const anyRecord: RecordFilter = {
  kinds: recordKinds,
  rule: undefined,
  code: undefined,
  since: Number.NEGATIVE_INFINITY,
  notDue: 'too',
  exact: false,
};

/** What waits for the timer, and what waits for a person. @throws OssError when the journal cannot be listed */
export async function listJournal(
  context: JournalContext,
): Promise<Readonly<Record<'due' | 'setup' | 'permanent', RecordGroup>>> {
  const { journal } = context;
  const failed = failedPrefix(journal);
  const [due, setup, permanent] = await Promise.all([
    listGroup(duePrefix(journal), context),
    listGroup(`${failed}setup/`, context),
    listGroup(`${failed}permanent/`, context),
  ]);
  return { due, setup, permanent };
}

/** Runs these records, those of one job as one. @param log gets a line of JSON for each result */
export async function runChosen(
  keys: readonly string[],
  context: ChosenContext,
  log: (line: string) => void,
): Promise<Omit<ReplayTally, 'left'> & { readonly left: readonly LeftRecord[] }> {
  const { taken, left } = ofJournal(keys, context.journal);
  const tally = { ...noTally };
  await inParallel(byJob(taken), context.concurrency, async (together) => {
    for (const one of await runRecords(together, { ...context, filter: anyRecord })) {
      addTo(tally, one);
      for (const outcome of one.outcomes) log(JSON.stringify(outcomeEntry(outcome, resultOf(outcome))));
      const why = one.left ?? one.waits;
      if (why !== undefined) left.push({ record: one.record, why });
    }
  });
  return { ...tally, left };
}

/** Deletes these records, but for those that are not due yet. */
export async function discardChosen(
  keys: readonly string[],
  context: JournalContext,
): Promise<{ readonly discarded: number; readonly left: readonly LeftRecord[] }> {
  const { journal, now, concurrency } = context;
  const { taken, left } = ofJournal(keys, journal);
  const late = taken.filter((key) => {
    if (!isEarly(key, journal, now())) return true;
    left.push({ record: key, why: 'it is not due yet: a late write may still come' });
    return false;
  });
  const found: ReadRecord[] = [];
  for (const one of await inParallel(late, concurrency, (key) => readChosen(key, context))) {
    if (one === undefined) continue;
    if ('why' in one) left.push(one);
    else found.push(one);
  }
  const where = objectUri(journal.bucket, journal.prefix);
  const done = await discard(found, context, { concurrency, where, yes: true, ask: undefined });
  return { discarded: done?.discarded.length ?? 0, left: [...left, ...(done?.left ?? [])] };
}

async function listGroup(prefix: string, context: JournalContext): Promise<RecordGroup> {
  const { journal, until, now, concurrency } = context;
  const { bucket } = journal;
  const { objects, next } = await until(now() + callTime).listObjects({ bucket, prefix, limit: 1_000 });
  const keys = objects.slice(0, mostRead).map(({ key }) => key);
  const records = await inParallel(keys, concurrency, async (key) => {
    const found = await readChosen(key, context);
    if (found === undefined) return [];
    const early = isEarly(key, journal, now());
    if (!('why' in found)) return [{ ...describe(found, journal), early }];
    return [{ record: key, kind: 'unknown', code: 'unreadable', message: found.why, early }];
  });
  return { count: objects.length, more: next !== undefined, records: records.flat() };
}

/** Undefined: it is gone. */
async function readChosen(
  key: string,
  { journal, until, now }: JournalContext,
): Promise<ReadRecord | LeftRecord | undefined> {
  try {
    return await readJournalRecord(until(now() + callTime), journal.bucket, key, now());
  } catch (error) {
    if (error instanceof OssError) return { record: key, why: error.message };
    throw error;
  }
}

/** Keys of other objects, perhaps of a former journal, are left alone. */
function ofJournal(
  keys: readonly string[],
  journal: Journal,
): { readonly taken: string[]; readonly left: LeftRecord[] } {
  const taken: string[] = [];
  const left: LeftRecord[] = [];
  for (const record of new Set(keys)) {
    if (record.startsWith(duePrefix(journal)) || record.startsWith(failedPrefix(journal))) taken.push(record);
    else left.push({ record, why: 'it is no record of this journal' });
  }
  return { taken, left };
}
