// `npm run replay`: runs what the journal keeps, once someone has fixed what was wrong, through the function's own
// code.

import { functionSetting } from '../deploy/function-rules.js';
import { accountNotes, accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import { type FilterFlags, recordFilter } from '../replay/records.js';
import { replay } from '../replay/replay.js';
import { parseJournal } from '../replay/take-along.js';
import { terminalAsk } from '../terminal/ask.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  kind: {
    value: 'KIND',
    help: 'setup, permanent, transient or unsettled (default: the first two, which no timer runs)',
  },
  rule: { value: 'NAME', help: 'only records of this rule' },
  code: { value: 'CODE', help: 'only records with this error code, such as AccessDenied' },
  since: { value: 'TIME', help: 'only records first written at or after this time (ISO 8601)' },
  'dry-run': { help: 'list the records, change nothing' },
  'not-due': { help: 'list what waits for its time; with --now, run it' },
  now: { help: 'run transient and unsettled records, whether they are due or not' },
  discard: { help: 'delete the records instead of running them, after a yes' },
  yes: { help: 'discard without a question' },
  journal: {
    value: 'oss://BUCKET/PREFIX/',
    help: 'take the records of this former journal along to the present one; without one, run them there',
  },
  config: { value: 'FILE.json', help: 'rules to use instead of those at CONFIG_URI, or of src/config.ts without it' },
  ...accountOptions,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'replay',
  summary: 'Runs the records of the journal. A record that succeeds is deleted, unless it was rewritten meanwhile.',
  notes:
    'After an interruption, run it again: it continues with the remaining records. A record that OSS throttles\n' +
    'for 5 minutes is left to the timer. Transient and unsettled records run only if they are due, or with --now; what\n' +
    'was left without an answer then stays until it is due, since a late write may still come. Exit code 1: a record\n' +
    'failed, could not be read, or remains in the journal for another reason than that it is not due.\n' +
    accountNotes,
  options,
  async run({ flags, out, error }) {
    const filter = recordFilter(flags);
    const action = actionOf(flags);
    const env = commandEnvironment(flags.endpoint);
    const { environment, region, note } = await functionSetting(flags, env);
    if (note !== undefined) error(`${note}\n`);
    const account = openAccount({ ...flags, region: flags.region ?? region }, env);
    try {
      return await replay(account, {
        configFile: flags.config,
        environment,
        filter,
        choosing: (['kind', 'rule', 'code', 'since', 'not-due', 'now', 'discard'] as const).filter(
          (name) => flags[name],
        ),
        former: flags.journal === undefined ? undefined : parseJournal(flags.journal),
        action,
        yes: flags.yes ?? false,
        ask: terminalAsk(),
        json: flags.json ?? false,
        out,
        screen: { terminal: process.stderr.isTTY, write: error },
      });
    } finally {
      await account.close();
    }
  },
};

type ActionFlags = FilterFlags & Partial<Record<'dry-run', boolean>>;

function actionOf({ 'dry-run': dryRun, 'not-due': notDue, now, discard }: ActionFlags): 'list' | 'run' | 'discard' {
  if (discard && (notDue || now)) {
    throw new UserError('--discard: what is not due yet cannot be discarded, since a late write may still come', 2);
  }
  if (dryRun || (notDue && !now)) return 'list';
  return discard ? 'discard' : 'run';
}

await runAsProcess(command, import.meta.url);
