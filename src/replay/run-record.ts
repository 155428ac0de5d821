// Runs the journal records of one job by the function's own code, within a time limit of its own; and says whether they
// are still in the journal.

import type { RecordTask } from '../journal/read.js';
import { duePrefix } from '../journal/record-name.js';
import {
  notRead,
  type RecordContext,
  replayRecord,
  runDueRecord,
  type TaskResult,
  type Together,
} from '../journal/run.js';
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
  const deadline = now() + runTime;
  const watched = watch(until(deadline + journalReserve), [found, ...others]);
  const context = { index, journal, oss: until(deadline), journalOss: watched.oss, now, deadline };
  const started = now();
  const stays = ({ record: { key }, content }: RecordTask) =>
    isEarly(key, journal, started) && content.unsettled === 'unanswered';
  const waits = (one: RecordTask) =>
    stays(one) ? `until ${dueOf(one.record.key, journal)}: a call without an answer may still write` : undefined;
  const { outcomes, unfinished } = await run(found, { others, stays }, context);
  const unsettled = unfinished.find((one) => 'why' in one);
  const failed = outcomes.some(({ status }) => status === 'failed') ? 'failed' : undefined;
  const { key } = found.record;
  const left = watched.problem(key) ?? (unsettled === undefined ? failed : `unsettled: ${unsettled.why}`);
  return [
    { record: key, outcomes, left, waits: waits(found), unreadable: false },
    ...others.map((other): ReplayedRecord => {
      const { upload, only: [target] = [] } = other.task;
      const { key: record } = other.record;
      const source = { bucket: upload.bucket, key: upload.key };
      const outlived: Outcome = { status: 'skipped', source, reason: 'outlived', target };
      if (watched.isGone(record)) return { record, outcomes: [outlived], left: undefined, unreadable: false };
      const why = waits(other);
      const kept = watched.problem(record) ?? (why === undefined ? 'failed' : undefined);
      return { record, outcomes: [], left: kept, waits: why, unreadable: false };
    }),
  ];
}

async function run(found: RecordTask, together: Together, context: RecordContext): Promise<TaskResult> {
  const { key } = found.record;
  const due = key.startsWith(duePrefix(context.journal)) && !isEarly(key, context.journal, context.now());
  return due ? runDueRecord(found, context, together) : replayRecord(found, context, together);
}

type JournalCalls = RecordContext['journalOss'];

interface Watched {
  readonly oss: JournalCalls;
  /** Whether a record is no longer in the journal. */
  readonly isGone: (key: string) => boolean;
  /** Why a record may still be there. */
  readonly problem: (key: string) => string | undefined;
}

/**
 * Notices what the function need not report, since its timer runs it again: that the journal refused a call, that a
 * record was deleted, or that it was rewritten meanwhile and stays.
 */
function watch(oss: JournalCalls, records: readonly RecordTask[]): Watched {
  const etags = new Map(records.map(({ record }) => [record.key, record.etag]));
  /** By key; '' for what is written for all of them. */
  const problems = new Map<string, string>();
  const gone = new Set<string>();
  const watched = async <T>(what: string, { key }: { readonly key: string }, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      const about = etags.has(key) ? key : '';
      if (error instanceof OssError) problems.set(about, `the journal cannot be ${what}: ${error.message}`);
      throw error;
    }
  };
  return {
    oss: {
      putObject: (request) => watched('written', request, oss.putObject(request)),
      copyObject: (request) => watched('written', request, oss.copyObject(request)),
      async deleteObject(place) {
        const done = await watched('deleted from', place, oss.deleteObject(place));
        gone.add(place.key);
        return done;
      },
      async headObject(place) {
        const head = await watched('read', place, oss.headObject(place));
        if (head === undefined) gone.add(place.key);
        else if (etags.has(place.key) && head.etag !== etags.get(place.key)) {
          problems.set(place.key, 'it was rewritten meanwhile');
        }
        return head;
      },
    },
    isGone: (key) => gone.has(key),
    problem: (key) => problems.get(key) ?? problems.get(''),
  };
}
