// `replay --journal`: takes the records of a journal that has moved along to the present one, where the timer and later
// replays find them. Each is copied under the same name, and then deleted, unless it has been rewritten meanwhile.
import { sameJournal } from '../deploy/moved-journal.js';
import { deleteRecord } from '../journal/read.js';
import { duePrefix, failedPrefix } from '../journal/record-name.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { objectUri } from '../oss/object-name.js';
import { printable } from '../rules/printable.js';
import type { Journal } from '../rules/rule.js';
import { bucketProblem, journalPrefixProblem } from '../rules/values.js';
import { newestSweep } from '../sweep/newest.js';
import { countOf, printableLines } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { jsonText, type Output } from './output.js';
import { keysBelow } from './records.js';
import { callTime, type ReplayContext } from './run-record.js';

/** What became of the records; `left`: those that are still in the former place, and why. */
export interface TakenAlong {
  readonly taken: number;
  readonly left: readonly { readonly record: string; readonly why: string }[];
}

/** Of `oss://bucket/prefix/`. @throws {UserError} (2) */
export function parseJournal(uri: string): Journal {
  const [, bucket = '', prefix = ''] = /^oss:\/\/([^/]+)\/(.*)$/su.exec(uri) ?? [];
  const expected = bucketProblem(bucket) ?? journalPrefixProblem(prefix);
  if (expected === undefined) return { bucket, prefix };
  throw new UserError(`--journal ${uri}: expected oss://BUCKET/PREFIX/: ${expected}`, 2);
}

/** @throws OssError when the former place cannot be listed */
export async function recordsAt(client: () => Oss, { bucket, prefix }: Journal): Promise<string[]> {
  const keys: string[] = [];
  for (const start of [duePrefix({ prefix }), failedPrefix({ prefix })]) {
    for await (const key of keysBelow(client, bucket, start)) keys.push(key);
  }
  return keys;
}

/**
 * Takes the records along. Where one of the same name is there already, it is of the same job and version, and stays.
 * @param client made anew for each record
 */
export async function takeAlong(
  keys: readonly string[],
  from: Journal,
  to: Journal,
  client: () => Oss,
  concurrency: number,
): Promise<TakenAlong> {
  const left: { record: string; why: string }[] = [];
  await inParallel(keys, concurrency, async (key) => {
    const why = await takeOne(key, from, to, client());
    if (why !== undefined) left.push({ record: key, why });
  });
  return { taken: keys.length - left.length, left };
}

/** @returns why it is left where it is */
async function takeOne(key: string, from: Journal, to: Journal, oss: Oss): Promise<string | undefined> {
  const target = { bucket: to.bucket, key: `${to.prefix}${key.slice(from.prefix.length)}` };
  try {
    const got = await oss.getObject({ bucket: from.bucket, key, maxBytes: maxRecordBytes });
    if (got.unchanged) return undefined;
    if ((await oss.headObject(target)) === undefined) {
      await oss.putObject({ ...target, body: got.body, contentType: 'application/json' });
    }
    return (await deleteRecord(oss, from, { key, etag: got.etag })) ? undefined : 'it was rewritten meanwhile';
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    // Another replay, or an instance that still runs the rules before, has been faster.
    return error.kind === 'gone' && error.code === 'NoSuchKey' ? undefined : error.message;
  }
}

/** The sweep there that is not finished: its objects are not taken along. Undefined: none, or it cannot be seen. */
async function sweepAt(oss: Pick<Oss, 'listObjects'>, former: Journal): Promise<string | undefined> {
  try {
    const newest = await newestSweep(oss, former);
    return newest === undefined || newest.cancelled || newest.ended ? undefined : newest.id;
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return undefined;
  }
}

function sweepText(id: string): string {
  return printableLines(
    `the sweep ${id} stays there, and nobody goes on with it: npm run reconcile plans what it has left\n`,
  );
}

/** More than the function reads: what is too large for it is for a person to look at. */
const maxRecordBytes = 8_000_000;

/** For people, ended by a line break. */
export function takenText({ taken, left }: TakenAlong, from: Journal, to: Journal): string {
  const lines = left.map(({ record, why }) => `left    journal:${record}  (${why})`);
  const places = `${objectUri(from.bucket, from.prefix)} → ${objectUri(to.bucket, to.prefix)}`;
  lines.push(`${places}: ${countOf(taken, 'record')} taken along, ${left.length} left`);
  if (taken > 0) lines.push('the timer runs what is due; npm run replay runs the rest');
  return lines.map((line) => `${printable(line)}\n`).join('');
}

/** Takes all records of a former journal along, or only says how many there are. @returns the exit code */
export async function moveAll(
  former: Journal,
  { journal, until, now }: ReplayContext,
  { changes, json, out, where, concurrency, progress }: Output & { readonly changes: boolean },
): Promise<number> {
  if (sameJournal(former, journal)) throw new UserError(`--journal: ${where} is the present journal`, 2);
  const client = () => until(now() + callTime);
  const keys = await recordsAt(client, former);
  const sweep = await sweepAt(client(), former);
  const left = sweep === undefined ? '' : sweepText(sweep);
  const from = objectUri(former.bucket, former.prefix);
  if (!changes) {
    progress.end();
    const text = `${countOf(keys.length, 'record')} of ${from} can be taken along to ${where}; nothing was changed\n`;
    out(json ? jsonText({ journal: where, from, dryRun: true, records: keys.length, sweep }) : text + left);
    return 0;
  }
  const result = await takeAlong(keys, former, journal, client, concurrency);
  progress.end();
  const text = takenText(result, former, journal) + left;
  out(json ? jsonText({ journal: where, from, dryRun: false, ...result, sweep }) : text);
  return result.left.length > 0 ? 1 : 0;
}
