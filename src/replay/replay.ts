// `npm run replay`: lists, runs or discards the journal records that the filter takes, or takes a former journal along.
// Here: which of these it is, and running several records at a time, with each of them and the counts printed.

import { functionRules } from '../deploy/function-rules.js';
import { byJob } from '../journal/record-name.js';
import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { objectUri } from '../oss/object-name.js';
import { indexConfig } from '../pipeline/match.js';
import type { Account } from '../remote/account.js';
import type { Journal } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { type ProgressOptions, showProgress } from '../terminal/progress.js';
import { UserError } from '../terminal/user-error.js';
import { discardAll } from './discard.js';
import { jsonText, type Output } from './output.js';
import { listRecords, type RecordFilter, type RecordList } from './records.js';
import { addTo, noTally, replayedJson, replayedText, tallyText } from './report.js';
import { callTime, type ReplayContext, runRecords } from './run-record.js';
import { showAll } from './show.js';
import { moveAll } from './take-along.js';

export interface ReplayOptions extends Pick<Output, 'yes' | 'ask' | 'json' | 'out'> {
  /** Rules in place of those that the function reads. */
  readonly configFile: string | undefined;
  /** The function's variables. */
  readonly environment: Environment;
  readonly filter: RecordFilter;
  /** The flags that choose records, or what is done with them. */
  readonly choosing: readonly string[];
  /** A former journal, whose records are taken along; where the rules keep none, it is the one that is replayed. */
  readonly former: Journal | undefined;
  /** `list` changes nothing. */
  readonly action: 'list' | 'run' | 'discard';
  readonly screen: ProgressOptions;
}

/**
 * @returns the exit code: 1 when something failed, could not be read, or is left in the journal though it was due
 * @throws {UserError}
 */
export async function replay(
  { until, concurrency }: Pick<Account, 'until' | 'concurrency'>,
  { configFile, environment, filter, choosing, former, action, screen, ...options }: ReplayOptions,
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
      if (choosing.length > 0) throw new UserError(`--journal takes all records along: no ${flagsText(choosing)}`, 2);
      return await moveAll(former, context, { ...options, changes: action !== 'list', where, concurrency, progress });
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

type Action = (list: RecordList, context: ReplayContext, output: Output) => Promise<number>;

const actions: Readonly<Record<ReplayOptions['action'], Action>> = { list: showAll, run: runAll, discard: discardAll };

async function runAll({ keys, notDue }: RecordList, context: ReplayContext, output: Output): Promise<number> {
  const { json, out, progress, where, concurrency } = output;
  const tally = { ...noTally };
  const results: object[] = [];
  let done = 0;
  await inParallel(byJob(keys), concurrency, async (records) => {
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

function flagsText(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(', ');
}
