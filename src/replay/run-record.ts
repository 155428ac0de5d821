// Runs one journal record by the function's own code, within a time limit of its own; and says whether the record is
// still in the journal.

import { duePrefix } from '../journal/record.js';
import { notRead, type RecordContext, replayRecord, runDueRecord, type TaskResult } from '../journal/run.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { RuleIndex } from '../pipeline/match.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { Journal } from '../rules/rule.js';
import { type FoundRecord, type RecordFilter, readWantedRecord } from './records.js';

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
  readonly unreadable: boolean;
}

/** ms. A run may take as long as an invocation; what OSS throttles for longer is left to the timer. */
const runTime = 5 * 60_000;
/** ms beyond that, to write down what is unfinished. */
const journalReserve = 60_000;
/** ms for a call by itself: it may have to wait until the calls of records that are being run have ended. */
export const callTime = 2 * runTime;

/** Reads a record and runs it; undefined when it is gone, or not wanted. Throws nothing but programming errors. */
export async function runRecord(key: string, replay: ReplayContext): Promise<ReplayedRecord | undefined> {
  const { index, journal, filter, until, now } = replay;
  const found = await readWantedRecord(until(now() + callTime), journal, key, filter, now());
  if (found === undefined) return undefined;
  const deadline = now() + runTime;
  const watched = watch(until(deadline + journalReserve), found);
  const context = { index, journal, oss: until(deadline), journalOss: watched.oss, now, deadline };
  const { outcomes, unfinished } = await run(found, key, context);
  const unsettled = unfinished.find((one) => 'why' in one);
  const failed = outcomes.some(({ status }) => status === 'failed') ? 'failed' : undefined;
  const left = watched.problem() ?? (unsettled === undefined ? failed : `unsettled: ${unsettled.why}`);
  return { record: key, outcomes, left, unreadable: 'unread' in found };
}

async function run(found: FoundRecord, key: string, context: RecordContext): Promise<TaskResult> {
  if ('unread' in found) return notRead(found.unread, found.error);
  return key.startsWith(duePrefix(context.journal)) ? runDueRecord(found, context) : replayRecord(found, context);
}

type JournalCalls = RecordContext['journalOss'];

/**
 * Notices what the function need not report, since its timer runs it again: that the journal refused a call, or that
 * the record was rewritten meanwhile and stays.
 */
function watch(oss: JournalCalls, found: FoundRecord): { oss: JournalCalls; problem: () => string | undefined } {
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
        const own = 'record' in found && place.key === found.record.key;
        if (own && head !== undefined && head.etag !== found.record.etag) problem ??= 'it was rewritten meanwhile';
        return head;
      },
    },
    problem: () => problem,
  };
}
