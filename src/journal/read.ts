// Running journal records again: reads them, says what each asks for, and forgets those that are done with. The timer runs
// what is due inside the function; `npm run replay` runs what someone has mended, through the same code.

import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { ObjectName } from '../oss/object-name.js';
import type { Task } from '../pipeline/derive.js';
import { readEvent } from '../pipeline/event.js';
import type { Journal } from '../rules/rule.js';

import { dueMinute, duePrefix, type JournalRecord } from './record.js';

/** A journal record as a task. */
export interface Rerun {
  readonly task: Task;
  /** As the record tells them; its author may have been anyone. */
  readonly kind: string;
  readonly rule?: string;
  readonly code?: string;
  /** How often it has been tried before. */
  readonly attempts: number;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly record: { readonly key: string; readonly etag: string };
}

/** A record that says nothing that could be run. */
export interface BrokenRecord {
  readonly broken: string;
  /** What it holds instead; absent when it is too large to be read. */
  readonly text?: string;
  readonly record: { readonly key: string; readonly etag: string };
}

/** What cannot be read is stepped over, so that more are listed than one tick takes on. */
const mostListed = 2_000;
const pageSize = 100;
const maxRecordBytes = 65_536;

/** The keys of what is due, oldest first, 2,000 at most. @throws OssError when the journal cannot be listed */
export async function dueKeys(oss: Pick<Oss, 'listObjects'>, place: Journal, now: number): Promise<string[]> {
  const prefix = duePrefix(place);
  const latest = `${prefix}${dueMinute(now - 59_999)}`;
  const keys: string[] = [];
  let after: string | undefined;
  do {
    const { objects, next } = await oss.listObjects({ bucket: place.bucket, prefix, limit: pageSize, after });
    for (const { key } of objects) {
      if (key.slice(0, latest.length) > latest || keys.length === mostListed) return keys;
      keys.push(key);
    }
    after = next;
  } while (after !== undefined);
  return keys;
}

/** Reads a record; undefined when it is gone. @throws OssError when it cannot be read */
export async function readRerun(
  oss: Pick<Oss, 'getObject'>,
  bucket: string,
  key: string,
  now: number,
): Promise<Rerun | BrokenRecord | undefined> {
  try {
    const got = await oss.getObject({ bucket, key, maxBytes: maxRecordBytes });
    if (got.unchanged) return undefined;
    const record = { key, etag: got.etag };
    const text = got.body.toString('utf8');
    const parsed = parseRecord(text, now);
    return 'broken' in parsed ? { ...parsed, text, record } : { ...parsed, record };
  } catch (error) {
    if (error instanceof OssError && error.kind === 'gone') return undefined;
    if (error instanceof OssError && error.code === 'EntityTooLarge') {
      return { broken: `is larger than ${maxRecordBytes} bytes`, record: { key, etag: '' } };
    }
    throw error;
  }
}

/**
 * Deletes a record that has been dealt with, unless it has been rewritten meanwhile. A record under `due/` never is: what
 * is left again is due in a later minute, under another key.
 * @throws OssError when it could not be deleted, and is run once more
 */
export async function forget(
  oss: Pick<Oss, 'headObject' | 'deleteObject'>,
  place: Journal,
  { key, etag }: { readonly key: string; readonly etag: string },
): Promise<void> {
  if (!key.startsWith(duePrefix(place))) {
    const head = await oss.headObject({ bucket: place.bucket, key });
    if (head === undefined || head.etag !== etag) return;
  }
  await oss.deleteObject({ bucket: place.bucket, key });
}

/** A record is data that anyone who may write the bucket can have written. */
function parseRecord(text: string, now: number): Omit<Rerun, 'record'> | { readonly broken: string } {
  try {
    const { kind, event, rule, target, error, attempts, since } = JSON.parse(text) as Partial<
      Record<keyof JournalRecord, unknown>
    >;
    const [upload, ...more] = readEvent(Buffer.from(JSON.stringify(event ?? null))).uploads;
    if (upload === undefined || more.length > 0) return { broken: 'holds no upload' };
    const first = typeof since === 'string' ? Date.parse(since) : Number.NaN;
    return {
      task: {
        upload,
        // What failed need not have been for the event's version: it may have been for what a look saw after it.
        anyVersion: true,
        ...(kind !== 'unsettled' && isTarget(target) ? { only: target } : {}),
      },
      kind: typeof kind === 'string' ? kind : 'unknown',
      ...(typeof rule === 'string' ? { rule } : {}),
      ...codeOf(error),
      attempts: typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts > 0 ? attempts : 1,
      since: Number.isNaN(first) ? now : first,
    };
  } catch {
    return { broken: 'is no journal record' };
  }
}

function codeOf(error: unknown): { code?: string } {
  if (typeof error !== 'object' || error === null) return {};
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? { code } : {};
}

function isTarget(value: unknown): value is ObjectName {
  if (typeof value !== 'object' || value === null) return false;
  const { bucket, key } = value as Partial<Record<keyof ObjectName, unknown>>;
  return typeof bucket === 'string' && typeof key === 'string';
}
