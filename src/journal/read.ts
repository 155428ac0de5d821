// Reads the journal: which records are due, and the task of a record; and deletes those that are done. The timer runs
// what is due (journal/timer.ts); `npm run replay` runs what someone has fixed, through the same code.

import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { Task } from '../pipeline/derive.js';
import { readEvent, type Upload } from '../pipeline/event.js';
import { isObject } from '../pipeline/message-envelope.js';
import type { PresentSource } from '../pipeline/settle.js';
import { parseJson } from '../rules/json.js';
import type { Journal } from '../rules/rule.js';
import type { JournalRecord } from './record.js';
import { dueMinute, duePrefix } from './record-name.js';

/** A journal record in its bucket. */
export interface RecordName {
  readonly key: string;
  /** Empty: not known, and not needed, since nobody else writes under this key. */
  readonly etag: string;
}

/** What a record says; anyone who may write the bucket can have written it. */
export type RecordContent = Readonly<Partial<Record<keyof JournalRecord, unknown>>>;

/** The task of a journal record. */
export interface RecordTask {
  readonly task: Task;
  readonly content: RecordContent;
  /** How often it has been tried before. */
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly since: number;
  /** The version of the source that was acted on; absent where the record does not tell. */
  readonly acted?: PresentSource | undefined;
  readonly record: RecordName;
}

/** A journal record that was read and holds no task. */
export interface BrokenRecord {
  /** What is wrong with it, after "the journal record". */
  readonly problem: string;
  /** What it holds; absent where it is no JSON object, or too large to be read. */
  readonly content?: RecordContent | undefined;
  readonly record: RecordName;
}

/** Keys of one list: as many as OSS gives. */
export const pageSize = 1_000;
const maxRecordBytes = 65_536;

/** The keys of what is due, oldest first, in pages. @throws OssError when the journal cannot be listed */
export async function* dueKeys(
  oss: Pick<Oss, 'listObjects'>,
  journal: Journal,
  now: number,
): AsyncGenerator<readonly string[]> {
  const prefix = duePrefix(journal);
  // The current minute, rounded down.
  const latest = `${prefix}${dueMinute(now - 59_999)}`;
  for await (const keys of keyPages(() => oss, journal.bucket, prefix)) {
    const due = keys.filter((key) => key.slice(0, latest.length) <= latest);
    if (due.length > 0) yield due;
    if (due.length < keys.length) return;
  }
}

/** All keys that start with `prefix`, in order, a page at a time. @param client made anew for each page */
export async function* keyPages(
  client: () => Pick<Oss, 'listObjects'>,
  bucket: string,
  prefix: string,
): AsyncGenerator<readonly string[]> {
  let after: string | undefined;
  do {
    const { objects, next } = await client().listObjects({ bucket, prefix, limit: pageSize, after });
    yield objects.map(({ key }) => key);
    after = next;
  } while (after !== undefined);
}

/** Reads a record; undefined when it is gone. @throws OssError when it cannot be read */
export async function readJournalRecord(
  oss: Pick<Oss, 'getObject'>,
  bucket: string,
  key: string,
  now: number,
): Promise<RecordTask | BrokenRecord | undefined> {
  try {
    const got = await oss.getObject({ bucket, key, maxBytes: maxRecordBytes });
    if (got.unchanged) return undefined;
    const record = { key, etag: got.etag };
    return { ...parseRecord(got.body.toString('utf8'), now), record };
  } catch (error) {
    if (error instanceof OssError && error.kind === 'gone') return undefined;
    if (error instanceof OssError && error.code === 'EntityTooLarge') {
      return { problem: `is larger than ${maxRecordBytes} bytes`, record: { key, etag: '' } };
    }
    throw error;
  }
}

/**
 * Deletes a record that is done, unless it has been rewritten meanwhile, where its ETag is known. Gives back whether it
 * was deleted.
 * @throws OssError when it could not be deleted; it is then run again
 */
export async function deleteRecord(
  oss: Pick<Oss, 'headObject' | 'deleteObject'>,
  journal: Journal,
  { key, etag }: RecordName,
): Promise<boolean> {
  if (etag !== '') {
    const head = await oss.headObject({ bucket: journal.bucket, key });
    if (head === undefined || head.etag !== etag) return false;
  }
  await oss.deleteObject({ bucket: journal.bucket, key });
  return true;
}

/** A record is data that anyone who may write the bucket can have written. */
function parseRecord(text: string, now: number): Omit<RecordTask, 'record'> | Omit<BrokenRecord, 'record'> {
  let content: RecordContent | undefined;
  try {
    const parsed = parseJson(text);
    if (!isObject(parsed)) return { problem: 'is no journal record' };
    content = parsed;
    const { version, kind, event, acted, target, unsettled, attempts, since } = content;
    const [upload, ...more] = readEvent(Buffer.from(JSON.stringify(event ?? null))).uploads;
    if (upload === undefined || more.length > 0) return { problem: 'holds no upload', content };
    const first = typeof since === 'string' ? Date.parse(since) : Number.NaN;
    return {
      task: {
        upload,
        // The failure may be of a later version than the event's: of the one that a look has shown.
        anyVersion: true,
        only: kind !== 'unsettled' && isObjectName(target) ? [target] : undefined,
      },
      content,
      attempts: typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 1,
      since: Number.isNaN(first) ? now : first,
      // Of what is unsettled, it is not known which version was written last.
      acted: version === 2 && acted === true && unsettled === undefined ? versionIn(upload) : undefined,
    };
  } catch {
    return { problem: content === undefined ? 'is no journal record' : 'holds no upload', content };
  }
}

/** In a record of the former shape, the event may be that of another version. */
function versionIn({ etag, time, size }: Upload): PresentSource | undefined {
  if (etag === undefined || time === undefined) return undefined;
  return { version: { etag, modified: time, from: 'event' }, size };
}

/** Whether a value that was read names an object. */
export function isObjectName(value: unknown): value is ObjectName {
  return isObject(value) && typeof value['bucket'] === 'string' && typeof value['key'] === 'string';
}
