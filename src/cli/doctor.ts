// `npm run doctor`: whether a live set-up works, thing by thing, and what to do where it does not.
import { randomBytes } from 'node:crypto';
import { diagnose } from '../doctor/diagnose.js';
import { countsOf, diagnosisText, summaryText } from '../doctor/diagnosis.js';
import { readExpected } from '../doctor/settings.js';
import { accountOptions, commandEnvironment, isLocal, openAccount } from '../remote/account.js';
import { functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
import { createSurroundings } from '../remote/surroundings.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  'no-probe': { help: 'do not invoke the function' },
  clear: { help: 'delete the failures on record whose source is gone, or replaced and taken care of' },
  config: { value: 'FILE.json', help: 'rules to expect, instead of those that the function reads' },
  ...functionOptions,
  concurrency: accountOptions.concurrency,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'doctor',
  summary: 'Examines what is deployed: function, role, settings, triggers, buckets, styles, journal and permissions.',
  notes:
    'It invokes the function with uploads of objects that do not exist, and with a key that the function refuses:\n' +
    'nothing is processed, and the journal records that this leaves are deleted. Only the first real upload shows\n' +
    'whether the role may write to the target buckets. What is marked as unseen was not examined: it counts\n' +
    'neither as right nor as wrong. --endpoint serves both OSS and Function Compute, as `npm start` does. Exit\n' +
    'code 1: there is a problem.\n' +
    functionNotes,
  options,
  async run({ flags, out, error }) {
    const env = commandEnvironment(flags.endpoint);
    const { fc, name, region, accountId, credentials } = await openFunction(flags, { env, note: error });
    const account = openAccount({ ...flags, region }, env);
    const local = isLocal(flags.endpoint ?? env['OSS_ENDPOINT']);
    // `npm start` has no IMM to ask.
    const around = local ? undefined : createSurroundings({ region, credentials });
    try {
      const checks = await diagnose({
        fc,
        functionName: name,
        region,
        accountId,
        oss: account.oss,
        buckets: account.buckets,
        immProject: around?.immProject,
        expected: () => readExpected({ ...env, ACCOUNT_ID: accountId, REGION: region }),
        configFile: flags.config,
        filesHere: local,
        probe: !flags['no-probe'],
        clear: flags.clear,
        id: randomBytes(6).toString('hex'),
        now: Date.now,
      });
      const counts = countsOf(checks);
      if (flags.json) out(`${JSON.stringify({ function: name, region, ...counts, checks }, null, 2)}\n`);
      else out(`${checks.map(diagnosisText).join('')}${summaryText(checks)}\n`);
      return counts.problems > 0 ? 1 : 0;
    } finally {
      await Promise.all([account.close(), around?.close()]);
    }
  },
};

await runAsProcess(command, import.meta.url);
