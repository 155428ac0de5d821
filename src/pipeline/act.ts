// Acts for one state of a source: makes the outputs of the rule that takes it, and deletes what must not stay beside
// them. Before: derive.ts, which knows the state. Uses match.ts, jobs.ts, save.ts, turning.ts and stale.ts.
import type { Oss } from '../oss/client.js';
import { type ObjectName, sameObject } from '../oss/object-name.js';
import type { Upload } from './event.js';
import { jobsOf, type PlannedJobs, removalJobs } from './jobs.js';
import { type Match, match, type RuleIndex } from './match.js';
import type { SkipReason } from './outcome.js';
import { type JobResult, remove, save } from './save.js';
import { type PresentSource, sameSource } from './settle.js';
import { removeStale } from './stale.js';
import { turningLater } from './turning.js';

export interface ActContext {
  readonly index: RuleIndex;
  readonly oss: Pick<Oss, 'processObject' | 'relayObject' | 'getObject' | 'headObject' | 'deleteObject'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A source that is there, and what the rules say to it. */
export interface Seen {
  readonly source: PresentSource;
  /** The upload as the source is, for templates and size conditions. */
  readonly upload: Upload;
  readonly found: Match;
}

/** What a present source is acted on for, besides its state. */
interface Purpose {
  /** The upload as the event describes it. */
  readonly event: Upload;
  /** Only these targets are wanted. */
  readonly only: readonly ObjectName[] | undefined;
  /** Someone has to know if no rule takes the source any more, though it is the event's version. */
  readonly needsRule: boolean | undefined;
  /** The source as this task, or an earlier one for the same event, has or may have acted for it before. */
  readonly former: readonly Upload[];
}

/** There is no source: its derivatives are deleted where their rule says so. */
export async function actOnAbsent(upload: Upload, { index, oss }: ActContext): Promise<readonly JobResult[]> {
  const jobs = removalJobs(upload, index);
  if (jobs.length > 0) return Promise.all(jobs.map((job) => remove(job, oss)));
  return skip(upload, upload.kind === 'removed' ? 'not-an-upload' : 'source-gone');
}

/** The source is there: its rule's derivatives are made, and those are deleted that must not stay. */
export function actOnPresent(
  seen: Seen,
  purpose: Purpose,
  context: ActContext,
): Promise<readonly JobResult[]> | readonly JobResult[] {
  const { upload, found } = seen;
  const { index } = context;
  const { only } = purpose;
  const planned = 'rule' in found ? jobsOf(upload, found.rule, index) : nothingPlanned;
  const making = make(only === undefined ? planned : planOf(planned, only), context);
  if (index.removes || index.namesVersions) return andRemove(making, planned, seen, purpose, context);
  return planned.jobs.length + planned.failures.length > 0 ? making : nothingDone(seen, purpose);
}

const nothingPlanned: PlannedJobs = { jobs: [], failures: [] };

/** What is planned for some targets; where the rule no longer saves to any of them, all that is planned. */
function planOf({ jobs, failures }: PlannedJobs, only: readonly ObjectName[]): PlannedJobs {
  const isOnly = ({ target }: { readonly target?: ObjectName | undefined }) => {
    return target !== undefined && only.some((one) => sameObject(target, one));
  };
  const plan = { jobs: jobs.filter(isOnly), failures: failures.filter(isOnly) };
  return plan.jobs.length + plan.failures.length > 0 ? plan : { jobs, failures };
}

function make({ jobs, failures }: PlannedJobs, { oss, now }: ActContext): Promise<JobResult[]> {
  const askAgain = turningLater(oss);
  const results: (JobResult | Promise<JobResult>)[] = [];
  for (const outcome of failures) results.push({ outcome, confirmed: true });
  for (const job of jobs) results.push(save(job, oss, now, askAgain));
  return Promise.all(results);
}

async function andRemove(
  making: Promise<readonly JobResult[]>,
  planned: PlannedJobs,
  seen: Seen,
  purpose: Purpose,
  { index, oss }: ActContext,
): Promise<readonly JobResult[]> {
  const made = await making;
  const results = [...made, ...(await removeStale(seen, planned, purpose.former, index, oss))];
  return results.length > 0 ? results : nothingDone(seen, purpose);
}

function nothingDone({ source, found }: Seen, { event, needsRule }: Purpose): readonly JobResult[] {
  const reason = 'reason' in found ? found.reason : undefined;
  if (reason === 'empty') return skip(event, reason);
  if (needsRule && sameSource(versionFromEvent(event), source)) return withoutRule(event);
  return skip(event, reason === 'outside-envelope' ? reason : 'no-rule');
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

/** The source as an event describes it, or as a look has shown it; `told`: the former. */
export function seenAs(source: PresentSource, told: Seen, index: RuleIndex): Seen {
  if (source === told.source) return told;
  const upload = uploadAsSeen(told.upload, source);
  return { source, upload, found: match(index, upload) };
}

/** An unchanged source keeps the event's time. */
function uploadAsSeen(upload: Upload, { version, size }: PresentSource): Upload {
  const same = sameSource(versionFromEvent(upload), { version, size });
  if (upload.kind === 'stored' && same) return { ...upload, size };
  return { ...upload, etag: version.etag, time: version.modified, size };
}

/** The result of an action that has nothing to do. */
export function skip({ bucket, key }: ObjectName, reason: SkipReason): readonly JobResult[] {
  return [{ outcome: { status: 'skipped', source: { bucket, key }, reason }, confirmed: true }];
}
