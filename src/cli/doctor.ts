// `npm run doctor`: whether a live set-up works, thing by thing, and what to do where it does not.
import { randomBytes } from 'node:crypto';
import { diagnose } from '../doctor/diagnose.js';
import { countsOf, diagnosisText, summaryText } from '../doctor/diagnosis.js';
import { readExpected } from '../doctor/settings.js';
import { accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import { functionFlags, functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
import { type Command, runAsProcess } from './support/command.js';

const options = {
  ...accountOptions,
  ...functionOptions,
  config: { type: 'string' },
  'no-probe': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const command: Command<typeof options> = {
  name: 'doctor',
  summary:
    'Looks at a live set-up: the function, its role and settings, its triggers, the buckets and styles, the journal, and\n' +
    'what the function’s own role may do.',
  flags: [
    '--no-probe  do not invoke the function',
    '--config FILE.json  rules to look for instead of those that the function reads',
    ...functionFlags,
    '--concurrency N  how many calls of OSS at a time, 1 to 100 (default 5)',
    '--json  one JSON object',
  ],
  notes:
    'It invokes the function with uploads of objects that do not exist, and one key that the function refuses: nothing is\n' +
    'processed, and what that leaves in the journal is deleted. Whether the role may write to the target buckets shows with\n' +
    'the first real upload. What is marked unseen was not looked at, and counts as neither right nor wrong.\n' +
    '--endpoint is OSS and Function Compute in one, as `npm start` is. Exit code 1: a problem.\n' +
    functionNotes,
  options,
  async run({ flags, out, error }) {
    const env = commandEnvironment(flags.endpoint);
    const { fc, name, region, accountId } = await openFunction(flags, { env, note: error });
    const account = openAccount({ ...flags, region }, env);
    try {
      const checks = await diagnose({
        fc,
        functionName: name,
        region,
        accountId,
        oss: account.oss,
        buckets: account.buckets,
        expected: () => readExpected({ ...env, ACCOUNT_ID: accountId, REGION: region }),
        configFile: flags.config,
        probe: !flags['no-probe'],
        id: randomBytes(6).toString('hex'),
        now: Date.now,
      });
      const counts = countsOf(checks);
      if (flags.json) out(`${JSON.stringify({ function: name, region, ...counts, checks }, null, 2)}\n`);
      else out(`${checks.map(diagnosisText).join('')}${summaryText(checks)}\n`);
      return counts.problems > 0 ? 1 : 0;
    } finally {
      await account.close();
    }
  },
};

await runAsProcess(command, import.meta.url);
