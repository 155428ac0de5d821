// `npm run replay`: runs what the journal keeps, once someone has mended what was wrong, through the function's own code.

import { OssError } from '../oss/error.js';
import { inParallel } from '../oss/limit.js';
import { objectUri } from '../oss/object-name.js';
import { indexRules } from '../pipeline/match.js';
import { accountNotes, accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import { type Progress, showProgress } from '../replay/progress.js';
import { type Listed, listRecords, readRecord, wantedOf } from '../replay/records.js';
import {
  count,
  dryRunText,
  foundJson,
  foundText,
  nothing,
  replayedJson,
  replayedText,
  tallyText,
} from '../replay/report.js';
import { functionRules, functionSetting } from '../replay/rules.js';
import { callTime, type Replaying, runRecord } from '../replay/run-record.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, type Input, jsonOption, runAsProcess } from './support/command.js';

const options = {
  kind: {
    value: 'KIND',
    help: 'setup, permanent, transient or unsettled (default: setup and permanent; the timer runs the others)',
  },
  rule: { value: 'NAME', help: 'only records of this rule' },
  code: { value: 'CODE', help: 'only records with this error code, such as AccessDenied' },
  since: { value: 'TIME', help: 'only records first written at or after this time (ISO 8601)' },
  'dry-run': { help: 'list the records, change nothing' },
  config: {
    value: 'FILE.json',
    help: 'rules to use instead of those that the function reads: by CONFIG_URI, else src/config.ts',
  },
  ...accountOptions,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'replay',
  summary: 'Runs the records of the journal. A record that succeeds is deleted, unless it was rewritten meanwhile.',
  notes:
    'After an interruption, run it again: it continues with the remaining records. A record that OSS throttles\n' +
    'for 5 minutes is left to the timer. Transient and unsettled records run only if they are due. Exit code 1: a\n' +
    'record failed, could not be read, or remains in the journal for another reason than that it is not due.\n' +
    accountNotes,
  options,
  async run({ flags, out, error }) {
    const wanted = wantedOf(flags);
    const env = commandEnvironment(flags.endpoint);
    const { environment, region, note } = await functionSetting(flags, env);
    if (note !== undefined) error(`${note}\n`);
    const account = openAccount({ ...flags, region: flags.region ?? region }, env);
    const client = () => account.until(Date.now() + callTime);
    try {
      const { journal, rules } = await functionRules(flags.config, environment, client());
      if (journal === 'throw') throw new UserError(`the configuration keeps no journal: journal is 'throw'`);
      const replaying = { index: indexRules(rules), journal, wanted, until: account.until, now: Date.now };
      const where = objectUri(journal.bucket, journal.prefix);
      const progress = showProgress(`replay: listing ${where}`, {
        terminal: process.stderr.isTTY,
        write: error,
      });
      try {
        const listed = await listRecords(client, journal, wanted, Date.now());
        const work = {
          listed,
          replaying,
          progress,
          where,
          concurrency: account.concurrency,
          json: flags.json ?? false,
        };
        return flags['dry-run'] ? await list(work, out) : await replay(work, out);
      } catch (cause) {
        if (!(cause instanceof OssError)) throw cause;
        throw new UserError(`the journal ${where}: ${cause.message}`, 1, { cause });
      } finally {
        progress.end();
      }
    } finally {
      await account.close();
    }
  },
};

interface Work {
  readonly listed: Listed;
  readonly replaying: Replaying;
  readonly progress: Progress;
  /** The journal, as people call it. */
  readonly where: string;
  readonly concurrency: number;
  readonly json: boolean;
}

type Out = Input<typeof options>['out'];

async function replay({ listed, replaying, progress, where, concurrency, json }: Work, out: Out): Promise<number> {
  const { keys, notDue } = listed;
  const tally = { ...nothing };
  const records: object[] = [];
  let done = 0;
  await inParallel(keys, concurrency, async (key) => {
    const replayed = await runRecord(key, replaying);
    done += 1;
    if (replayed !== undefined) {
      count(tally, replayed);
      if (json) records.push(replayedJson(replayed));
      else progress.aside(() => out(replayedText(replayed)));
    }
    progress.step(`replay: ${done} of ${keys.length} records, ${tally.failed} failed`);
  });
  progress.end();
  out(
    json ? jsonText({ journal: where, dryRun: false, ...tally, notDue, results: records }) : tallyText(tally, notDue),
  );
  return tally.failed + tally.left + tally.unreadable > 0 ? 1 : 0;
}

async function list({ listed, replaying, progress, where, concurrency, json }: Work, out: Out): Promise<number> {
  const { keys, notDue } = listed;
  const { until, journal, wanted, now } = replaying;
  let done = 0;
  const read = await inParallel(keys, concurrency, async (key) => {
    const found = await readRecord(until(now() + callTime), journal, key, wanted, now());
    done += 1;
    progress.step(`replay: ${done} of ${keys.length} records read`);
    return found;
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

await runAsProcess(command, import.meta.url);
