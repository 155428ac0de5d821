// The journal: what could not be finished now, written down in a bucket, one JSON object a record. Transient failures go
// under `due/{minute}/`, for the timer; the others under `failed/{kind}/{rule}/`, for someone to mend and replay.
import { createHash } from 'node:crypto';
import type { OssRecord } from './event.js';
import type { Oss } from './oss/client.js';
import { OssError } from './oss/error.js';
import type { Failed, Failure, FailureKind, Target } from './outcome.js';

/** What a journal record holds. `version` is the shape's. */
export interface JournalRecord {
  readonly version: 1;
  readonly kind: FailureKind;
  /** The upload in the native event shape; absent when its record could not be read. */
  readonly event?: OssRecord;
  readonly source: Target | string;
  readonly rule?: string;
  readonly style?: string;
  readonly target?: Target;
  readonly error: Failure;
  readonly attempts: number;
  /** ISO 8601, UTC. */
  readonly written: string;
  /** ISO 8601, UTC, to the minute; only for `transient`. */
  readonly due?: string;
  readonly fcRequestId?: string;
}

/** A failure and the upload it belongs to. */
export interface Leftover {
  readonly failed: Failed;
  readonly event?: OssRecord;
}

export interface JournalEntry {
  readonly key: string;
  readonly record: JournalRecord;
}

export interface JournalPlace {
  readonly bucket: string;
  /** Empty or ending in `/`. */
  readonly prefix: string;
}

const minute = 60_000;
const maxDelay = 6 * 60 * minute;

/**
 * The record of a failure and where it belongs. The key is short whatever the source key is, and the same for the same
 * job, so that a failure that comes again replaces its record. Transient: due after 1 min × 2ⁿ, at most 6 h.
 * @param attempts how often the job has been tried, this time included
 * @param now epoch milliseconds
 */
export function journalEntry(
  leftover: Leftover,
  place: JournalPlace,
  { attempts, now, fcRequestId }: { attempts: number; now: number; fcRequestId?: string | undefined },
): JournalEntry {
  const { source, rule, style, target, error } = leftover.failed;
  const due = new Date(
    Math.ceil((now + Math.min(maxDelay, minute * 2 ** (attempts - 1))) / minute) * minute,
  ).toISOString();
  const id = jobId(leftover.failed);
  const transient = error.kind === 'transient';
  return {
    key: transient
      ? `${place.prefix}due/${due.slice(0, 16)}/${id}.json`
      : `${place.prefix}failed/${error.kind}/${rule ?? '-'}/${id}.json`,
    record: {
      version: 1,
      kind: error.kind,
      ...(leftover.event === undefined ? {} : { event: leftover.event }),
      source,
      ...(rule === undefined ? {} : { rule }),
      ...(style === undefined ? {} : { style }),
      ...(target === undefined ? {} : { target }),
      error,
      attempts,
      written: new Date(now).toISOString(),
      ...(transient ? { due } : {}),
      ...(fcRequestId === undefined ? {} : { fcRequestId }),
    },
  };
}

/** Writes one entry. Any 2xx counts as written; false when it could not be written. */
export async function writeEntry(oss: Pick<Oss, 'putObject'>, bucket: string, entry: JournalEntry): Promise<boolean> {
  const body = Buffer.from(JSON.stringify(entry.record));
  try {
    await oss.putObject({ bucket, key: entry.key, body, contentType: 'application/json' });
    return true;
  } catch (error) {
    if (error instanceof OssError) return false;
    throw error;
  }
}

/** Of source and target, or of the style where the target is unknown. */
function jobId({ source, target, style }: Failed): string {
  return createHash('sha256')
    .update(JSON.stringify([source, target ?? style ?? null]))
    .digest('hex');
}
