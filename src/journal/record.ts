// The journal: what could not be finished now, written down in a bucket, one JSON object a record. What may work later
// by itself is under `due/{minute}/`, for the timer (journal/timer.ts); the rest is under `failed/{kind}/{rule}/`, for
// someone to fix and replay (journal/record-name.ts). This file also decides when a record is due.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { OssRecord } from '../pipeline/event.js';
import type { Failed, Failure, FailureKind } from '../pipeline/outcome.js';
import { failureOf } from '../pipeline/save.js';
import type { Unsettled } from '../pipeline/settle.js';
import type { Journal } from '../rules/rule.js';
import { digestOf, dueMinute, duePrefix, eventActedOn, failedPrefix, jobDigest } from './record-name.js';

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
export const lateWriteDelay = 15 * minute;

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

type Description = Pick<JournalRecord, 'kind' | 'source' | 'rule' | 'style' | 'target' | 'error' | 'unsettled'>;

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
