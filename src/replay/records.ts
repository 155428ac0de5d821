// The journal records that a replay takes: found by their keys, read one by one, and held against what is asked for.

import { type RecordTask, readRecord as readJournalRecord, type UnreadableRecord } from '../journal/read.js';
import { dueMinute, duePrefix } from '../journal/record.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { Journal } from '../rules/rule.js';
import { UserError } from '../terminal/user-error.js';

const kinds = ['setup', 'permanent', 'transient', 'unsettled'];

/** What is asked for. */
export interface Wanted {
  readonly kinds: readonly string[];
  readonly rule?: string | undefined;
  readonly code?: string | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
}

interface WantedFlags {
  readonly kind?: string;
  readonly rule?: string;
  readonly code?: string;
  readonly since?: string;
}

/** @throws {UserError} (2) */
export function wantedOf({ kind, rule, code, since }: WantedFlags): Wanted {
  if (kind !== undefined && !kinds.includes(kind)) {
    throw new UserError(`--kind ${kind}: expected ${kinds.join(', ')}`, 2);
  }
  const time = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(time)) throw new UserError(`--since ${since}: expected a time such as 2026-11-22T08:30Z`, 2);
  return { kinds: kind === undefined ? ['setup', 'permanent'] : [kind], rule, code, since: time };
}

/** Where the records are that may be wanted. */
export interface Listed {
  readonly keys: readonly string[];
  /** Of all kinds; absent when nothing under `due/` is asked for. */
  readonly notDue?: { readonly count: number; readonly next?: string };
}

/**
 * Lists what may be wanted. What is not due yet is counted and left alone: a call that was left without an answer may still
 * write until then, and what is forgotten earlier would not put that right.
 * @param client made anew for each page
 * @param now epoch milliseconds
 * @throws OssError
 */
export async function listRecords(
  client: () => Pick<Oss, 'listObjects'>,
  place: Journal,
  wanted: Wanted,
  now: number,
): Promise<Listed> {
  const keys: string[] = [];
  for (const kind of wanted.kinds.filter((one) => !isTimed(one))) {
    const rule = wanted.rule === undefined ? '' : `${wanted.rule}/`;
    for await (const key of keysBelow(client, place.bucket, `${place.prefix}failed/${kind}/${rule}`)) keys.push(key);
  }
  if (!wanted.kinds.some(isTimed)) return { keys };
  const prefix = duePrefix(place);
  const latest = `${prefix}${dueMinute(now - 59_999)}`;
  let count = 0;
  let next: string | undefined;
  for await (const key of keysBelow(client, place.bucket, prefix)) {
    if (key.slice(0, latest.length) <= latest) keys.push(key);
    else {
      count += 1;
      next ??= key.slice(prefix.length, latest.length);
    }
  }
  return { keys, notDue: { count, ...(next === undefined ? {} : { next: `${next}Z` }) } };
}

/** A record that could not be read, and is still there. */
export interface Unread {
  readonly unread: string;
  readonly error: OssError;
}

export type Found = RecordTask | UnreadableRecord | Unread;

/** Reads a record; undefined when it is gone, or not asked for. */
export async function readRecord(
  oss: Pick<Oss, 'getObject'>,
  place: Journal,
  key: string,
  wanted: Wanted,
  now: number,
): Promise<Found | undefined> {
  try {
    const found = await readJournalRecord(oss, place.bucket, key, now);
    return found !== undefined && isWanted(found, key.startsWith(duePrefix(place)), wanted) ? found : undefined;
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { unread: key, error };
  }
}

/**
 * What cannot be understood is reported, whatever is asked for. Under `failed/` the key tells the kind; it is the record
 * that tells it under `due/`.
 */
function isWanted(
  record: RecordTask | UnreadableRecord,
  due: boolean,
  { kinds: asked, rule, code, since }: Wanted,
): boolean {
  if ('problem' in record) return true;
  return (
    (!due || asked.includes(record.kind)) &&
    (rule === undefined || record.rule === rule) &&
    (code === undefined || record.code === code) &&
    record.since >= since
  );
}

function isTimed(kind: string): boolean {
  return kind === 'transient' || kind === 'unsettled';
}

async function* keysBelow(
  client: () => Pick<Oss, 'listObjects'>,
  bucket: string,
  prefix: string,
): AsyncGenerator<string> {
  let after: string | undefined;
  do {
    const page = await client().listObjects({ bucket, prefix, limit: 1000, after });
    for (const { key } of page.objects) yield key;
    after = page.next;
  } while (after !== undefined);
}
