// Runs the journal records of one job by the function's own code, within a time limit of its own; and says whether they
// are still in the journal.

import type { RecordTask } from '../journal/read.js';
import { duePrefix } from '../journal/record.js';
import { notRead, type RecordContext, replayRecord, runDueRecord, type TaskResult } from '../journal/run.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { RuleIndex } from '../pipeline/match.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { Journal } from '../rules/rule.js';
import { dueOf } from './describe.js';
import { type FoundRecord, isBroken, isEarly, type RecordFilter, readWantedRecord } from './records.js';

export interface ReplayContext {
  readonly index: RuleIndex;
  readonly journal: Journal;
  readonly filter: RecordFilter;
  /** A client no call of which goes on beyond `deadline`, epoch ms. */
  readonly until: (deadline: number) => Oss;
  readonly now: () => number;
}

/** What became of a record. */
export interface ReplayedRecord {
  readonly record: string;
  readonly outcomes: readonly Outcome[];
  /** Why something of it is still in the journal; undefined: nothing is. */
  readonly left: string | undefined;
  /** Why it is kept, though it was run; it is no failure. */
  readonly waits?: string | undefined;
  readonly unreadable: boolean;
}

/** ms. A run may take as long as an invocation; what OSS throttles for longer is left to the timer. */
const runTime = 5 * 60_000;
/** ms beyond that, to write down what is unfinished. */
const journalReserve = 60_000;
/** ms for a call by itself: it may have to wait until the calls of records that are being run have ended. */
export const callTime = 2 * runTime;

/**
 * Reads the records of one job, for one version of its source each, and runs it once, for what the source is now. Those
 * that are gone, or not wanted, are left out. Throws nothing but programming errors.
 */
export async function runRecords(keys: readonly string[], replay: ReplayContext): Promise<ReplayedRecord[]> {
  const { journal, filter, until, now } = replay;
  const reading = keys.map((key) => readWantedRecord(until(now() + callTime), journal, key, filter, now()));
  const found = (await Promise.all(reading)).filter((one) => one !== undefined);
  const tasks = found.filter((one) => 'task' in one).sort((a, b) => b.since - a.since);
  const rest = found.flatMap((one) => ('task' in one ? [] : [withoutTask(one)]));
  const [newest, ...others] = tasks;
  return newest === undefined ? rest : [...(await runJob(newest, others, replay)), ...rest];
}

/** A record that cannot be run, and why. */
function withoutTask(found: Exclude<FoundRecord, RecordTask>): ReplayedRecord {
  if ('unread' in found) {
    const { outcomes } = notRead(found.unread, found.error);
    return { record: found.unread, outcomes, left: 'failed', unreadable: true };
  }
  const record = found.record.key;
  if (!isBroken(found)) {
    const left = `it ${found.problem}, so that nothing can be run; --discard deletes it`;
    return { record, outcomes: [], left, unreadable: false };
  }
  const message = `the journal record ${found.problem}`;
  const error = { kind: 'permanent', code: 'MalformedRecord', message } as const;
  return {
    record,
    outcomes: [{ status: 'failed', source: `journal:${record}`, error }],
    left: 'failed',
    unreadable: false,
  };
}

async function runJob(
  found: RecordTask,
  others: readonly RecordTask[],
  { index, journal, until, now }: ReplayContext,
): Promise<ReplayedRecord[]> {
  const { key } = found.record;
  const deadline = now() + runTime;
  const watched = watch(until(deadline + journalReserve), found);
  const context = { index, journal, oss: until(deadline), journalOss: watched.oss, now, deadline };
  const early = isEarly(key, journal, now());
  const stays = early && found.content.unsettled === 'unanswered';
  const { outcomes, unfinished } = await run(found, others, { early, stays }, context);
  const unsettled = unfinished.find((one) => 'why' in one);
  const failed = outcomes.some(({ status }) => status === 'failed') ? 'failed' : undefined;
  const left = watched.problem() ?? (unsettled === undefined ? failed : `unsettled: ${unsettled.why}`);
  const waits = stays ? `until ${dueOf(key, journal)}: a call without an answer may still write` : undefined;
  const ruleless = outcomes.some((outcome) => outcome.status === 'failed' && outcome.error.code === 'NoRule');
  return [
    { record: key, outcomes, left, waits, unreadable: false },
    ...others.map(({ record, task }): ReplayedRecord => {
      const { upload, only: target } = task;
      const source = { bucket: upload.bucket, key: upload.key };
      const outcomes: Outcome[] = ruleless ? [] : [{ status: 'skipped', source, reason: 'outlived', target }];
      return { record: record.key, outcomes, left: ruleless ? 'failed' : watched.problem(), unreadable: false };
    }),
  ];
}

async function run(
  found: RecordTask,
  others: readonly RecordTask[],
  { early, stays }: { readonly early: boolean; readonly stays: boolean },
  context: RecordContext,
): Promise<TaskResult> {
  const due = found.record.key.startsWith(duePrefix(context.journal));
  if (due && !early) return runDueRecord(found, context);
  return replayRecord(found, context, { others: others.map(({ record }) => record), stays });
}

type JournalCalls = RecordContext['journalOss'];

/**
 * Notices what the function need not report, since its timer runs it again: that the journal refused a call, or that
 * the record was rewritten meanwhile and stays.
 */
function watch(oss: JournalCalls, found: RecordTask): { oss: JournalCalls; problem: () => string | undefined } {
  let problem: string | undefined;
  const watched = async <T>(what: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (error instanceof OssError) problem ??= `the journal cannot be ${what}: ${error.message}`;
      throw error;
    }
  };
  return {
    oss: {
      putObject: (request) => watched('written', oss.putObject(request)),
      copyObject: (request) => watched('written', oss.copyObject(request)),
      deleteObject: (place) => watched('deleted from', oss.deleteObject(place)),
      async headObject(place) {
        const head = await watched('read', oss.headObject(place));
        const own = place.key === found.record.key;
        if (own && head !== undefined && head.etag !== found.record.etag) problem ??= 'it was rewritten meanwhile';
        return head;
      },
    },
    problem: () => problem,
  };
}
