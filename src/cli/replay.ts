// `npm run replay`: runs what the journal keeps, once someone has fixed what was wrong, through the function's own code.

import { accountFlags, accountNotes, accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import { recordFilter } from '../replay/records.js';
import { replay } from '../replay/replay.js';
import { functionSetting } from '../replay/rules.js';
import { type Command, runAsProcess } from './support/command.js';

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

export const command: Command<typeof options> = {
  name: 'replay',
  summary: 'Runs what the journal keeps: a record is deleted once it has succeeded, unless it was rewritten meanwhile.',
  flags: [
    '--kind KIND  setup, permanent, transient or unsettled (default: setup and permanent; the timer runs the others)',
    '--rule NAME  only records of this rule',
    '--code CODE  only records with this error code, such as AccessDenied',
    '--since TIME  only records first written at or after this time (ISO 8601)',
    '--dry-run  list them, change nothing',
    '--config FILE.json  rules to use instead of those that the function reads: by CONFIG_URI, else src/config.ts',
    ...accountFlags,
    '--json  one JSON object',
  ],
  notes:
    'Run it again after an interruption: it goes on with what is left. A record that OSS throttles for 5 minutes is left to\n' +
    'the timer. Of transient and unsettled records it runs those that are due. Exit code 1: something failed, could not be\n' +
    `read, or is left in the journal though it was due.\n${accountNotes}`,
  options,
  async run({ flags, out, error }) {
    const filter = recordFilter(flags);
    const env = commandEnvironment(flags.endpoint);
    const { environment, region, note } = await functionSetting(flags, env);
    if (note !== undefined) error(`${note}\n`);
    const account = openAccount({ ...flags, region: flags.region ?? region }, env);
    try {
      return await replay(account, {
        configFile: flags.config,
        environment,
        filter,
        dryRun: flags['dry-run'] ?? false,
        json: flags.json ?? false,
        out,
        screen: { terminal: process.stderr.isTTY, write: error },
      });
    } finally {
      await account.close();
    }
  },
};

await runAsProcess(command, import.meta.url);
