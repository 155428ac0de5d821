// The journal records that are about one source: what of it waits, and what failed. A record's content decides; its key
// says which are read first, since a journal may hold more records than anybody waits for.
import { isOutlived } from '../../journal/outlived.js';
import { type RecordTask, readJournalRecord } from '../../journal/read.js';
import { duePrefix, failedPrefix, jobDigest, jobOfKey } from '../../journal/record-name.js';
import type { Oss } from '../../oss/client.js';
import { OssError } from '../../oss/error.js';
import { inParallel } from '../../oss/limit.js';
import { type ObjectName, objectUri } from '../../oss/object-name.js';
import type { RuleIndex } from '../../pipeline/match.js';
import { describe, type RecordDescription } from '../../replay/describe.js';
import { keysBelow } from '../../replay/records.js';
import type { Journal } from '../../rules/rule.js';

/** A record of the source. With `due`, the timer runs it by itself; else it waits for someone. */
export interface SourceRecord extends RecordDescription {
  readonly requestId?: string | undefined;
  /** A failure of an earlier version of the source, which needs no one's hand any more. */
  readonly outlived: boolean;
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
  readonly oss: Pick<Oss, 'headObject' | 'listObjects' | 'getObject'>;
  readonly index: RuleIndex;
  readonly concurrency: number;
  /** Epoch ms. */
  readonly now: number;
  /** Called after each record that was read. */
  readonly step?: ((read: number) => void) | undefined;
}

const mostRead = 2_000;

/**
 * Finds the records of a source.
 * @param targets of the source, as far as they are known
 * @throws OssError when the journal cannot be listed
 */
export async function findRecords(
  source: ObjectName,
  targets: readonly ObjectName[],
  journal: Journal,
  { step = () => {}, ...reader }: JournalReader,
): Promise<FoundRecords> {
  const { oss, concurrency } = reader;
  const expected = expectedJobs(source, targets);
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
      return await readRecord(objectUri(source.bucket, source.key), journal, key, reader);
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
  return { records: records.sort((a, b) => (a.record < b.record ? -1 : 1)), listed: keys.length, unread, refusal };
}

/** What the function's records for the source and its targets are known by. */
function expectedJobs(source: ObjectName, targets: readonly ObjectName[]): ReadonlySet<string> {
  const failed = targets.map((target) => jobDigest({ source, target }));
  return new Set([...failed, jobDigest({ source, unsettled: 'unanswered' })]);
}

/** Undefined: it is of another source, or is gone by now. */
async function readRecord(
  uri: string,
  journal: Journal,
  key: string,
  { oss, index, now }: Omit<JournalReader, 'step'>,
): Promise<SourceRecord | undefined> {
  const found = await readJournalRecord(oss, journal.bucket, key, now);
  if (found === undefined) return undefined;
  const description = describe(found, journal);
  if (description.source !== uri) return undefined;
  const { requestId } = Object(found.content?.error) as { requestId?: unknown };
  return {
    ...description,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    outlived: description.due === undefined && 'task' in found && (await isDoneWith(found, { index, oss })),
  };
}

/** Where OSS refuses a look that this takes, the record counts. */
async function isDoneWith(record: RecordTask, around: Parameters<typeof isOutlived>[1]): Promise<boolean> {
  try {
    return await isOutlived(record, around);
  } catch (error) {
    if (error instanceof OssError) return false;
    throw error;
  }
}
