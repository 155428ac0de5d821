// The journal records that are about one source: what of it waits, and what failed. A record's content decides; its key
// says which are read first, since a journal may hold more records than anybody waits for.
import * as v from 'valibot';
import { duePrefix, failedPrefix, jobDigest, jobOfKey } from '../../journal/record.js';
import type { Oss } from '../../oss/client.js';
import { OssError } from '../../oss/error.js';
import { inParallel } from '../../oss/limit.js';
import { type ObjectName, objectUri } from '../../oss/object-name.js';
import { keysBelow } from '../../replay/records.js';
import type { Journal } from '../../rules/rule.js';
import { jsonObjectIn } from '../../terminal/text.js';

/** A record of the source. */
export interface SourceRecord {
  readonly key: string;
  /** `due`: the timer runs it by itself; `failed`: it waits for someone. */
  readonly state: 'due' | 'failed';
  readonly kind: string;
  readonly rule?: string | undefined;
  /** `oss://bucket/key`; absent: it is about all targets. */
  readonly target?: string | undefined;
  readonly error?:
    | { readonly code: string; readonly message: string; readonly requestId?: string | undefined }
    | undefined;
  /** Why the source is processed once more. */
  readonly unsettled?: string | undefined;
  readonly attempts?: number | undefined;
  /** ISO 8601, UTC. */
  readonly since?: string | undefined;
  readonly due?: string | undefined;
}

export interface FoundRecords {
  readonly records: readonly SourceRecord[];
  /** Of all sources. */
  readonly listed: number;
  /** Records that were not looked into: beyond the 2,000 that are read, or OSS refused it. */
  readonly unread: number;
  /** Why OSS refused it, the first time. */
  readonly refusal?: string | undefined;
}

export interface JournalReader {
  readonly oss: Pick<Oss, 'listObjects' | 'getObject'>;
  readonly concurrency: number;
  /** Called after each record that was read. */
  readonly step?: ((read: number) => void) | undefined;
}

const mostRead = 2_000;
const maxRecordBytes = 65_536;

/** A record is data that anyone who may write the bucket can have written. */
const recordForm = v.object({
  kind: v.fallback(v.string(), 'unknown'),
  source: v.object({ bucket: v.string(), key: v.string() }),
  rule: v.fallback(v.optional(v.string()), undefined),
  target: v.fallback(v.optional(v.object({ bucket: v.string(), key: v.string() })), undefined),
  error: v.fallback(
    v.optional(v.object({ code: v.string(), message: v.string(), requestId: v.optional(v.string()) })),
    undefined,
  ),
  unsettled: v.fallback(v.optional(v.string()), undefined),
  attempts: v.fallback(v.optional(v.number()), undefined),
  since: v.fallback(v.optional(v.string()), undefined),
  due: v.fallback(v.optional(v.string()), undefined),
});

/**
 * Finds the records of a source.
 * @param targets of the source, as far as they are known
 * @throws OssError when the journal cannot be listed
 */
export async function findRecords(
  source: ObjectName,
  targets: readonly ObjectName[],
  journal: Journal,
  { oss, concurrency, step = () => {} }: JournalReader,
): Promise<FoundRecords> {
  const unsettled = jobDigest({ source, unsettled: 'unanswered' });
  const expected = new Set([unsettled, ...targets.map((target) => jobDigest({ source, target }))]);
  const [likely, others]: [string[], string[]] = [[], []];
  for (const start of [duePrefix(journal), failedPrefix(journal)]) {
    for await (const key of keysBelow(() => oss, journal.bucket, start)) {
      (expected.has(jobOfKey(key)) ? likely : others).push(key);
    }
  }
  const keys = [...likely, ...others];
  const wanted = keys.slice(0, mostRead);
  let unread = keys.length - wanted.length;
  let refusal: string | undefined;
  let done = 0;
  const found = await inParallel(wanted, concurrency, async (key) => {
    try {
      return await readRecord(oss, journal, key, source);
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      unread += 1;
      refusal ??= error.message;
      return undefined;
    } finally {
      done += 1;
      step(done);
    }
  });
  const records = found.filter((record) => record !== undefined);
  return { records: records.sort((a, b) => (a.key < b.key ? -1 : 1)), listed: keys.length, unread, refusal };
}

/** Undefined: it is of another source, cannot be understood, or is gone by now. */
async function readRecord(
  oss: Pick<Oss, 'getObject'>,
  journal: Journal,
  key: string,
  source: ObjectName,
): Promise<SourceRecord | undefined> {
  const got = await oss.getObject({ bucket: journal.bucket, key, maxBytes: maxRecordBytes }).catch(absence);
  if (got === undefined || got.unchanged) return undefined;
  const read = v.safeParse(recordForm, jsonObjectIn(got.body.toString('utf8')));
  if (!read.success) return undefined;
  const { source: its, target, ...rest } = read.output;
  if (its.bucket !== source.bucket || its.key !== source.key) return undefined;
  return {
    key,
    state: key.startsWith(duePrefix(journal)) ? 'due' : 'failed',
    ...rest,
    target: target && objectUri(target.bucket, target.key),
  };
}

function absence(error: unknown): undefined {
  if (error instanceof OssError && (error.kind === 'gone' || error.code === 'EntityTooLarge')) return undefined;
  throw error;
}
