// The journal records that a replay runs: found by their keys, read one by one, and compared with the filter.

import { type BrokenRecord, keyPages, type RecordTask, readJournalRecord } from '../journal/read.js';
import { dueMinute, duePrefix } from '../journal/record.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { Journal } from '../rules/rule.js';
import { UserError } from '../terminal/user-error.js';

const kinds = ['setup', 'permanent', 'transient', 'unsettled'];

/** Which records are wanted. */
export interface RecordFilter {
  readonly kinds: readonly string[];
  readonly rule: string | undefined;
  readonly code: string | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** The filter that flags give. @throws {UserError} (2) */
export function recordFilter(flags: Partial<Record<'kind' | 'rule' | 'code' | 'since', string>>): RecordFilter {
  const { kind, rule, code, since } = flags;
  if (kind !== undefined && !kinds.includes(kind)) {
    throw new UserError(`--kind ${kind}: expected ${kinds.join(', ')}`, 2);
  }
  const time = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(time)) throw new UserError(`--since ${since}: expected a time such as 2026-11-22T08:30Z`, 2);
  return { kinds: kind === undefined ? ['setup', 'permanent'] : [kind], rule, code, since: time };
}

/** The keys of records that may be wanted. */
export interface RecordList {
  readonly keys: readonly string[];
  /** Records of all kinds that are not due yet; undefined when the filter asks for nothing under `due/`. */
  readonly notDue?: { readonly count: number; readonly next: string | undefined } | undefined;
}

/**
 * Lists what may be wanted. What is not due yet is counted and left alone: a call without an answer may still write
 * until then, and a record that is deleted earlier would not repair that.
 * @param client made anew for each page
 * @param now epoch milliseconds
 * @throws OssError
 */
export async function listRecords(
  client: () => Pick<Oss, 'listObjects'>,
  { bucket, prefix }: Journal,
  filter: RecordFilter,
  now: number,
): Promise<RecordList> {
  const keys: string[] = [];
  for (const kind of filter.kinds.filter((one) => !isTimed(one))) {
    const rule = filter.rule === undefined ? '' : `${filter.rule}/`;
    for await (const key of keysBelow(client, bucket, `${prefix}failed/${kind}/${rule}`)) keys.push(key);
  }
  if (!filter.kinds.some(isTimed)) return { keys };
  const due = duePrefix({ prefix });
  const latest = `${due}${dueMinute(now - 59_999)}`;
  let count = 0;
  let next: string | undefined;
  for await (const key of keysBelow(client, bucket, due)) {
    if (key.slice(0, latest.length) <= latest) keys.push(key);
    else {
      count += 1;
      next ??= `${key.slice(due.length, latest.length)}Z`;
    }
  }
  return { keys, notDue: { count, next } };
}

/** OSS gave an error for this record; it is still in the journal. */
export interface RecordNotRead {
  readonly unread: string;
  readonly error: OssError;
}

export type FoundRecord = RecordTask | BrokenRecord | RecordNotRead;

/** Reads a record; undefined when it is gone, or not wanted. */
export async function readWantedRecord(
  oss: Pick<Oss, 'getObject'>,
  journal: Journal,
  key: string,
  filter: RecordFilter,
  now: number,
): Promise<FoundRecord | undefined> {
  try {
    const found = await readJournalRecord(oss, journal.bucket, key, now);
    return found !== undefined && isWanted(found, key.startsWith(duePrefix(journal)), filter) ? found : undefined;
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { unread: key, error };
  }
}

/** A broken record is always reported. Under `failed/` the key names the kind; under `due/` the record does. */
function isWanted(record: RecordTask | BrokenRecord, due: boolean, filter: RecordFilter): boolean {
  if ('problem' in record) return true;
  return (
    (!due || filter.kinds.includes(record.kind)) &&
    (filter.rule === undefined || record.rule === filter.rule) &&
    (filter.code === undefined || record.code === filter.code) &&
    record.since >= filter.since
  );
}

function isTimed(kind: string): boolean {
  return kind === 'transient' || kind === 'unsettled';
}

/** All keys that start with `prefix`, in order. @param client made anew for each page */
export async function* keysBelow(
  client: () => Pick<Oss, 'listObjects'>,
  bucket: string,
  prefix: string,
): AsyncGenerator<string> {
  for await (const keys of keyPages(client, bucket, prefix)) yield* keys;
}
