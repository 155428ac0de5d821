// `npm run resume`: undoes `npm run stop`.
import { missedUploads } from '../deploy/missed-uploads.js';
import { ProjectError, readProject } from '../deploy/project.js';
import { isUploadEvent } from '../deploy/triggers/events.js';
import { filtersOf } from '../deploy/triggers/filter.js';
import { commandEnvironment } from '../remote/account.js';
import { asUserErrors, FunctionComputeError } from '../remote/error.js';
import { functionNotes, functionOptions, openFunction } from '../remote/function-account.js';
import type { FunctionCompute } from '../remote/function-compute.js';
import { shortestPrefixes } from '../rules/source-prefixes.js';
import { countOf, printableLines } from '../terminal/text.js';
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
        if (was === 0) out(afterwards + printableLines(`${missedUploads(await heardBy(fc, name))}\n`));
      }
      return 0;
    });
  },
};

const afterwards =
  'Events that waited are delivered without further action. One that has waited 10 minutes may wait up to 10 more.\n' +
  'npm run doctor checks the whole set-up. If it was stopped for more than 5 hours, Function Compute has given up\n' +
  'events of uploads meanwhile. This shows what they lack, and with --apply makes it:\n';

/** What its triggers cover; nothing where they cannot be seen. */
async function heardBy(fc: Pick<FunctionCompute, 'listTriggers'>, name: string): Promise<Map<string, string[]>> {
  try {
    const heard = new Map<string, Set<string>>();
    for (const { bucket, prefix, events } of filtersOf({ triggers: await fc.listTriggers(name) })) {
      if (events.some(isUploadEvent)) heard.set(bucket, (heard.get(bucket) ?? new Set()).add(prefix));
    }
    return new Map([...heard].map(([bucket, prefixes]) => [bucket, shortestPrefixes(prefixes)]));
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    return new Map();
  }
}

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
