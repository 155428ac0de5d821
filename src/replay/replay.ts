// Lists, runs or discards the journal records that the filter takes, several at a time; prints each of them and the
// counts.

import { sameJournal } from '../deploy/moved-journal.js';
import { jobOfKey } from '../journal/record.js';
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { objectUri } from '../oss/object-name.js';
import { indexConfig } from '../pipeline/match.js';
import type { Account } from '../remote/account.js';
import { printable } from '../rules/printable.js';
import type { Journal } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import type { Ask } from '../terminal/ask.js';
import { type Progress, type ProgressOptions, showProgress } from '../terminal/progress.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { discard } from './discard.js';
import { type FoundRecord, listRecords, type RecordFilter, type RecordList, readWantedRecord } from './records.js';
import {
  addTo,
  codesOf,
  codesText,
  foundJson,
  foundText,
  listText,
  noTally,
  replayedJson,
  replayedText,
  tallyText,
} from './report.js';
import { functionRules } from './rules.js';
import { callTime, type ReplayContext, runRecords } from './run-record.js';
import { recordsAt, takeAlong, takenText } from './take-along.js';

export interface ReplayOptions {
  /** Rules in place of those that the function reads. */
  readonly configFile: string | undefined;
  /** The function's variables. */
  readonly environment: Environment;
  readonly filter: RecordFilter;
  /** A former journal, whose records are taken along; where the rules keep none, it is the one that is replayed. */
  readonly former: Journal | undefined;
  /** `list` changes nothing. */
  readonly action: 'list' | 'run' | 'discard';
  /** Discard without a question. */
  readonly yes: boolean;
  /** Undefined: there is nobody to ask. */
  readonly ask: Ask | undefined;
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
  { configFile, environment, filter, former, action, screen, ...options }: ReplayOptions,
): Promise<number> {
  const client = () => until(Date.now() + callTime);
  const config = await functionRules(configFile, environment, client());
  const journal = config.journal === 'throw' ? former : config.journal;
  if (journal === undefined) throw new UserError(`the configuration keeps no journal: journal is 'throw'`);
  const context = { index: indexConfig(config), journal, filter, until, now: Date.now };
  const where = objectUri(journal.bucket, journal.prefix);
  const progress = showProgress(`replay: listing ${where}`, screen);
  try {
    if (former !== undefined && former !== journal) {
      return await moveAll(former, context, { ...options, action, where, concurrency, progress });
    }
    const list = await listRecords(client, journal, filter, Date.now());
    return await actions[action](list, context, { ...options, where, concurrency, progress });
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(`the journal ${where}: ${cause.message}`, 1, { cause });
  } finally {
    progress.end();
  }
}

interface Output extends Pick<ReplayOptions, 'json' | 'out' | 'yes' | 'ask'> {
  readonly progress: Progress;
  /** The journal, as people call it. */
  readonly where: string;
  readonly concurrency: number;
}

type Action = (list: RecordList, context: ReplayContext, output: Output) => Promise<number>;

const actions: Readonly<Record<ReplayOptions['action'], Action>> = { list: showAll, run: runAll, discard: discardAll };

async function moveAll(
  former: Journal,
  { journal, until, now }: ReplayContext,
  { action, json, out, where, concurrency, progress }: Output & Pick<ReplayOptions, 'action'>,
): Promise<number> {
  if (sameJournal(former, journal)) throw new UserError(`--journal: ${where} is the present journal`, 2);
  const client = () => until(now() + callTime);
  const keys = await recordsAt(client, former);
  const from = objectUri(former.bucket, former.prefix);
  if (action === 'list') {
    progress.end();
    const text = `${countOf(keys.length, 'record')} of ${from} can be taken along to ${where}; nothing was changed\n`;
    out(json ? jsonText({ journal: where, from, dryRun: true, records: keys.length }) : text);
    return 0;
  }
  const result = await takeAlong(keys, former, journal, client, concurrency);
  progress.end();
  out(json ? jsonText({ journal: where, from, dryRun: false, ...result }) : takenText(result, former, journal));
  return result.left.length > 0 ? 1 : 0;
}

async function runAll({ keys, notDue }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, progress, where, concurrency } = output;
  const tally = { ...noTally };
  const results: object[] = [];
  let done = 0;
  await inParallel(jobsOf(keys), concurrency, async (records) => {
    const replayed = await runRecords(records, context);
    done += records.length;
    for (const one of replayed) {
      addTo(tally, one);
      if (json) results.push(replayedJson(one));
      else progress.aside(() => out(replayedText(one)));
    }
    progress.step(`replay: ${done} of ${keys.length} records, ${tally.failed} failed`);
  });
  progress.end();
  out(json ? jsonText({ journal: where, dryRun: false, ...tally, notDue, results }) : tallyText(tally, notDue));
  return tally.failed + tally.left + tally.unreadable > 0 ? 1 : 0;
}

/** The records of each job, which are for several versions of its source. */
function jobsOf(keys: readonly string[]): string[][] {
  const jobs = new Map<string, string[]>();
  for (const key of keys) {
    const job = jobOfKey(key);
    const known = jobs.get(job);
    if (known === undefined) jobs.set(job, [key]);
    else known.push(key);
  }
  return [...jobs.values()];
}

async function showAll({ keys, notDue }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, where } = output;
  const found = await readAll(keys, context, output);
  const unreadable = found.filter((record) => 'unread' in record).length;
  if (json) {
    const about = { journal: where, dryRun: true, records: found.length, unreadable, notDue };
    out(jsonText({ ...about, ...listed(found, context) }));
  } else {
    show(found, context, out);
    out(listText(found.length, unreadable, notDue));
  }
  return unreadable > 0 ? 1 : 0;
}

async function discardAll({ keys }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, where } = output;
  const read = await readAll(keys, context, output);
  const unreadable = read.filter((one) => 'unread' in one).length;
  const found = read.flatMap((one) => ('unread' in one ? [] : [one]));
  if (!json) show(found, context, out);
  const result = await discard(found, context, output);
  const { discarded = [], left = [] } = result ?? {};
  if (json) {
    out(jsonText({ journal: where, discarded: discarded.length, unreadable, left, ...listed(found, context) }));
  } else {
    for (const { record, why } of left) out(`${printable(`left    journal:${record}  (${why})`)}\n`);
    const rest = `${left.length} left in the journal, ${unreadable} unreadable`;
    out(result === undefined ? 'nothing was changed\n' : `${countOf(discarded.length, 'record')} deleted; ${rest}\n`);
  }
  return left.length + unreadable > 0 ? 1 : 0;
}

async function readAll(keys: readonly string[], context: ReplayContext, output: Output): Promise<FoundRecord[]> {
  const { until, journal, filter, now } = context;
  const { progress, concurrency } = output;
  let done = 0;
  const read = await inParallel(keys, concurrency, async (key) => {
    const record = await readWantedRecord(until(now() + callTime), journal, key, filter, now());
    done += 1;
    progress.step(`replay: ${done} of ${keys.length} records read`);
    return record;
  });
  progress.end();
  return read.filter((record) => record !== undefined);
}

function show(found: readonly FoundRecord[], { journal, now }: ReplayContext, out: Output['out']): void {
  for (const record of found) out(foundText(record, journal, now()));
  out(codesText(codesOf(found, journal)));
}

function listed(found: readonly FoundRecord[], { journal, now }: ReplayContext): object {
  return { codes: codesOf(found, journal), found: found.map((record) => foundJson(record, journal, now())) };
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
