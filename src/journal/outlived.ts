// Failures on record that are outlived: their source is gone or empty, or it is another version by now than was acted
// on, a rule takes it, and every derivative is there. They need no one's hand, and are deleted: by a tick that finds
// nothing due, and by `doctor --clear`. An upload costs no request more for it.
import type { Oss } from '../oss/client.js';
import { inParallel } from '../oss/limit.js';
import type { ListedObject } from '../oss/list.js';
import { type ObjectName, sameObject } from '../oss/object-name.js';
import { jobsOf, removalJobs } from '../pipeline/jobs.js';
import { listens, match, type RuleIndex } from '../pipeline/match.js';
import type { Failure, Skipped } from '../pipeline/outcome.js';
import { sameSource, sourceSeen } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';
import { deleteRecord, pageSize, type RecordTask, readJournalRecord } from './read.js';
import { refusalOf } from './record.js';
import { digestOf, failedPrefix } from './record-name.js';

export interface ClearContext {
  readonly index: RuleIndex;
  readonly journal: Journal;
  readonly oss: Oss;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Epoch milliseconds: no record is looked at after it. */
  readonly deadline: number;
  readonly concurrency: number;
}

export interface Cleared {
  /** A skip for each record that was deleted. */
  readonly outcomes: readonly Skipped[];
  /** Why others could not be looked at, or deleted. */
  readonly refusals: readonly Failure[];
}

const mostAtATick = 20;
const minute = 60_000;

/**
 * Deletes what is outlived among 20 records; another tick looks at others. One page of keys is listed; where there are
 * more, also one from a place that is another in every minute.
 * @throws OssError when the journal cannot be listed
 */
export async function clearSome(context: ClearContext): Promise<Cleared> {
  const { oss, index, journal, now } = context;
  const { bucket } = journal;
  const prefix = failedPrefix(journal);
  const digest = digestOf(Math.floor(now() / minute));
  const drawn = Number.parseInt(digest.slice(0, 8), 16);
  const { objects, next } = await oss.listObjects({ bucket, prefix, limit: pageSize });
  const names = [undefined, '-', ...new Set(index.rules.map(({ name }) => name))];
  const name = next === undefined ? undefined : names[drawn % names.length];
  if (name === undefined) {
    const turn = next === undefined ? Math.floor(now() / minute) : drawn;
    const start = objects.length <= mostAtATick ? 0 : (turn * mostAtATick) % objects.length;
    return clear(keysOf(objects.slice(start, start + mostAtATick)), context);
  }
  // Digests of jobs are spread evenly, so that all records of a rule have their turn.
  const kind = Number.parseInt(digest.slice(-1), 16) % 2 === 0 ? 'permanent' : 'setup';
  const startAfter = `${prefix}${kind}/${name}/${digest.slice(8, -1)}`;
  return clear(keysOf((await oss.listObjects({ bucket, prefix, limit: mostAtATick, startAfter })).objects), context);
}

function keysOf(objects: readonly ListedObject[]): string[] {
  return objects.map(({ key }) => key);
}

/** Deletes what is outlived among these records. */
export async function clear(keys: readonly string[], context: ClearContext): Promise<Cleared> {
  const outcomes: Skipped[] = [];
  const refusals: Failure[] = [];
  await inParallel(keys, context.concurrency, async (key) => {
    const refusal = await refusalOf(clearOne(key, context).then((cleared) => outcomes.push(...cleared)));
    if (refusal !== undefined) refusals.push(refusal);
  });
  return { outcomes, refusals };
}

/** @throws OssError when something could not be looked at, or deleted */
async function clearOne(key: string, context: ClearContext): Promise<Skipped[]> {
  const { oss, journal, now, deadline } = context;
  if (now() >= deadline) return [];
  const found = await readJournalRecord(oss, journal.bucket, key, now());
  if (found === undefined || 'problem' in found || !(await isOutlived(found, context))) return [];
  if (!(await deleteRecord(oss, journal, found.record))) return [];
  const { upload, only: [target] = [] } = found.task;
  const { rule } = found.content;
  const source = { bucket: upload.bucket, key: upload.key };
  return [{ status: 'skipped', source, reason: 'outlived', rule: typeof rule === 'string' ? rule : undefined, target }];
}

/** What is looked at. */
interface Looks {
  readonly index: RuleIndex;
  readonly oss: Pick<Oss, 'headObject'>;
}

/** Whether a failure needs no one's hand any more. @throws OssError when it cannot be found out */
export async function isOutlived({ task, acted }: RecordTask, looks: Looks): Promise<boolean> {
  const { index, oss } = looks;
  const { upload, only: [only] = [] } = task;
  const source = await oss.headObject({ bucket: upload.bucket, key: upload.key });
  // Where no rule takes it, whatever its size: the rules may have a mistake.
  const ruleless = !listens(index, upload);
  if (source === undefined || source.size === 0) {
    if (ruleless && only !== undefined && (await oss.headObject(only)) !== undefined) return false;
    return !(await mustBeRemoved(upload, [], looks));
  }
  const seen = sourceSeen(source);
  if (ruleless || acted === undefined || sameSource(acted, seen)) return false;
  const now = { ...upload, etag: seen.version.etag, time: source.lastModified, size: source.size };
  const found = match(index, now);
  const { jobs, failures } = 'rule' in found ? jobsOf(now, found.rule, index) : { jobs: [], failures: [] };
  if (failures.length > 0) return false;
  const targets = jobs.map(({ target }) => target);
  const own = targets.filter((target) => only !== undefined && sameObject(target, only));
  // It may be there to be removed: its key names a version, or another rule has made it.
  if (own.length === 0 && only !== undefined && (await oss.headObject(only)) !== undefined) return false;
  for (const target of own.length > 0 ? own : targets) {
    const made = await oss.headObject(target);
    if (made === undefined || made.lastModified < source.lastModified) return false;
  }
  return !(await mustBeRemoved(now, targets, looks));
}

/** Whether a derivative is there that a rule with `onDelete: 'remove'` has made, and that has to go. */
async function mustBeRemoved(
  upload: RecordTask['task']['upload'],
  kept: readonly ObjectName[],
  { index, oss }: Looks,
): Promise<boolean> {
  for (const { target } of removalJobs(upload, index, kept)) {
    if ((await oss.headObject(target)) !== undefined) return true;
  }
  return false;
}
