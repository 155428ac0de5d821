// `npm run doctor`: whether a live set-up works, thing by thing, and what to do where it does not.
import { randomBytes } from 'node:crypto';
import { ProjectError, readProject } from '../deploy/project.js';
import { diagnose } from '../doctor/diagnose.js';
import { lineText, type Status, summaryText } from '../doctor/line.js';
import type { Expected } from '../doctor/settings.js';
import { accountOptions, commandEnvironment, openAccount } from '../remote/account.js';
import { functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  'no-probe': { help: 'do not invoke the function' },
  config: { value: 'FILE.json', help: 'rules to expect, instead of those that the function reads' },
  ...functionOptions,
  concurrency: accountOptions.concurrency,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'doctor',
  summary:
    'Examines what is deployed: the function, its role and settings, its triggers, the buckets and styles, the\n' +
    'journal, and what the role of the function may do.',
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
    const { fc, name, region, accountId } = await openFunction(flags, { env, note: error });
    const account = openAccount({ ...flags, region }, env);
    try {
      const lines = await diagnose({
        fc,
        functionName: name,
        region,
        accountId,
        oss: account.oss,
        buckets: account.buckets,
        expected: () => fromProject({ ...env, ACCOUNT_ID: accountId, REGION: region }),
        configFile: flags.config,
        probe: !flags['no-probe'],
        id: randomBytes(6).toString('hex'),
        now: Date.now,
      });
      const count = (status: Status) => lines.filter((line) => line.status === status).length;
      if (flags.json) {
        const counts = { problems: count('problem'), warnings: count('warning'), unseen: count('unseen') };
        out(`${JSON.stringify({ function: name, region, ...counts, checks: lines }, null, 2)}\n`);
      } else {
        for (const line of lines) out(`${lineText(line)}\n`);
        out(`${summaryText(lines)}\n`);
      }
      return count('problem') > 0 ? 1 : 0;
    } finally {
      await account.close();
    }
  },
};

async function fromProject(env: NodeJS.ProcessEnv): Promise<Expected | { readonly unreadable: string }> {
  try {
    const { resource, unset, mistakes } = await readProject({ env });
    if (resource !== undefined) return { resource, unset };
    return { unreadable: mistakes.map(({ path, message }) => `${path}: ${message}`).join('; ') };
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return { unreadable: error.message };
  }
}

await runAsProcess(command, import.meta.url);
