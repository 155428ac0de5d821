// Brings the derivatives of one source into line with what the source is: matches it, makes what its rule asks for, or
// deletes what a rule made of it once; and settles, so that what stays is made of the last version.

import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { Rule } from '../rules/rule.js';
import type { Upload } from './event.js';
import { jobsOf } from './jobs.js';
import { type Match, match, type RuleIndex, removersOf } from './match.js';
import type { Failure, Outcome } from './outcome.js';
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

export interface DeriveContext {
  readonly index: RuleIndex;
  /** Rules that another instance may still run. */
  readonly previous?: RuleIndex | undefined;
  readonly oss: Pick<Oss, 'processObject' | 'headObject' | 'deleteObject'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Epoch milliseconds: no look is begun after it. */
  readonly deadline: number;
}

/** What to derive from: an upload, perhaps only one of its targets, perhaps after an earlier try. */
export interface Task {
  readonly upload: Upload;
  /** Only this output is wanted, as long as the source is what the upload says. */
  readonly only?: ObjectName;
  /** An earlier invocation for the same upload may have been ended in the middle of a call. */
  readonly unconfirmed?: boolean;
  /** Look at the source first, whatever the event says of its version. */
  readonly anyVersion?: boolean;
}

export interface Derived {
  readonly outcomes: readonly Outcome[];
  readonly unsettled?: Unsettled;
  /** How often something was done: more than once when the source had changed meanwhile. */
  readonly rounds: number;
}

/** Derives and settles. Throws nothing but programming errors. */
export async function derive(task: Task, deriving: DeriveContext): Promise<Derived> {
  const { upload } = task;
  const concerned = isConcerned(upload, deriving.index);
  let move: NextStep = begin(assumedOf(task, deriving.index), concerned && task.unconfirmed);
  let outcomes: readonly Outcome[] = [];
  let rounds = 0;
  for (;;) {
    if (move.go === 'end') {
      return { outcomes, rounds, ...(move.unsettled === undefined ? {} : { unsettled: move.unsettled }) };
    }
    if (move.go === 'look') {
      const seen = await look(upload, deriving);
      if (rounds === 0 && (seen instanceof OssError || seen === 'no-time'))
        return unreadable(upload, seen, move.settling);
      move = afterLooking(move.settling, seen instanceof OssError ? 'look-failed' : seen);
    } else {
      const done = await act(move.on, task, rounds, deriving);
      rounds += 1;
      // What was saved stays on record when the source is gone by now and its rule leaves derivatives alone.
      if (rounds === 1 || !done.every(isGone)) outcomes = done.map(({ outcome }) => outcome);
      move = afterActing(move.settling, {
        touched: done.some(mayHaveWritten),
        confirmed: done.every(({ confirmed }) => confirmed),
        // Rules that were replaced a moment ago may have asked for something else.
        refused: deriving.previous === undefined && done.every(({ refused }) => refused === true),
      });
    }
  }
}

/** Whether any rule may do something for it: otherwise nothing has to be known of it. */
function isConcerned(upload: Upload, index: RuleIndex): boolean {
  const found: Match = upload.kind === 'removed' ? { reason: 'no-rule' } : match(index, upload);
  return 'rule' in found || found.reason === 'size-unknown' || removersOf(index, upload).length > 0;
}

/**
 * What an event tells of its version. A link's ETag is its target's, and a removal may be old news: those are looked at
 * first, as is an object of unknown size where a rule asks for the size.
 */
function assumedOf({ upload, anyVersion }: Task, index: RuleIndex): SourceState | 'unknown' {
  const { kind, event, etag, time } = upload;
  const told = versionFromEvent(upload);
  // What a record is about is looked at even if no rule takes it: it may be due to someone's mistake.
  if (!isConcerned(upload, index) && !(anyVersion && kind === 'stored')) return told;
  const found = match(index, upload);
  if (anyVersion || kind === 'removed' || event.endsWith(':PutSymlink')) return 'unknown';
  if (etag === undefined || time === undefined || !('rule' in found)) return 'unknown';
  return told;
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
    const version = { ...(versionId === undefined ? {} : { id: versionId }), etag: etag.toUpperCase() };
    return { version: { ...version, modified: lastModified, from: 'head' }, size };
  } catch (error) {
    if (error instanceof OssError) return error;
    throw error;
  }
}

/** Nothing has been done yet, and what to do cannot be known; but an earlier invocation may have done something. */
function unreadable({ bucket, key }: Upload, why: OssError | 'no-time', { unconfirmed }: SettleState): Derived {
  const error = why === 'no-time' ? noTime : failureOf(why);
  const outcomes: Outcome[] = [{ status: 'failed', source: { bucket, key }, error }];
  return { outcomes, rounds: 0, ...(unconfirmed === 'no' ? {} : { unsettled: 'unanswered' }) };
}

const noTime: Failure = {
  kind: 'transient',
  code: 'DeadlineExceeded',
  message: 'no time was left to look at the source',
};

async function act(
  on: SourceState,
  task: Task,
  rounds: number,
  deriving: DeriveContext,
): Promise<readonly JobResult[]> {
  const { upload } = task;
  const { index, oss } = deriving;
  const source = { bucket: upload.bucket, key: upload.key };
  const removers = on === 'absent' || upload.kind === 'removed' ? removersOf(index, source) : [];
  if (on === 'absent') {
    const jobs = removers.flatMap((rule) => jobsOf(upload, rule, index).jobs);
    if (jobs.length > 0) return Promise.all(jobs.map((job) => remove(job, oss)));
    return skip(source, upload.kind === 'removed' ? 'not-an-upload' : 'source-gone');
  }
  if (upload.kind === 'removed') {
    if (removers.length === 0) return skip(source, 'not-an-upload');
    // As long as no deletion of ours can have hit what was made of it, its own event takes care of it.
    if (rounds === 0 && !task.anyVersion && !task.unconfirmed) return skip(source, 'source-present');
  }
  const seen = seenAs(upload, on);
  const found = match(index, seen);
  const rule = 'rule' in found ? found.rule : undefined;
  const made = rule === undefined ? [] : await make(seen, rule, rounds === 0 ? task.only : undefined, deriving);
  const others = await removeOthers(seen, rule, deriving);
  if (made.length + others.length > 0) return [...made, ...others];
  return task.anyVersion && sameSource(versionFromEvent(upload), on) ? withoutRule(source) : skip(source, 'no-rule');
}

/** A record's rule is gone though its source is what it was: somebody has to say what is to become of it. */
function withoutRule(source: ObjectName): readonly JobResult[] {
  const error = { kind: 'setup', code: 'NoRule', message: 'no rule takes this upload any more' } as const;
  return [{ outcome: { status: 'failed', source, error }, confirmed: true }];
}

/** What another rule made of the source when it had another size is not made of its last version. */
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
  const stale = jobs.filter(({ target }) => !kept.some((one) => sameTarget(one, target)));
  return Promise.all(stale.map((job) => remove(job, oss)));
}

async function make(
  upload: Upload,
  rule: Rule,
  only: ObjectName | undefined,
  deriving: DeriveContext,
): Promise<readonly JobResult[]> {
  const { index, previous, oss, now } = deriving;
  const { jobs, failures } = jobsOf(upload, rule, index, previous);
  const isWanted = ({ target }: { readonly target?: ObjectName }) =>
    only === undefined || (target !== undefined && sameTarget(target, only));
  // The rule saves elsewhere by now: all of it is wanted.
  if (only !== undefined && ![...jobs, ...failures].some(isWanted)) return make(upload, rule, undefined, deriving);
  const [wanted, refused] = [jobs.filter(isWanted), failures.filter(isWanted)];
  return [
    ...refused.map((outcome) => ({ outcome, confirmed: true })),
    ...(await Promise.all(wanted.map((job) => save(job, oss, now)))),
  ];
}

function versionFromEvent({ etag, time, size }: Upload): SourceState {
  return {
    version: { etag: etag ?? '', modified: time ?? 0, from: 'event' },
    ...(size === undefined ? {} : { size }),
  };
}

/** The upload as it is after a look: what the templates and the size conditions go by. Its own dates while it is the same. */
function seenAs(upload: Upload, on: Exclude<SourceState, 'absent'>): Upload {
  if (on.version.from === 'event') return upload;
  if (upload.kind === 'stored' && upload.size !== undefined && sameSource(versionFromEvent(upload), on)) return upload;
  const { size: _, etag: __, time: ___, ...rest } = upload;
  return {
    ...rest,
    etag: on.version.etag,
    time: on.version.modified,
    ...(on.size === undefined ? {} : { size: on.size }),
  };
}

function skip(
  source: ObjectName,
  reason: 'no-rule' | 'not-an-upload' | 'source-gone' | 'source-present',
): readonly JobResult[] {
  return [{ outcome: { status: 'skipped', source, reason }, confirmed: true }];
}

/** Also when OSS said that all was well, in words that say nothing of the target. */
function mayHaveWritten({ outcome }: JobResult): boolean {
  if (outcome.status === 'failed') return (outcome.error.status ?? 500) < 300;
  return outcome.status === 'saved' || outcome.status === 'removed';
}

function isGone({ outcome }: JobResult): boolean {
  return outcome.status === 'skipped' && outcome.reason === 'source-gone';
}

function sameTarget(one: ObjectName, other: ObjectName): boolean {
  return one.bucket === other.bucket && one.key === other.key;
}
