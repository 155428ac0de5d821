// What a journal record is called: `due/{minute}/{job}.{version}.json` or `failed/{kind}/{rule}/{job}.{version}.json`.
// `{job}` is a digest of source and target, by which the timer and tools group; `{version}` one of the version of the
// source that was acted on. OSS cannot delete on a condition, so the record of one version must never lie where that of
// another one is deleted, perhaps late.
import { createHash } from 'node:crypto';
import type { ObjectName } from '../oss/object-name.js';
import type { OssRecord } from '../pipeline/event.js';
import { type SourceState, sameSource, type Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';

/** What a job is known by. */
export interface Identity {
  readonly source: ObjectName | string;
  readonly rule?: string | undefined;
  readonly style?: string | undefined;
  readonly target?: ObjectName | undefined;
  readonly error?: { readonly message: string } | undefined;
  readonly unsettled?: Unsettled | undefined;
}

const minute = 60_000;

/** Where due records are; the minute comes next, so that the order of keys is the order of time. */
export function duePrefix({ prefix }: Pick<Journal, 'prefix'>): string {
  return `${prefix}due/`;
}

/** Where failures are that no timer runs. */
export function failedPrefix({ prefix }: Pick<Journal, 'prefix'>): string {
  return `${prefix}failed/`;
}

/** The digest of a job, with which the names of its records begin. */
export function jobDigest(description: Identity): string {
  return digestOf(identityOf(description));
}

/** The same of the key of a record, also of one that is named `{job}.json`, as all were before. */
export function jobOfKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).split('.', 1)[0] ?? '';
}

/** The keys of each job, which are for several versions of its source; in the order of their first keys. */
export function byJob(keys: readonly string[]): string[][] {
  const jobs = new Map<string, string[]>();
  for (const key of keys) {
    const job = jobOfKey(key);
    const known = jobs.get(job);
    if (known === undefined) jobs.set(job, [key]);
    else known.push(key);
  }
  return [...jobs.values()];
}

/** The minute in which something is due, as it stands in keys: never before `at` (epoch milliseconds). */
export function dueMinute(at: number): string {
  return new Date(Math.ceil(at / minute) * minute).toISOString().slice(0, 16);
}

/** SHA-256 of its JSON, in hex digits. */
export function digestOf(identity: unknown): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** The key under which a broken record is kept, so that a person sees it. */
export function brokenRecordKey(key: string, { prefix }: Journal): string {
  return `${failedPrefix({ prefix })}permanent/-/${digestOf(['aside', key])}.json`;
}

/** Hex digits: enough to tell the versions of one source apart. */
const versionDigits = 16;

/**
 * The event as one of the version that was acted on, and a digest of that version. Where none was, or where the source
 * was absent, the event itself stands for it: what has come later has an event of its own.
 */
export function eventActedOn(
  event: OssRecord,
  acted: SourceState | undefined,
  fcRequestId: string | undefined,
): { readonly event: OssRecord; readonly version: string } {
  const { key, eTag } = event.oss.object;
  const named = (version: unknown) => digestOf(version).slice(0, versionDigits);
  if (acted === undefined || acted === 'absent') {
    const distinct = event.eventTime ?? event.responseElements?.requestId ?? fcRequestId;
    return { event, version: named([event, distinct]) };
  }
  const { id, etag, modified, from } = acted.version;
  const told = { etag: eTag ?? '', modified: Date.parse(event.eventTime ?? ''), from: 'event' } as const;
  if (from === 'event' || sameSource({ version: told }, acted))
    return { event, version: named([eTag, event.eventTime]) };
  const eventTime = new Date(modified).toISOString();
  const oss = { bucket: event.oss.bucket, object: { key, size: acted.size, eTag: etag } };
  // The request is not the one that has stored this version.
  return { event: { ...event, eventTime, oss, responseElements: undefined }, version: named([etag, eventTime, id]) };
}

/**
 * What makes two records the same: source and target; without a target, source, rule, style and message; if unsettled,
 * the source alone.
 */
function identityOf({ source, target, rule, style, error, unsettled }: Identity): unknown {
  if (unsettled !== undefined) return [source, 'unsettled'];
  return target === undefined ? [source, rule, style, error?.message] : [source, target];
}
