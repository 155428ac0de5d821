// One journal record, run by the function's own code, with an end of its own; and whether the journal is rid of it then.

import { duePrefix } from '../journal/record.js';
import { notRead, type RecordContext, replayRecord, runDueRecord, type TaskResult } from '../journal/run.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { RuleIndex } from '../pipeline/match.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { Journal } from '../rules/rule.js';
import { type Found, readRecord, type Wanted } from './records.js';

export interface Replaying {
  readonly index: RuleIndex;
  readonly journal: Journal;
  readonly wanted: Wanted;
  /** A client no call of which goes on beyond `deadline`, epoch ms. */
  readonly until: (deadline: number) => Oss;
  readonly now: () => number;
}

/** What became of a record. */
export interface Replayed {
  readonly record: string;
  readonly outcomes: readonly Outcome[];
  /** Something of it is still in the journal: why. */
  readonly left?: string;
  readonly unreadable: boolean;
}

// ms. A run may take as long as an invocation; what OSS throttles for longer is left to the timer.
const runTime = 5 * 60_000;
/** Beyond that, to write down what is left. */
const journalReserve = 60_000;
/** For a call by itself: it may have to wait until the calls of records that are being run have ended. */
export const callTime = 2 * runTime;

/** Reads a record and runs it; undefined when it is gone, or not asked for. Throws nothing but programming errors. */
export async function runRecord(
  key: string,
  { index, journal, wanted, until, now }: Replaying,
): Promise<Replayed | undefined> {
  const found = await readRecord(until(now() + callTime), journal, key, wanted, now());
  if (found === undefined) return undefined;
  const deadline = now() + runTime;
  const watched = watch(until(deadline + journalReserve), found);
  const context = { index, journal, oss: until(deadline), journalOss: watched.oss, now, deadline };
  const ended = await run(found, key, context);
  const left = watched.trouble() ?? leftBy(ended);
  return {
    record: key,
    outcomes: ended.outcomes,
    ...(left === undefined ? {} : { left }),
    unreadable: 'unread' in found,
  };
}

async function run(found: Found, key: string, context: RecordContext): Promise<TaskResult> {
  if ('unread' in found) return notRead(found.unread, found.error);
  return key.startsWith(duePrefix(context.journal)) ? runDueRecord(found, context) : replayRecord(found, context);
}

function leftBy({ outcomes, unfinished }: TaskResult): string | undefined {
  for (const one of unfinished) if ('why' in one) return `unsettled: ${one.why}`;
  return outcomes.some(({ status }) => status === 'failed') ? 'failed' : undefined;
}

type JournalCalls = Pick<Oss, 'putObject' | 'headObject' | 'deleteObject'>;

/**
 * Sees what the function need not tell, since its timer runs it again: that the journal refused a call, or that the record
 * is another one by now and stays.
 */
function watch(oss: JournalCalls, found: Found): { oss: JournalCalls; trouble: () => string | undefined } {
  let trouble: string | undefined;
  const watched = async <T>(what: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (error instanceof OssError) trouble ??= `the journal cannot be ${what}: ${error.message}`;
      throw error;
    }
  };
  return {
    oss: {
      putObject: (request) => watched('written', oss.putObject(request)),
      deleteObject: (place) => watched('deleted from', oss.deleteObject(place)),
      async headObject(place) {
        const head = await watched('read', oss.headObject(place));
        if ('record' in found && place.key === found.record.key && head !== undefined) {
          if (head.etag !== found.record.etag) trouble ??= 'it was rewritten meanwhile';
        }
        return head;
      },
    },
    trouble: () => trouble,
  };
}
