// Brings the derivatives of one source up to date with it: acts for what the source is (act.ts), and settles, so that
// the derivatives which stay are made from the last version: looks at the source, and acts again if it has changed
// meanwhile (settle.ts decides). Called for each task by journal/run.ts.
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import { eventFate } from '../rules/oss-events.js';
import type { Journal } from '../rules/rule.js';
import { templateUses } from '../rules/template.js';
import { type ActContext, actOnAbsent, actOnPresent, type Seen, seenAs, skip, versionFromEvent } from './act.js';
import type { Upload } from './event.js';
import { listens, match, type RuleIndex, removersOf } from './match.js';
import type { Failure, Outcome } from './outcome.js';
import { failureOf, type JobResult } from './save.js';
import {
  type ActionResult,
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
  /** Only these targets are wanted, as long as the source is what the upload says. */
  readonly only?: readonly ObjectName[] | undefined;
  /** Other uploads of the source, for which this task stands, too: their versions may have been acted on. */
  readonly others?: readonly Upload[] | undefined;
  /** An earlier invocation for the same upload may have been ended in the middle of a call. */
  readonly unconfirmed?: boolean | undefined;
  /** Look at the source first, whatever the event says of its version. */
  readonly anyVersion?: boolean | undefined;
  /** Where the source has changed after an action, it is unsettled: the task does not act again. */
  readonly once?: boolean | undefined;
}

export interface Derived {
  readonly outcomes: readonly Outcome[];
  readonly unsettled?: Unsettled | undefined;
  /** Actions in all: more than one when the source had changed meanwhile. */
  readonly rounds: number;
}

/** Derives and settles. Throws nothing but programming errors. */
export async function derive(task: Task, context: DeriveContext): Promise<Derived> {
  const { upload, unconfirmed } = task;
  const { index } = context;
  const told: Seen = { source: versionFromEvent(upload), upload, found: match(index, upload) };
  const concerned = isConcerned(told, index);
  const earlier = { unconfirmed: concerned && unconfirmed, removal: removesVersion(task, context) };
  const assumed = concerned || isRecordOfUpload(task) ? assumedOf(task, told, index) : told.source;
  let step: NextStep = begin(assumed, earlier);
  const former = formerOf(task, index);
  let outcomes: readonly Outcome[] = [];
  let rounds = 0;
  for (;;) {
    if (step.go === 'end') return { outcomes, rounds, unsettled: step.unsettled };
    if (step.go === 'look') {
      const seen = await look(upload, context);
      if (rounds === 0 && (seen instanceof OssError || seen === 'no-time')) {
        return notSeen(upload, seen, step.settling);
      }
      step = afterLooking(step.settling, seen instanceof OssError ? 'look-failed' : seen, task.once ? 1 : undefined);
    } else {
      const { on } = step;
      const seen = on === 'absent' ? undefined : seenAs(on, told, index);
      const done = effectOf(await act(seen, task, former, rounds === 0, context), on);
      rounds += 1;
      if (seen !== undefined) former.push(seen.upload);
      // Keep the earlier round's outcomes if this one only found that the source is gone, with nothing to delete.
      if (rounds === 1 || !done.outcomes.every(isGone)) outcomes = done.outcomes;
      step = afterActing(step.settling, done);
    }
  }
}

/**
 * What keys may name that must not stay under them: an earlier invocation may have acted for the event's version, which
 * a look may no longer show.
 */
function formerOf({ upload, others = [] }: Task, { namesVersions }: RuleIndex): Upload[] {
  return namesVersions ? [upload, ...others].filter(({ kind }) => kind === 'stored') : [];
}

/** Whether any rule may act on this upload; if not, the source need not be looked at. */
function isConcerned({ upload, found }: Seen, index: RuleIndex): boolean {
  if (upload.kind === 'removed') return listens(index, upload);
  return 'rule' in found || found.reason === 'size-unknown' || removersOf(index, upload).length > 0;
}

/** Its source is looked at even if no rule takes it: the rules may have a mistake. */
function isRecordOfUpload({ upload, anyVersion }: Task): boolean {
  return anyVersion === true && upload.kind === 'stored';
}

/**
 * Whether a version may have been removed, of which calls may still write what they have read: the source is the same
 * again as before that version, so that no look can tell. A journal record comes when they are through.
 */
function removesVersion({ upload, anyVersion }: Task, { journal }: DeriveContext): boolean {
  return upload.kind === 'removed' && !anyVersion && journal !== 'throw';
}

/**
 * The state of a source that concerns a rule, as the event describes it. `unknown`: a look comes first, since some
 * events do not tell the version (rules/oss-events.ts), an object may have been stored again after its removal, the
 * event may not name a size that a rule asks for, and what no rule takes must be what is there before derivatives of
 * another size go.
 */
function assumedOf({ anyVersion }: Task, { source, upload, found }: Seen, index: RuleIndex): SourceState | 'unknown' {
  const { kind, event, etag, time } = upload;
  if (anyVersion || kind === 'removed' || eventFate(event) === 'look') return 'unknown';
  if (etag === undefined || time === undefined || !('rule' in found)) return 'unknown';
  // The key would name the event's version, whichever is there by now.
  const namesETag = index.namesVersions && found.rule.outputs.some(({ key }) => templateUses(key, 'etag'));
  return namesETag ? 'unknown' : source;
}

async function look(
  { bucket, key }: Upload,
  { oss, now, deadline }: DeriveContext,
): Promise<SourceState | OssError | 'no-time'> {
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

/** Acts for the source as a look has shown it, or as the event describes it; undefined: it is absent. */
function act(
  seen: Seen | undefined,
  { upload, only, anyVersion, unconfirmed }: Task,
  former: readonly Upload[],
  first: boolean,
  context: DeriveContext,
): Promise<readonly JobResult[]> | readonly JobResult[] {
  if (seen === undefined) return actOnAbsent(upload, context);
  // The deletion of a version may have brought an earlier one back, and a journal record may stand for an upload of the
  // same source too. Elsewhere the event of the present object's upload handles its derivatives, unless this function
  // has deleted them.
  if (upload.kind === 'removed' && seen.source.version.id === undefined && !anyVersion) {
    if (removersOf(context.index, upload).length === 0) return skip(upload, 'not-an-upload');
    if (first && !unconfirmed) return skip(upload, 'source-present');
  }
  const purpose = { event: upload, only: first ? only : undefined, needsRule: anyVersion, former };
  return actOnPresent(seen, purpose, context);
}

function effectOf(results: readonly JobResult[], acted: SourceState): ActionResult & Pick<Derived, 'outcomes'> {
  const outcomes: Outcome[] = [];
  let touched = false;
  let confirmed = true;
  let refused = true;
  for (const result of results) {
    const { outcome } = result;
    outcomes.push(outcome.status === 'failed' ? { acted, ...outcome } : outcome);
    touched ||= mayHaveWritten(outcome);
    confirmed &&= result.confirmed;
    refused &&= result.refused === true;
  }
  return { outcomes, touched, confirmed, refused };
}

/**
 * True also when OSS answered 2xx and did not name the target; and where a relay has found another version of the
 * source: nothing was written, but a look is to show that version to the next action.
 */
function mayHaveWritten(outcome: Outcome): boolean {
  if (outcome.status === 'failed') return (outcome.error.status ?? 500) < 300 || outcome.error.code === 'SourceChanged';
  return outcome.status === 'saved' || outcome.status === 'removed';
}

/** The second reason stands for the first where the event is a removal. */
function isGone(outcome: Outcome): boolean {
  return outcome.status === 'skipped' && (outcome.reason === 'source-gone' || outcome.reason === 'not-an-upload');
}
