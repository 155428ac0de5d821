// `npm run doctor`: whether a live set-up works, thing by thing, and what to do where it does not.
import { randomBytes } from 'node:crypto';
import { ProjectError, readProject } from '../deploy/project.js';
import { diagnose } from '../doctor/diagnose.js';
import { lineText, type Status, summaryText } from '../doctor/diagnosis.js';
import type { Expected } from '../doctor/settings.js';
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
    'the first real upload. What is marked unseen was not looked at, and counts as neither well nor wrong.\n' +
    '--endpoint is OSS and Function Compute in one, as `npm start` is. Exit code 1: a problem.\n' +
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
