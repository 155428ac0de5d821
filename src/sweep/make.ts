// Makes what a unit is to make, as for an event: the same derive, the same journal. But OSS is asked at the pace of the
// sweep, what it throttles is asked for again instead of being journaled, the work stops where the unit has to end, and
// a source that changes meanwhile is left to the journal: what its newer versions lead to is not in the sweep's bounds.
import { finished, type RecordContext, type TaskResult, writeResult } from '../journal/run.js';
import type { Oss } from '../oss/client.js';
import { notSent, OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { sameObject } from '../oss/object-name.js';
import type { SavedObject } from '../oss/save-as.js';
import { derive } from '../pipeline/derive.js';
import type { Failed, Outcome } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { ComparedSource } from './compare.js';
import type { Progress } from './markers.js';
import { sweepKey } from './newest.js';
import type { Pace } from './pace.js';
import type { Sweep } from './sweep.js';

/**
 * What making needs. `oss`: its `processObject` and `relayObject` fail where OSS throttles, so that the pace falls;
 * other calls wait.
 * `deadline`: finite; no call is begun later.
 */
export interface MakeContext extends RecordContext {
  /** How many sources are worked on at a time. */
  readonly concurrency: number;
  readonly pace: Pace;
  /** Epoch ms, not after `deadline`: no derivative is begun later. It is read before each, and may come nearer. */
  readonly until: number;
}

/** Why a unit ends before its page does. `refused`: OSS, or the journal, did not take a call that it rests on. */
export type Stop = 'time' | 'cancelled' | 'throttled' | 'failures' | 'refused';

/** Failures say little before so many derivatives were tried. */
const enoughTried = 100;
const mostSlowed = 5;

/** Makes what is wanted of each source; gives back whether each is done with. */
export function makeAll(
  sources: readonly ComparedSource[],
  { look, note }: Watch,
  context: MakeContext,
  results: TaskResult[],
): Promise<boolean[]> {
  const { oss, pace, until, concurrency } = context;
  const inPace = async (size: number, process: () => Promise<SavedObject>): Promise<SavedObject> => {
    await pace.take(size, until);
    if ((await look()) !== undefined) throw notSent('transient', tooLate, 'the unit has ended');
    try {
      const done = await process();
      pace.answered(false);
      return done;
    } catch (error) {
      if (error instanceof OssError) pace.answered(isThrottling(error));
      throw error;
    }
  };
  const paced = (size = 0): Oss => ({
    ...oss,
    processObject: (request) => inPace(size, () => oss.processObject(request)),
    relayObject: (request) => inPace(size, () => oss.relayObject(request)),
  });
  return inParallel(sources, concurrency, async ({ upload, targets }) => {
    let only = targets.flatMap(({ wanted, target }) => (wanted && target) || []);
    while (only.length > 0) {
      if ((await look()) !== undefined) return false;
      const task = { upload, only, once: true };
      const { outcomes, unsettled } = await derive(task, { ...context, oss: paced(upload.size) });
      const wanted = only;
      // What it was to delete beside them would be forgotten: the next comparison does not ask for it.
      const isAgain = (one: Outcome) =>
        isLeft(one) && wanted.some((target) => one.target && sameObject(target, one.target));
      const left = outcomes.filter(isAgain);
      const rest = left.length === 0 ? outcomes : outcomes.filter((one) => !isAgain(one));
      const result = await writeResult({ outcomes: rest, unsettled }, context, task);
      results.push(result);
      note(result);
      // What is unsettled is looked at again as a whole, by the timer.
      if (unsettled !== undefined || left.length === 0) return result.unwritten.length === 0;
      only = left.flatMap(({ target }) => target ?? []);
    }
    return true;
  });
}

const tooLate = 'DeadlineExceeded';
const isThrottling = ({ status }: { readonly status?: number | undefined }) => status === 503 || status === 429;

/** It was not tried, or OSS wants fewer calls: it needs no record, since the sweep comes to it again. */
function isLeft(outcome: Outcome): outcome is Failed {
  return outcome.status === 'failed' && (isThrottling(outcome.error) || outcome.error.code === tooLate);
}

/** Tells when a unit has to end. */
export interface Watch {
  /** Looks for a reason: for the cancellation at most once a second. */
  readonly look: () => Promise<Stop | undefined>;
  /** The first reason that was found. */
  readonly why: () => Stop | undefined;
  /** Takes a result into account. */
  readonly note: (result: TaskResult) => void;
}

/** Watches over a unit. What it could not look at goes to `results`. */
export function watch(
  { id, maxFailures }: Sweep,
  { totals }: Progress,
  context: MakeContext,
  results: TaskResult[],
): Watch {
  const { oss, journal, now, pace } = context;
  let stop: Stop | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let failed = Object.values(totals.failed).reduce((sum, count) => sum + count, 0);
  let tried = failed + totals.saved;
  const lookAtCancel = async () => {
    try {
      const head = await oss.headObject({ bucket: journal.bucket, key: sweepKey(journal, id, 'cancel') });
      if (head !== undefined) stop ??= 'cancelled';
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      stop ??= 'refused';
      results.push({ ...finished([]), refusals: [failureOf(error)] });
    }
  };
  return {
    why: () => stop,
    note({ outcomes, unwritten }) {
      for (const { status } of outcomes) {
        if (status === 'failed') failed += 1;
        if (status === 'failed' || status === 'saved') tried += 1;
      }
      if (unwritten.length > 0) stop ??= 'refused';
      if (tried >= enoughTried && failed > tried * maxFailures) stop ??= 'failures';
    },
    async look() {
      if (now() >= context.until) stop ??= 'time';
      if (pace.slowed() >= mostSlowed) stop ??= 'throttled';
      if (stop === undefined && Math.abs(now() - lookedAt) >= 1000) {
        lookedAt = now();
        looking = lookAtCancel();
      }
      await looking;
      return stop;
    },
  };
}
