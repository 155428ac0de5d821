// `npm run replay`: runs what the journal keeps, once someone has mended what was wrong, through the function's own code.
import { objectUri } from '../event.js';
import { run } from '../handle.js';
import { duePrefix, type JournalPlace } from '../journal.js';
import { indexRules } from '../match.js';
import { OssError } from '../oss/error.js';
import { type Outcome, resultOf } from '../outcome.js';
import { type BrokenRecord, type Rerun, readRerun } from '../rerun.js';
import { inParallel } from '../save.js';
import { type Account, accountFlags, accountNotes, accountOptions, openAccount } from './account.js';
import { type Command, runAsProcess, UserError } from './command.js';
import { readConfig } from './configuration.js';
import { printable, resultLine } from './result-line.js';

const options = {
  ...accountOptions,
  config: { type: 'string' },
  kind: { type: 'string' },
  rule: { type: 'string' },
  code: { type: 'string' },
  since: { type: 'string' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const kinds = ['setup', 'permanent', 'transient', 'unsettled'];

export const command: Command<typeof options> = {
  name: 'replay',
  summary: 'Runs what the journal keeps: a record is deleted once it has succeeded, unless it was rewritten meanwhile.',
  flags: [
    '--kind KIND  setup, permanent, transient or unsettled (default: setup and permanent; the timer runs the others)',
    '--rule NAME  only records of this rule',
    '--code CODE  only records with this error code, such as AccessDenied',
    '--since TIME  only records first written at or after this time (ISO 8601)',
    '--dry-run  list them, change nothing',
    '--config FILE.json  rules to use instead of src/config.ts',
    ...accountFlags,
    '--json  one JSON object a line',
  ],
  notes: `Run it again after an interruption: it goes on with what is left.\n${accountNotes}`,
  options,
  async run({ flags }) {
    const wanted = wantedOf(flags);
    const { config } = readConfig(flags.config);
    const { journal } = config;
    if (journal === 'throw') throw new UserError(`the configuration keeps no journal: journal is 'throw'`);
    const account = openAccount(flags);
    try {
      const records = await readAll(account, journal, wanted);
      if (flags['dry-run']) return list(records, flags.json ?? false);
      const running = {
        index: indexRules(config.rules),
        journal,
        oss: account.oss,
        journalOss: account.oss,
        now: Date.now,
        deadline: Number.POSITIVE_INFINITY,
      };
      const tally = { saved: 0, removed: 0, skipped: 0, failed: 0 };
      let done = 0;
      await inParallel(records, account.concurrency, async (record) => {
        const { outcomes } = await run(record, running);
        done += 1;
        progress(done, records.length);
        for (const outcome of outcomes) {
          tally[outcome.status] += 1;
          print(outcome, flags.json ?? false);
        }
      });
      const { saved, removed, skipped, failed } = tally;
      const line = `${records.length} records: ${saved} saved, ${removed} removed, ${skipped} skipped, ${failed} failed\n`;
      process.stdout.write(
        flags.json ? `${JSON.stringify({ event: 'summary', records: records.length, ...tally })}\n` : line,
      );
      return failed > 0 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      throw new UserError(`the journal ${objectUri(journal.bucket, journal.prefix)}: ${error.message}`, 1, {
        cause: error,
      });
    } finally {
      await account.close();
    }
  },
};

interface Wanted {
  readonly kinds: readonly string[];
  readonly rule?: string | undefined;
  readonly code?: string | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
}

type Found = Rerun | BrokenRecord;

function wantedOf({
  kind,
  rule,
  code,
  since,
}: {
  kind?: string;
  rule?: string;
  code?: string;
  since?: string;
}): Wanted {
  if (kind !== undefined && !kinds.includes(kind)) {
    throw new UserError(`--kind ${kind}: expected ${kinds.join(', ')}`, 2);
  }
  const time = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
  if (Number.isNaN(time)) throw new UserError(`--since ${since}: expected a time such as 2026-11-22T08:30Z`, 2);
  return { kinds: kind === undefined ? ['setup', 'permanent'] : [kind], rule, code, since: time };
}

async function readAll({ oss, concurrency }: Account, place: JournalPlace, wanted: Wanted): Promise<Found[]> {
  const found: Found[] = [];
  for (const prefix of prefixesOf(place, wanted)) {
    let after: string | undefined;
    do {
      const page = await oss.listObjects({ bucket: place.bucket, prefix, limit: 1000, after });
      const read = await inParallel(page.objects, concurrency, ({ key }) =>
        readRerun(oss, place.bucket, key, Date.now()),
      );
      for (const record of read) if (record !== undefined && isWanted(record, wanted)) found.push(record);
      after = page.next;
    } while (after !== undefined);
  }
  return found;
}

/** `failed/{kind}/{rule}/`, or all that is due: the key of a due record tells neither kind nor rule. */
function prefixesOf(place: JournalPlace, { kinds, rule }: Wanted): string[] {
  const prefixes = kinds.map((kind) =>
    kind === 'transient' || kind === 'unsettled'
      ? duePrefix(place)
      : `${place.prefix}failed/${kind}/${rule === undefined ? '' : `${rule}/`}`,
  );
  return [...new Set(prefixes)];
}

/** A record that cannot be read at all is reported, whatever is asked for. */
function isWanted(record: Found, { kinds, rule, code, since }: Wanted): boolean {
  if ('broken' in record) return true;
  return (
    kinds.includes(record.kind) &&
    (rule === undefined || record.rule === rule) &&
    (code === undefined || record.code === code) &&
    record.since >= since
  );
}

function list(records: readonly Found[], json: boolean): number {
  for (const found of records) {
    if (json) {
      const { record, ...rest } = found;
      const about = 'task' in rest ? { ...rest, task: undefined, source: sourceOf(rest), since: isoOf(rest) } : rest;
      process.stdout.write(`${JSON.stringify({ record: record.key, ...about })}\n`);
    } else if ('broken' in found) {
      process.stdout.write(printable(`${found.record.key} ${found.broken}`).concat('\n'));
    } else {
      const { kind, rule = '-', code = '-', attempts } = found;
      const line = `${kind.padEnd(9)} ${rule} ${code} ${sourceOf(found)}  tried ${attempts}×, since ${isoOf(found)}`;
      process.stdout.write(`${printable(line)}\n`);
    }
  }
  if (!json) process.stdout.write(`${records.length} records; nothing was changed\n`);
  return 0;
}

function sourceOf({ task: { upload } }: Pick<Rerun, 'task'>): string {
  return objectUri(upload.bucket, upload.key);
}

function isoOf({ since }: Pick<Rerun, 'since'>): string {
  return new Date(since).toISOString();
}

function print(outcome: Outcome, json: boolean): void {
  const line = JSON.stringify({ event: 'result', ...resultOf(outcome) });
  process.stdout.write(`${json ? line : resultLine(line)}\n`);
}

function progress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all}${done === all ? '\n' : ''}`);
}

await runAsProcess(command, import.meta.url);
