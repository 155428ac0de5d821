// Runs the journal records that the filter takes, several at a time, or lists them; prints each of them and the counts.
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { objectUri } from '../oss/object-name.js';
import { indexConfig } from '../pipeline/match.js';
import type { Account } from '../remote/account.js';
import type { Environment } from '../rules/values.js';
import { type Progress, type ProgressOptions, showProgress } from '../terminal/progress.js';
import { UserError } from '../terminal/user-error.js';
import { listRecords, type RecordFilter, type RecordList, readWantedRecord } from './records.js';
import { addTo, dryRunText, foundJson, foundText, noTally, replayedJson, replayedText, tallyText } from './report.js';
import { functionRules } from './rules.js';
import { callTime, type ReplayContext, runRecord } from './run-record.js';

export interface ReplayOptions {
  /** Rules in place of those that the function reads. */
  readonly configFile: string | undefined;
  /** The function's variables. */
  readonly environment: Environment;
  readonly filter: RecordFilter;
  /** List the records, run none. */
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly out: (text: string) => void;
  readonly screen: ProgressOptions;
}

/**
 * @returns the exit code: 1 when something failed, could not be read, or is left in the journal though it was due
 * @throws {UserError}
 */
export async function replay(
  { until, concurrency }: Pick<Account, 'until' | 'concurrency'>,
  { configFile, environment, filter, dryRun, json, out, screen }: ReplayOptions,
): Promise<number> {
  const client = () => until(Date.now() + callTime);
  const config = await functionRules(configFile, environment, client());
  const { journal } = config;
  if (journal === 'throw') throw new UserError(`the configuration keeps no journal: journal is 'throw'`);
  const context = { index: indexConfig(config), journal, filter, until, now: Date.now };
  const where = objectUri(journal.bucket, journal.prefix);
  const progress = showProgress(`replay: listing ${where}`, screen);
  try {
    const list = await listRecords(client, journal, filter, Date.now());
    return await (dryRun ? showRecords : runRecords)(list, context, { where, concurrency, json, out, progress });
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`the journal ${where}: ${cause.message}`, 1, { cause });
  } finally {
    progress.end();
  }
}

interface Output extends Pick<ReplayOptions, 'json' | 'out'> {
  readonly progress: Progress;
  /** The journal, as people call it. */
  readonly where: string;
  readonly concurrency: number;
}

async function runRecords({ keys, notDue }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, progress, where, concurrency } = output;
  const tally = { ...noTally };
  const results: object[] = [];
  let done = 0;
  await inParallel(keys, concurrency, async (key) => {
    const replayed = await runRecord(key, context);
    done += 1;
    if (replayed !== undefined) {
      addTo(tally, replayed);
      if (json) results.push(replayedJson(replayed));
      else progress.aside(() => out(replayedText(replayed)));
    }
    progress.step(`replay: ${done} of ${keys.length} records, ${tally.failed} failed`);
  });
  progress.end();
  out(json ? jsonText({ journal: where, dryRun: false, ...tally, notDue, results }) : tallyText(tally, notDue));
  return tally.failed + tally.left + tally.unreadable > 0 ? 1 : 0;
}

async function showRecords({ keys, notDue }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, progress, where, concurrency } = output;
  const { until, journal, filter, now } = context;
  let done = 0;
  const read = await inParallel(keys, concurrency, async (key) => {
    const record = await readWantedRecord(until(now() + callTime), journal, key, filter, now());
    done += 1;
    progress.step(`replay: ${done} of ${keys.length} records read`);
    return record;
  });
  progress.end();
  const found = read.filter((record) => record !== undefined);
  const unreadable = found.filter((record) => 'unread' in record).length;
  if (json) {
    const about = { journal: where, dryRun: true, records: found.length, unreadable, notDue };
    out(jsonText({ ...about, found: found.map(foundJson) }));
  } else {
    for (const record of found) out(`${foundText(record)}\n`);
    out(dryRunText(found.length, unreadable, notDue));
  }
  return unreadable > 0 ? 1 : 0;
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
