// The journal: what could not be finished now, written down in a bucket, one JSON object a record. What may work later
// by itself is under `due/{minute}/`, for the timer (journal/timer.ts); the rest is under `failed/{kind}/{rule}/`, for
// someone to fix and replay. The name of a record is `{job}.{version}.json`: a digest of source and target, which tools
// group by, and a digest of the version of the source that was acted on. OSS cannot delete on a condition, so that the
// record of one version must never lie where that of another one is deleted, perhaps late. This file also decides when
// a record is due.

import { createHash } from 'node:crypto';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { OssRecord } from '../pipeline/event.js';
import type { Failed, Failure, FailureKind } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import { type SourceState, sameSource, type Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';

/** `unsettled`: what was saved may not be of the last version; the upload is processed again, whatever its version. */
export type RecordKind = FailureKind | 'unsettled';

/** What a journal record holds. `version`: of this format; in 1, `event` may name another version than it is about. */
export interface JournalRecord {
  readonly version: 2;
  readonly kind: RecordKind;
  /**
   * The upload in the native event shape, with the version of the source that was acted on; absent when its record
   * could not be read.
   */
  readonly event?: OssRecord | undefined;
  /** That version was acted on; absent where the source could not even be looked at, and for `unsettled`. */
  readonly acted?: true | undefined;
  readonly source: ObjectName | string;
  readonly rule?: string | undefined;
  readonly style?: string | undefined;
  readonly target?: ObjectName | undefined;
  /** Absent for `unsettled`. */
  readonly error?: Failure | undefined;
  /** Why it is unsettled. */
  readonly unsettled?: Unsettled | undefined;
  readonly attempts: number;
  /** When it was first written down; ISO 8601, UTC. */
  readonly since: string;
  /** ISO 8601, UTC, to the minute; only under `due/`. */
  readonly due?: string | undefined;
  readonly fcRequestId?: string | undefined;
}

interface Tried {
  readonly event?: OssRecord | undefined;
  /** How often it has been tried, this time included. */
  readonly attempts: number;
  /** Epoch milliseconds: when it was first written down. */
  readonly since: number;
}

/** Something that could not be finished: a failure, or an upload that has to be looked at again. */
export type Unfinished = Tried &
  ({ readonly failed: Failed } | { readonly source: ObjectName; readonly why: Unsettled });

export interface JournalEntry {
  readonly key: string;
  readonly record: JournalRecord;
}

const minute = 60_000;
const longestDelay = 6 * 60 * minute;
const giveUpAfter = 7 * 24 * 60 * minute;

/** Longer than OSS can take for an image: after it, a call without an answer no longer writes. */
const lateWriteDelay = 15 * minute;

/**
 * The record of something unfinished, and its key. The key is short whatever the source key is, and the same for the
 * same job and version of its source; where there is no event, for all time. Due after 1 min × 2ⁿ, at most 6 h; a
 * transient failure that is a week old is permanent.
 * @param at epoch milliseconds
 */
export function journalEntry(unfinished: Unfinished, journal: Journal, at: number, fcRequestId?: string): JournalEntry {
  const { event, attempts, since } = unfinished;
  const description: Description =
    'failed' in unfinished ? failedPart(unfinished.failed, at - since) : unsettledPart(unfinished, at - since);
  const { kind, rule } = description;
  const backoff = Math.min(longestDelay, minute * 2 ** Math.min(attempts - 1, 30));
  const delay = description.unsettled === 'unanswered' ? Math.max(lateWriteDelay, backoff) : backoff;
  const due = kind === 'transient' || kind === 'unsettled' ? dueMinute(at + delay) : undefined;
  const acted = 'failed' in unfinished ? unfinished.failed.acted : undefined;
  const about = event && eventActedOn(event, acted, fcRequestId);
  const name = `${jobDigest(description)}${about === undefined ? '' : `.${about.version}`}.json`;
  return {
    key:
      due === undefined
        ? `${failedPrefix(journal)}${kind}/${rule ?? '-'}/${name}`
        : `${duePrefix(journal)}${due}/${name}`,
    record: {
      version: 2,
      ...description,
      event: about?.event,
      acted: acted && true,
      attempts,
      since: new Date(since).toISOString(),
      due: due && `${due}:00.000Z`,
      fcRequestId,
    },
  };
}

/**
 * A claim: the record that stands in for another one while that is run. If the run is cut short, a call of it may still
 * write, so the claim is due as late as the record of an unanswered call. Each run writes its claim under a key of
 * its own, whatever else is written for the same source, and whoever else runs the same record.
 * @param at epoch milliseconds: no call of the run is begun later
 * @param run distinguishes this run from others
 */
export function claimEntry(
  { key, source, ...tried }: { readonly key: string; readonly source: ObjectName } & Tried,
  journal: Journal,
  at: number,
  run: string,
  fcRequestId?: string,
): JournalEntry {
  const entry = journalEntry({ source, why: 'unanswered', ...tried }, journal, at, fcRequestId);
  const id = digestOf(['claim', key, run]);
  return { ...entry, key: `${duePrefix(journal)}${dueMinute(at + lateWriteDelay)}/${id}.json` };
}

/** The key under which a broken record is kept, so that a person sees it. */
export function brokenRecordKey(key: string, { prefix }: Journal): string {
  return `${failedPrefix({ prefix })}permanent/-/${digestOf(['aside', key])}.json`;
}

/** Writes one entry. Gives back why the journal did not take it; undefined: it is written. */
export async function writeEntry(
  oss: Pick<Oss, 'putObject'>,
  bucket: string,
  { key, record }: JournalEntry,
): Promise<Failure | undefined> {
  const body = Buffer.from(JSON.stringify(record));
  return refusalOf(oss.putObject({ bucket, key, body, contentType: 'application/json' }));
}

/** Why the journal refused a call; undefined: it did not. */
export async function refusalOf(call: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof OssError) return failureOf(error);
    throw error;
  }
}

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

/** The minute in which something is due, as it stands in keys: never before `at` (epoch milliseconds). */
export function dueMinute(at: number): string {
  return new Date(Math.ceil(at / minute) * minute).toISOString().slice(0, 16);
}

function digestOf(identity: unknown): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

type Identity = Pick<JournalRecord, 'source' | 'rule' | 'style' | 'target' | 'error' | 'unsettled'>;
type Description = Pick<JournalRecord, 'kind' | 'source' | 'rule' | 'style' | 'target' | 'error' | 'unsettled'>;

/** Hex digits: enough to tell the versions of one source apart. */
const versionDigits = 16;

/**
 * The event as one of the version that was acted on, and a digest of that version. Where none was, or where the source
 * was absent, the event itself stands for it: what has come later has an event of its own.
 */
function eventActedOn(
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

function failedPart({ source, rule, style, target, error }: Failed, age: number): Description {
  const old = error.kind === 'transient' && age > giveUpAfter;
  return {
    kind: old ? 'permanent' : error.kind,
    source,
    rule,
    style,
    target,
    error: old ? { ...error, kind: 'permanent', message: `given up after 7 days: ${error.message}` } : error,
  };
}

function unsettledPart({ source, why }: Extract<Unfinished, { readonly why: Unsettled }>, age: number): Description {
  // A call without an answer may still write, however old the record is that caused it.
  if (age <= giveUpAfter || why === 'unanswered') return { kind: 'unsettled', source, unsettled: why };
  const error = { kind: 'permanent', code: 'Unsettled', message: `given up after 7 days: ${why}` } as const;
  return { kind: 'permanent', source, unsettled: why, error };
}

/**
 * What makes two records the same: source and target; without a target, source, rule, style and message; if unsettled,
 * the source alone.
 */
function identityOf({ source, target, rule, style, error, unsettled }: Identity): unknown {
  if (unsettled !== undefined) return [source, 'unsettled'];
  return target === undefined ? [source, rule, style, error?.message] : [source, target];
}
