// `npm run resume`: undoes `npm run stop`.
import { ProjectError, readProject } from '../deploy/project.js';
import { commandEnvironment } from '../remote/account.js';
import { asUserErrors } from '../remote/error.js';
import { functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, jsonOption, runAsProcess } from './support/command.js';

const options = {
  to: { value: 'N', help: 'another reserved concurrency; also changes that of a running function' },
  ...functionOptions,
  json: jsonOption,
} as const;

export const command: Command<typeof options> = {
  name: 'resume',
  summary: 'Lets the deployed function run again after `npm run stop`, with the reserved concurrency of s.yaml.',
  notes: functionNotes,
  options,
  async run({ flags, out, error }) {
    const env = commandEnvironment(flags.endpoint);
    const { fc, name, region } = await openFunction(flags, { env, note: error });
    const requested = flags.to === undefined ? undefined : instances(flags.to);
    return asUserErrors(async () => {
      const was = await fc.getReservedConcurrency(name);
      const changed = requested === undefined ? was === 0 : was !== requested;
      const value = changed ? (requested ?? (await fromProject(env))) : was;
      if (changed && value !== undefined) await fc.putReservedConcurrency(name, value);
      if (flags.json) {
        const state = { function: name, region, reservedConcurrency: value ?? null, was: was ?? null, changed };
        out(`${JSON.stringify(state)}\n`);
      } else if (!changed) {
        out(`${name} in ${region} is running already (reserved concurrency ${was ?? 'not set'})\n`);
      } else {
        out(`${name} in ${region} runs (reserved concurrency ${was ?? 'not set'} → ${value})\n`);
        if (was === 0) out(afterwards);
      }
      return 0;
    });
  },
};

const afterwards =
  'Events that waited are delivered without further action. One that has waited 10 minutes may wait up to 10 more.\n' +
  'npm run doctor checks the whole set-up.\n';

function instances(text: string): number {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= 1) return value;
  throw new UserError(`--to ${text}: expected a whole number from 1; to stop the function: npm run stop`, 2);
}

async function fromProject(env: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { resource, mistakes } = await readProject({ env });
    const value = resource?.concurrencyConfig.reservedConcurrency;
    if (value !== undefined && value > 0) return value;
    const why = value === 0 ? 'is 0' : `cannot be used (${countOf(mistakes.length, 'mistake')}: see npm run check)`;
    throw new UserError(`the reserved concurrency of s.yaml ${why}: give one with --to N`);
  } catch (cause) {
    if (!(cause instanceof ProjectError)) throw cause;
    throw new UserError(`${cause.message}\n  give the reserved concurrency with --to N`, 2, { cause });
  }
}

await runAsProcess(command, import.meta.url);
