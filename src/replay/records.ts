// The journal records that a replay lists, runs or discards: found by their keys, read one by one, and compared with
// the filter.

import { keyPages, readJournalRecord } from '../journal/read.js';
import { dueMinute, duePrefix, failedPrefix } from '../journal/record-name.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { Journal } from '../rules/rule.js';
import { UserError } from '../terminal/user-error.js';
import { describe, type ReadRecord } from './describe.js';

/** The kinds that a record can have. */
export const recordKinds = ['setup', 'permanent', 'transient', 'unsettled'];

/** Which records are wanted. */
export interface RecordFilter {
  readonly kinds: readonly string[];
  readonly rule: string | undefined;
  readonly code: string | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Of what is not due yet: none, all beside what is due, or nothing else. */
  readonly notDue: 'none' | 'too' | 'only';
  /** Whether also what nothing can be read from has to meet it: what is deleted has to. */
  readonly exact: boolean;
}

/** The flags that choose records. */
export type FilterFlags = Partial<Record<'kind' | 'rule' | 'code' | 'since', string>> &
  Partial<Record<'not-due' | 'now' | 'discard', boolean>>;

/** The filter that flags give. @throws {UserError} (2) */
export function recordFilter(flags: FilterFlags): RecordFilter {
  const { kind, rule, code, since, now } = flags;
  if (kind !== undefined && !recordKinds.includes(kind)) {
    throw new UserError(`--kind ${kind}: expected ${recordKinds.join(', ')}`, 2);
  }
  const time = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(time)) throw new UserError(`--since ${since}: expected a time such as 2026-11-22T08:30Z`, 2);
  const notDue = flags['not-due'] ? 'only' : now ? 'too' : 'none';
  if (notDue !== 'none' && kind !== undefined && !isTimed(kind)) {
    throw new UserError(`--kind ${kind}: only transient and unsettled records wait for a time`, 2);
  }
  const wanted = kind === undefined ? recordKinds.filter((one) => isTimed(one) === (notDue !== 'none')) : [kind];
  return { kinds: wanted, rule, code, since: time, notDue, exact: flags.discard ?? false };
}

/** The keys of records that may be wanted. */
export interface RecordList {
  readonly keys: readonly string[];
  /** Records of all kinds that are not due yet, and left alone; undefined when the filter does not look there. */
  readonly notDue?: { readonly count: number; readonly next: string | undefined } | undefined;
}

/**
 * Lists what may be wanted. What is not due yet is counted; it is wanted only where the filter says so: a call without
 * an answer may still write until then.
 * @param client made anew for each page
 * @param now epoch milliseconds
 * @throws OssError
 */
export async function listRecords(
  client: () => Pick<Oss, 'listObjects'>,
  journal: Journal,
  filter: RecordFilter,
  now: number,
): Promise<RecordList> {
  const { bucket } = journal;
  const keys: string[] = [];
  for (const kind of filter.kinds.filter((one) => !isTimed(one))) {
    const rule = filter.rule === undefined ? '' : `${filter.rule}/`;
    for await (const key of keysBelow(client, bucket, `${failedPrefix(journal)}${kind}/${rule}`)) keys.push(key);
  }
  if (!filter.kinds.some(isTimed)) return { keys };
  let count = 0;
  let next: string | undefined;
  for await (const key of keysBelow(client, bucket, duePrefix(journal))) {
    const early = isEarly(key, journal, now);
    if (early ? filter.notDue !== 'none' : filter.notDue !== 'only') keys.push(key);
    else if (early) {
      count += 1;
      next ??= `${minuteOf(key, journal)}Z`;
    }
  }
  return { keys, notDue: filter.notDue === 'none' ? { count, next } : undefined };
}

/** Whether the record of a key is not due yet. */
export function isEarly(key: string, journal: Journal, now: number): boolean {
  return key.startsWith(duePrefix(journal)) && minuteOf(key, journal) > dueMinute(now - 59_999);
}

function minuteOf(key: string, journal: Journal): string {
  const start = duePrefix(journal).length;
  return key.slice(start, start + 16);
}

/** OSS gave an error for this record; it is still in the journal. */
export interface RecordNotRead {
  readonly unread: string;
  readonly error: OssError;
}

export type FoundRecord = ReadRecord | RecordNotRead;

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
    if (found === undefined) return undefined;
    return (!filter.exact && isBroken(found)) || isWanted(found, journal, filter) ? found : undefined;
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { unread: key, error };
  }
}

/** Whether nothing at all can be read from it. One that only holds no upload says what it is about. */
export function isBroken(found: ReadRecord): boolean {
  return 'problem' in found && found.content === undefined;
}

/** Under `failed/` the key names the kind; under `due/` the record does. */
function isWanted(found: ReadRecord, journal: Journal, filter: RecordFilter): boolean {
  const { kind, rule, code, since, due } = describe(found, journal);
  return (
    (due === undefined || filter.kinds.includes(kind)) &&
    (filter.rule === undefined || rule === filter.rule) &&
    (filter.code === undefined || code === filter.code) &&
    (since ?? Number.NEGATIVE_INFINITY) >= filter.since
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
