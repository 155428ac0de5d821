// The journal: what could not be finished now, written down in a bucket, one JSON object a record. What may work later by
// itself is under `due/{minute}/`, for the timer (journal/timer.ts); the rest is under `failed/{kind}/{rule}/`, for someone to
// fix and replay. Here is also when a record is due: the times between tries.

import { createHash } from 'node:crypto';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { OssRecord } from '../pipeline/event.js';
import type { Failed, Failure, FailureKind } from '../pipeline/outcome.js';
import type { Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';

/** `unsettled`: what was saved may not be of the last version; the upload is processed again, whatever its version. */
export type RecordKind = FailureKind | 'unsettled';

/** What a journal record holds. `version` is the shape's. */
export interface JournalRecord {
  readonly version: 1;
  readonly kind: RecordKind;
  /** The upload in the native event shape; absent when its record could not be read. */
  readonly event?: OssRecord | undefined;
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

/** Longer than OSS can take for an image, so that a call without an answer has done what it will do. */
const lateWriteDelay = 15 * minute;

/**
 * The record of something unfinished, and its key. The key is short whatever the source key is, and the same for the same
 * job. Due after 1 min × 2ⁿ, at most 6 h; a transient failure that is a week old is permanent.
 * @param now epoch milliseconds
 */
export function journalEntry(unfinished: Unfinished, place: Journal, now: number, fcRequestId?: string): JournalEntry {
  const { event, attempts, since } = unfinished;
  const about: About =
    'failed' in unfinished ? failedPart(unfinished.failed, now - since) : unsettledPart(unfinished, now - since);
  const { kind, rule } = about;
  const backoff = Math.min(longestDelay, minute * 2 ** Math.min(attempts - 1, 30));
  const delay = about.unsettled === 'unanswered' ? Math.max(lateWriteDelay, backoff) : backoff;
  const due = kind === 'transient' || kind === 'unsettled' ? dueMinute(now + delay) : undefined;
  const id = createHash('sha256')
    .update(JSON.stringify(identityOf(about)))
    .digest('hex');
  return {
    key:
      due === undefined
        ? `${place.prefix}failed/${kind}/${rule ?? '-'}/${id}.json`
        : `${duePrefix(place)}${due}/${id}.json`,
    record: {
      version: 1,
      ...about,
      event,
      attempts,
      since: new Date(since).toISOString(),
      due: due && `${due}:00.000Z`,
      fcRequestId,
    },
  };
}

/**
 * A claim: the record that stands in for another one while that is run. Should the run be cut short, a call of it may still
 * write, so the claim is due as late as an unanswered call. Its key is the run's own, whatever else is written down for the
 * same source, and whoever else runs the same record.
 * @param at epoch milliseconds: no call of the run is begun later
 * @param run distinguishes this run from others
 */
export function claimEntry(
  { key, source, ...tried }: { readonly key: string; readonly source: ObjectName } & Tried,
  place: Journal,
  at: number,
  run: string,
  fcRequestId?: string,
): JournalEntry {
  const entry = journalEntry({ source, why: 'unanswered', ...tried }, place, at, fcRequestId);
  const id = createHash('sha256')
    .update(JSON.stringify(['claim', key, run]))
    .digest('hex');
  return { ...entry, key: `${duePrefix(place)}${dueMinute(at + lateWriteDelay)}/${id}.json` };
}

/** The key under which a record is kept that holds no upload, so that someone sees it. */
export function unreadableKey(key: string, { prefix }: Journal): string {
  return `${prefix}failed/permanent/-/${createHash('sha256')
    .update(JSON.stringify(['aside', key]))
    .digest('hex')}.json`;
}

/** Writes one entry. Any 2xx counts as written; false when it could not be written. */
export async function writeEntry(oss: Pick<Oss, 'putObject'>, bucket: string, entry: JournalEntry): Promise<boolean> {
  return writeText(oss, bucket, entry.key, JSON.stringify(entry.record));
}

/** Writes a record as it is; false when it could not be written. */
export async function writeText(
  oss: Pick<Oss, 'putObject'>,
  bucket: string,
  key: string,
  text: string,
): Promise<boolean> {
  try {
    await oss.putObject({ bucket, key, body: Buffer.from(text), contentType: 'application/json' });
    return true;
  } catch (error) {
    if (error instanceof OssError) return false;
    throw error;
  }
}

/** Where due records are; the minute comes next, so that the order of keys is the order of time. */
export function duePrefix({ prefix }: Journal): string {
  return `${prefix}due/`;
}

/** The minute in which something is due, as it stands in keys: never before `at` (epoch milliseconds). */
export function dueMinute(at: number): string {
  return new Date(Math.ceil(at / minute) * minute).toISOString().slice(0, 16);
}

type About = Pick<JournalRecord, 'kind' | 'source' | 'rule' | 'style' | 'target' | 'error' | 'unsettled'>;

function failedPart({ source, rule, style, target, error }: Failed, age: number): About {
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

function unsettledPart({ source, why }: { readonly source: ObjectName; readonly why: Unsettled }, age: number): About {
  // A call without an answer may still write, however old the record is that caused it.
  if (age <= giveUpAfter || why === 'unanswered') return { kind: 'unsettled', source, unsettled: why };
  const error = { kind: 'permanent', code: 'Unsettled', message: `given up after 7 days: ${why}` } as const;
  return { kind: 'permanent', source, unsettled: why, error };
}

/** Source and target; what is known instead, where no target could be made; the source alone where all of it is open. */
function identityOf({ source, target, rule, style, error, unsettled }: About): unknown {
  if (unsettled !== undefined) return [source, 'unsettled'];
  return target === undefined ? [source, rule, style, error?.message] : [source, target];
}
