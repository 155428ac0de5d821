// Brings the derivatives of one source up to date with it: matches the source, makes the outputs of its rule, or
// deletes what a rule made of it before; and settles, so that the derivatives which stay are made from the last
// version. Called for each task by journal/run.ts; uses match.ts, jobs.ts, save.ts with turning.ts and, between the
// rounds, settle.ts.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import { eventFate } from '../rules/oss-events.js';
import type { Rule } from '../rules/rule.js';
import type { Upload } from './event.js';
import { jobsOf } from './jobs.js';
import { match, type RuleIndex, removersOf } from './match.js';
import type { Failure, Outcome, SkipReason } from './outcome.js';
import { failureOf, type JobResult, remove, save } from './save.js';
import {
  afterActing,
  afterLooking,
  begin,
  type NextStep,
  type SettleState,
  type SourceState,
  sameSource,
  type Unsettled,
} from './settle.js';
import { turningLater } from './turning.js';

export interface DeriveContext {
  readonly index: RuleIndex;
  /** Rules that were replaced less than ten minutes ago: another instance may still run them. */
  readonly previous?: RuleIndex | undefined;
  readonly oss: Pick<Oss, 'processObject' | 'getObject' | 'headObject' | 'deleteObject'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Epoch milliseconds: no look at a source is begun after it. */
  readonly deadline: number;
}

/** What to derive from: an upload, perhaps only one of its targets, perhaps after an earlier try. */
export interface Task {
  readonly upload: Upload;
  /** Only this target is wanted, as long as the source is what the upload says. */
  readonly only?: ObjectName | undefined;
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
  const { upload } = task;
  const concerned = isConcerned(upload, context.index);
  let step: NextStep = begin(assumedOf(task, context.index), concerned && task.unconfirmed);
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
      const results = await act(step.on, task, rounds === 0, context);
      rounds += 1;
      // Keep the earlier round's outcomes if this one only found that the source is gone, with nothing to delete.
      if (rounds === 1 || !results.every(isGone)) outcomes = results.map(({ outcome }) => outcome);
      step = afterActing(step.settling, {
        touched: results.some(mayHaveWritten),
        confirmed: results.every(({ confirmed }) => confirmed),
        // The previous rules may have asked for something else.
        refused: context.previous === undefined && results.every(({ refused }) => refused === true),
      });
    }
  }
}

/** Whether any rule may act on this upload; if not, the source need not be looked at. */
function isConcerned(upload: Upload, index: RuleIndex): boolean {
  if (removersOf(index, upload).length > 0) return true;
  if (upload.kind === 'removed') return false;
  const found = match(index, upload);
  return 'rule' in found || found.reason === 'size-unknown';
}

/**
 * The state of the source as the event describes it. `unknown`: a look comes first, since some events do not tell the
 * version (rules/oss-events.ts), an object may have been stored again after its removal, and the event may not name a
 * size that a rule asks for.
 */
function assumedOf({ upload, anyVersion }: Task, index: RuleIndex): SourceState | 'unknown' {
  const { kind, event, etag, time } = upload;
  const fromEvent = versionFromEvent(upload);
  // The source of a journal record is looked at even if no rule takes it: the rules may have a mistake.
  if (!isConcerned(upload, index) && !(anyVersion && kind === 'stored')) return fromEvent;
  if (anyVersion || kind === 'removed' || eventFate(event) === 'look') return 'unknown';
  if (etag === undefined || time === undefined || !('rule' in match(index, upload))) return 'unknown';
  return fromEvent;
}

async function look(
  { bucket, key }: Upload,
  { oss, now, deadline }: DeriveContext,
): Promise<SourceState | 'no-time' | OssError> {
  if (now() >= deadline) return 'no-time';
  try {
    const head = await oss.headObject({ bucket, key });
    if (head === undefined) return 'absent';
    const { versionId, etag, lastModified, size } = head;
    return { version: { id: versionId, etag: etag.toUpperCase(), modified: lastModified, from: 'head' }, size };
  } catch (error) {
    if (error instanceof OssError) return error;
    throw error;
  }
}

/** Without a first look it is not known what to do; but a call of an earlier invocation may still write. */
function notSeen({ bucket, key }: Upload, why: OssError | 'no-time', { unconfirmed }: SettleState): Derived {
  const error = why === 'no-time' ? noTime : failureOf(why);
  const outcomes: Outcome[] = [{ status: 'failed', source: { bucket, key }, error }];
  return { outcomes, rounds: 0, unsettled: unconfirmed === 'none' ? undefined : 'unanswered' };
}

const noTime: Failure = {
  kind: 'transient',
  code: 'DeadlineExceeded',
  message: 'no time was left to look at the source',
};

/** Acts for a state of the source: the one that a look has shown, or that the event describes. */
async function act(
  source: SourceState,
  task: Task,
  first: boolean,
  context: DeriveContext,
): Promise<readonly JobResult[]> {
  if (source === 'absent') return actOnAbsent(task.upload, context);
  if (task.upload.kind === 'removed') return actOnRemoved(source, task, first, context);
  return actOnPresent(source, task, first, context);
}

/** There is no source: its derivatives are deleted where their rule says so. */
async function actOnAbsent(upload: Upload, { index, oss }: DeriveContext): Promise<readonly JobResult[]> {
  const jobs = removersOf(index, upload).flatMap((rule) => jobsOf(upload, rule, index).jobs);
  if (jobs.length > 0) return Promise.all(jobs.map((job) => remove(job, oss)));
  return skip(upload, upload.kind === 'removed' ? 'not-an-upload' : 'source-gone');
}

/** The event reports a removal, and the source is there again. */
async function actOnRemoved(
  source: PresentSource,
  task: Task,
  first: boolean,
  context: DeriveContext,
): Promise<readonly JobResult[]> {
  if (removersOf(context.index, task.upload).length === 0) return skip(task.upload, 'not-an-upload');
  // This function has not deleted the derivatives of the present object; the event of its upload handles them.
  if (first && !task.anyVersion && !task.unconfirmed) return skip(task.upload, 'source-present');
  return actOnPresent(source, task, first, context);
}

/** The source is there: its rule's derivatives are made, and those are deleted that another rule made of it. */
async function actOnPresent(
  source: PresentSource,
  task: Task,
  first: boolean,
  context: DeriveContext,
): Promise<readonly JobResult[]> {
  const upload = uploadAsSeen(task.upload, source);
  const found = match(context.index, upload);
  const rule = 'rule' in found ? found.rule : undefined;
  const made = rule === undefined ? [] : await make(upload, rule, first ? task.only : undefined, context);
  const others = await removeOthers(upload, rule, context);
  if (made.length + others.length > 0) return [...made, ...others];
  if (task.anyVersion && sameSource(versionFromEvent(task.upload), source)) return withoutRule(task.upload);
  return skip(task.upload, 'no-rule');
}

type PresentSource = Exclude<SourceState, 'absent'>;

async function make(
  upload: Upload,
  rule: Rule,
  only: ObjectName | undefined,
  context: DeriveContext,
): Promise<readonly JobResult[]> {
  const { index, previous, oss, now } = context;
  const { jobs, failures } = jobsOf(upload, rule, index, previous);
  const isWanted = ({ target }: { readonly target?: ObjectName | undefined }) =>
    only === undefined || (target !== undefined && sameObject(target, only));
  // The rule no longer saves to this target: make all its outputs.
  if (only !== undefined && ![...jobs, ...failures].some(isWanted)) return make(upload, rule, undefined, context);
  const turning = turningLater(oss);
  return [
    ...failures.filter(isWanted).map((outcome) => ({ outcome, confirmed: true })),
    ...(await Promise.all(jobs.filter(isWanted).map((job) => save(job, turning, now)))),
  ];
}

/** Deletes the derivatives that another rule made when the source had another size: they are stale. */
async function removeOthers(
  upload: Upload,
  rule: Rule | undefined,
  { index, oss }: DeriveContext,
): Promise<readonly JobResult[]> {
  const others = removersOf(index, upload).filter((other) => other !== rule);
  if (others.length === 0) return [];
  const own = rule === undefined ? { jobs: [], failures: [] } : jobsOf(upload, rule, index);
  const kept = [...own.jobs, ...own.failures].flatMap(({ target }) => target ?? []);
  const jobs = others.flatMap((other) => jobsOf(upload, other, index).jobs);
  const stale = jobs.filter(({ target }) => !kept.some((one) => sameObject(one, target)));
  return Promise.all(stale.map((job) => remove(job, oss)));
}

/** No rule takes the source of a journal record any more, though the source has not changed: someone has to decide. */
function withoutRule({ bucket, key }: Upload): readonly JobResult[] {
  const error = { kind: 'setup', code: 'NoRule', message: 'no rule takes this upload any more' } as const;
  return [{ outcome: { status: 'failed', source: { bucket, key }, error }, confirmed: true }];
}

function versionFromEvent({ etag, time, size }: Upload): PresentSource {
  return { version: { etag: etag ?? '', modified: time ?? 0, from: 'event' }, size };
}

/** The upload as a look has shown it, for templates and size conditions; the event's own if the source is unchanged. */
function uploadAsSeen(upload: Upload, { version, size }: PresentSource): Upload {
  if (version.from === 'event') return upload;
  const same = sameSource(versionFromEvent(upload), { version, size });
  if (upload.kind === 'stored' && upload.size !== undefined && same) return upload;
  return { ...upload, etag: version.etag, time: version.modified, size };
}

function skip({ bucket, key }: Upload, reason: SkipReason): readonly JobResult[] {
  return [{ outcome: { status: 'skipped', source: { bucket, key }, reason }, confirmed: true }];
}

/** True also when OSS answered 2xx and did not name the target. */
function mayHaveWritten({ outcome }: JobResult): boolean {
  if (outcome.status === 'failed') return (outcome.error.status ?? 500) < 300;
  return outcome.status === 'saved' || outcome.status === 'removed';
}

function isGone({ outcome }: JobResult): boolean {
  return outcome.status === 'skipped' && outcome.reason === 'source-gone';
}

function sameObject(one: ObjectName, other: ObjectName): boolean {
  return one.bucket === other.bucket && one.key === other.key;
}
