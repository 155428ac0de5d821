// Acts for one state of a source: makes the outputs of the rule that takes it, and deletes what must not stay
// (stale.ts). Before: derive.ts, which knows the state. Uses match.ts, jobs.ts, and save.ts through turning.ts.
import type { Oss } from '../oss/client.js';
import { type ObjectName, sameObject } from '../oss/object-name.js';
import type { Rule } from '../rules/rule.js';
import type { Upload } from './event.js';
import { jobsOf } from './jobs.js';
import { match, type RuleIndex, removersOf } from './match.js';
import type { SkipReason } from './outcome.js';
import { type JobResult, remove, save } from './save.js';
import { type PresentSource, sameSource } from './settle.js';
import { removeMisnamed, removeOthers } from './stale.js';
import { turningLater } from './turning.js';

export interface ActContext {
  readonly index: RuleIndex;
  readonly oss: Pick<Oss, 'processObject' | 'getObject' | 'headObject' | 'deleteObject'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What a present source is acted on for, besides its state. */
export interface Purpose {
  /** Only this target is wanted. */
  readonly only?: ObjectName | undefined;
  /** Someone has to know if no rule takes the source any more, though it is the event's version. */
  readonly needsRule?: boolean | undefined;
  /** The source as this task, or an earlier one for the same event, has or may have acted for it before. */
  readonly former: readonly Upload[];
}

/** There is no source: its derivatives are deleted where their rule says so. */
export async function actOnAbsent(upload: Upload, { index, oss }: ActContext): Promise<readonly JobResult[]> {
  const jobs = removersOf(index, upload).flatMap((rule) => jobsOf(upload, rule, index).jobs);
  if (jobs.length > 0) return Promise.all(jobs.map((job) => remove(job, oss)));
  return skip(upload, upload.kind === 'removed' ? 'not-an-upload' : 'source-gone');
}

/** The source is there: its rule's derivatives are made, and those are deleted that must not stay. */
export async function actOnPresent(
  event: Upload,
  source: PresentSource,
  { only, needsRule, former }: Purpose,
  context: ActContext,
): Promise<readonly JobResult[]> {
  const { index, oss } = context;
  const upload = uploadAsSeen(event, source);
  const found = match(index, upload);
  const rule = 'rule' in found ? found.rule : undefined;
  const made = rule === undefined ? [] : await make(upload, rule, only, context);
  const own = rule === undefined ? { jobs: [], failures: [] } : jobsOf(upload, rule, index);
  const kept = [...own.jobs, ...own.failures].flatMap(({ target }) => target ?? []);
  const removed = [
    ...(await removeOthers(upload, rule, kept, index, oss)),
    ...(await removeMisnamed(former, source, kept, index, oss)),
  ];
  if (made.length + removed.length > 0) return [...made, ...removed];
  if ('reason' in found && found.reason === 'empty') return skip(upload, 'empty');
  if (needsRule && sameSource(versionFromEvent(event), source)) return withoutRule(event);
  return skip(upload, 'reason' in found && found.reason === 'outside-envelope' ? found.reason : 'no-rule');
}

async function make(
  upload: Upload,
  rule: Rule,
  only: ObjectName | undefined,
  context: ActContext,
): Promise<readonly JobResult[]> {
  const { index, oss, now } = context;
  const { jobs, failures } = jobsOf(upload, rule, index);
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

/** No rule takes the source of a journal record any more, though the source has not changed: someone has to decide. */
function withoutRule({ bucket, key }: Upload): readonly JobResult[] {
  const error = { kind: 'setup', code: 'NoRule', message: 'no rule takes this upload any more' } as const;
  return [{ outcome: { status: 'failed', source: { bucket, key }, error }, confirmed: true }];
}

/** The source as an event describes it. */
export function versionFromEvent({ etag, time, size }: Upload): PresentSource {
  return { version: { etag: etag ?? '', modified: time ?? 0, from: 'event' }, size };
}

/** The upload as a look has shown it, for templates and size conditions; an unchanged source keeps the event's time. */
export function uploadAsSeen(upload: Upload, { version, size }: PresentSource): Upload {
  if (version.from === 'event') return upload;
  const same = sameSource(versionFromEvent(upload), { version, size });
  if (upload.kind === 'stored' && same) return { ...upload, size };
  return { ...upload, etag: version.etag, time: version.modified, size };
}

/** The result of an action that has nothing to do. */
export function skip({ bucket, key }: ObjectName, reason: SkipReason): readonly JobResult[] {
  return [{ outcome: { status: 'skipped', source: { bucket, key }, reason }, confirmed: true }];
}
