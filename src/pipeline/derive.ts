// Brings the derivatives of one source up to date with it: acts for what the source is (act.ts), and settles, so that
// the derivatives which stay are made from the last version: looks at the source, and acts again if it has changed
// meanwhile (settle.ts decides). Called for each task by journal/run.ts.
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import { eventFate } from '../rules/oss-events.js';
import type { Journal } from '../rules/rule.js';
import { templateUses } from '../rules/template.js';
import { type ActContext, actOnAbsent, actOnPresent, skip, uploadAsSeen, versionFromEvent } from './act.js';
import type { Upload } from './event.js';
import { listens, match, type RuleIndex, removersOf } from './match.js';
import type { Failure, Outcome } from './outcome.js';
import { failureOf, type JobResult } from './save.js';
import {
  afterActing,
  afterLooking,
  begin,
  type NextStep,
  type SettleState,
  type SourceState,
  sourceSeen,
  type Unsettled,
} from './settle.js';

export interface DeriveContext extends ActContext {
  /** Where the upload is written down if it is unsettled at the end; with `'throw'` nobody looks at it again later. */
  readonly journal?: Journal | 'throw' | undefined;
  /** Epoch milliseconds: no look at a source is begun after it. */
  readonly deadline: number;
}

/** What to derive from: an upload, perhaps only one of its targets, perhaps after an earlier try. */
export interface Task {
  readonly upload: Upload;
  /** Only this target is wanted, as long as the source is what the upload says. */
  readonly only?: ObjectName | undefined;
  /** Other uploads of the source, for which this task stands, too: their versions may have been acted on. */
  readonly others?: readonly Upload[] | undefined;
  /** An earlier invocation for the same upload may have been ended in the middle of a call. */
  readonly unconfirmed?: boolean | undefined;
  /** Look at the source first, whatever the event says of its version. */
  readonly anyVersion?: boolean | undefined;
}

export interface Derived {
  readonly outcomes: readonly Outcome[];
  readonly unsettled?: Unsettled | undefined;
  /** Actions in all: more than one when the source had changed meanwhile. */
  readonly rounds: number;
}

/** Derives and settles. Throws nothing but programming errors. */
export async function derive(task: Task, context: DeriveContext): Promise<Derived> {
  const { upload, others = [], unconfirmed } = task;
  const concerned = isConcerned(upload, context.index);
  const earlier = { unconfirmed: concerned && unconfirmed, removal: removesVersion(task, context) };
  let step: NextStep = begin(assumedOf(task, context.index), earlier);
  // An earlier invocation may have acted for the event's version, which a look may no longer show.
  const former = [upload, ...others].filter(({ kind }) => kind === 'stored');
  let outcomes: readonly Outcome[] = [];
  let rounds = 0;
  for (;;) {
    if (step.go === 'end') return { outcomes, rounds, unsettled: step.unsettled };
    if (step.go === 'look') {
      const seen = await look(upload, context);
      if (rounds === 0 && (seen instanceof OssError || seen === 'no-time')) {
        return notSeen(upload, seen, step.settling);
      }
      step = afterLooking(step.settling, seen instanceof OssError ? 'look-failed' : seen);
    } else {
      const { on } = step;
      const results = await act(on, task, former, rounds === 0, context);
      rounds += 1;
      if (on !== 'absent') former.push(uploadAsSeen(upload, on));
      // Keep the earlier round's outcomes if this one only found that the source is gone, with nothing to delete.
      if (rounds === 1 || !results.every(isGone)) outcomes = results.map(({ outcome }) => actedOn(on, outcome));
      step = afterActing(step.settling, {
        touched: results.some(mayHaveWritten),
        confirmed: results.every(({ confirmed }) => confirmed),
        refused: results.every(({ refused }) => refused === true),
      });
    }
  }
}

/** Whether any rule may act on this upload; if not, the source need not be looked at. */
function isConcerned(upload: Upload, index: RuleIndex): boolean {
  if (upload.kind === 'removed') return listens(index, upload);
  if (removersOf(index, upload).length > 0) return true;
  const found = match(index, upload);
  return 'rule' in found || found.reason === 'size-unknown';
}

/**
 * Whether a version may have been removed, of which calls may still write what they have read: the source is the same
 * again as before that version, so that no look can tell. A journal record comes when they are through.
 */
function removesVersion({ upload, anyVersion }: Task, { journal }: DeriveContext): boolean {
  return upload.kind === 'removed' && !anyVersion && journal !== 'throw';
}

/**
 * The state of the source as the event describes it. `unknown`: a look comes first, since some events do not tell the
 * version (rules/oss-events.ts), an object may have been stored again after its removal, the event may not name a size
 * that a rule asks for, and what no rule takes must be what is there before derivatives of another size go.
 */
function assumedOf({ upload, anyVersion }: Task, index: RuleIndex): SourceState | 'unknown' {
  const { kind, event, etag, time } = upload;
  const fromEvent = versionFromEvent(upload);
  // The source of a journal record is looked at even if no rule takes it: the rules may have a mistake.
  if (!isConcerned(upload, index) && !(anyVersion && kind === 'stored')) return fromEvent;
  if (anyVersion || kind === 'removed' || eventFate(event) === 'look') return 'unknown';
  if (etag === undefined || time === undefined) return 'unknown';
  const found = match(index, upload);
  if (!('rule' in found)) return 'unknown';
  // The key would name the event's version, whichever is there by now.
  return found.rule.outputs.some(({ key }) => templateUses(key, 'etag')) ? 'unknown' : fromEvent;
}

async function look(
  { bucket, key }: Upload,
  { oss, now, deadline }: DeriveContext,
): Promise<SourceState | 'no-time' | OssError> {
  if (now() >= deadline) return 'no-time';
  try {
    const head = await oss.headObject({ bucket, key });
    return head === undefined ? 'absent' : sourceSeen(head);
  } catch (error) {
    if (error instanceof OssError) return error;
    throw error;
  }
}

/** Without a first look it is not known what to do; but a call of an earlier invocation may still write. */
function notSeen({ bucket, key }: Upload, why: OssError | 'no-time', { unconfirmed, removal }: SettleState): Derived {
  const error = why === 'no-time' ? noTime : failureOf(why);
  const outcomes: Outcome[] = [{ status: 'failed', source: { bucket, key }, error }];
  const mayWrite = unconfirmed !== 'none' || (removal && error.kind !== 'permanent');
  return { outcomes, rounds: 0, unsettled: mayWrite ? 'unanswered' : undefined };
}

const noTime: Failure = {
  kind: 'transient',
  code: 'DeadlineExceeded',
  message: 'no time was left to look at the source',
};

/** Acts for a state of the source: the one that a look has shown, or that the event describes. */
async function act(
  source: SourceState,
  { upload, only, anyVersion, unconfirmed }: Task,
  former: readonly Upload[],
  first: boolean,
  context: DeriveContext,
): Promise<readonly JobResult[]> {
  if (source === 'absent') return actOnAbsent(upload, context);
  // The deletion of a version may have brought an earlier one back, and a journal record may stand for an upload of the
  // same source too. Elsewhere the event of the present object's upload handles its derivatives, unless this function
  // has deleted them.
  if (upload.kind === 'removed' && source.version.id === undefined && !anyVersion) {
    if (removersOf(context.index, upload).length === 0) return skip(upload, 'not-an-upload');
    if (first && !unconfirmed) return skip(upload, 'source-present');
  }
  return actOnPresent(upload, source, { only: first ? only : undefined, needsRule: anyVersion, former }, context);
}

/** True also when OSS answered 2xx and did not name the target. */
function mayHaveWritten({ outcome }: JobResult): boolean {
  if (outcome.status === 'failed') return (outcome.error.status ?? 500) < 300;
  return outcome.status === 'saved' || outcome.status === 'removed';
}

function actedOn(acted: SourceState, outcome: Outcome): Outcome {
  return outcome.status === 'failed' ? { acted, ...outcome } : outcome;
}

/** The second reason stands for the first where the event is a removal. */
function isGone({ outcome }: JobResult): boolean {
  return outcome.status === 'skipped' && (outcome.reason === 'source-gone' || outcome.reason === 'not-an-upload');
}
