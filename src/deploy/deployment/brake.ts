// The brake: reserved concurrency 0, which keeps a function from being started. fc3 sets the concurrency of s.yaml
// last, after the triggers, so that a first deployment that fails half way would leave a function that is started
// without a limit, without our retries and without a queue for what is given up.
// https://github.com/devsapp/fc3, src/subCommands/deploy/index.ts
import { FunctionComputeError } from '../../remote/error.js';
import type { FunctionCompute } from '../../remote/function-compute.js';
import { printable } from '../../rules/printable.js';
import { shellWord } from '../../terminal/shell-quote.js';
import { explained, type FunctionReader, type Live, readLive, type Sleep, withRetries } from './live.js';

export type BrakedFunction = FunctionReader & Pick<FunctionCompute, 'putReservedConcurrency' | 'getAsyncConfig'>;

export interface BrakeOptions {
  readonly fc: BrakedFunction;
  readonly functionName: string;
  readonly region: string;
  readonly sleep: Sleep;
  readonly say: (line: string) => void;
}

/** Sets the brake of a function that is there. @returns why it cannot be; undefined: it is set */
export async function stop({ fc, functionName, sleep }: BrakeOptions): Promise<string | undefined> {
  try {
    await withRetries(() => fc.putReservedConcurrency(functionName, 0), sleep);
    const limit = await withRetries(() => fc.getReservedConcurrency(functionName), sleep);
    return limit === 0 ? undefined : `its reserved concurrency is ${limit ?? 'not set'} all the same`;
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    return explained(error);
  }
}

/**
 * After a failed `s deploy`: lists what exists, and stops a function that is new, or that has no limit. One that ran
 * with a limit before goes on with it.
 * @returns what the user has to know, line by line
 */
export async function afterFailure(before: Live, options: BrakeOptions): Promise<string[]> {
  const { fc, functionName, sleep, say } = options;
  const now = await readLive(fc, functionName, sleep);
  if (now.exists === false) return [`there is no function ${functionName}: nothing was made that could run`];
  say('what there is now:');
  for (const line of await inventory(now, options)) say(`  ${printable(line)}`);
  const limit = now.reservedConcurrency?.limit;
  if (limit === 0) return [`${functionName} is stopped; once this is mended: npm run deploy -- --resume`];
  const kept = limit ?? (now.reservedConcurrency === undefined ? before.reservedConcurrency?.limit : undefined);
  if (before.exists !== false && kept !== undefined) {
    return [`${functionName} goes on with the limit that it had, ${kept}; npm run stop stops it`];
  }
  const why = await stop(options);
  if (why === undefined) {
    return [
      `${functionName} was stopped (reserved concurrency 0): events of uploads wait for five hours`,
      'once this is mended: npm run deploy -- --resume',
    ];
  }
  return unstopped(why, options);
}

/** Nobody is to overlook it. */
function unstopped(why: string, { functionName, region }: BrakeOptions): string[] {
  const path = `/2023-03-30/functions/${functionName}/concurrency`;
  const body = shellWord(JSON.stringify({ reservedConcurrency: 0 }));
  const header = shellWord('Content-Type=application/json');
  return [
    '',
    `!!! ${functionName} MAY RUN WITHOUT A LIMIT, and could not be stopped: ${why}`,
    '!!! stop it now, with a key that may do so, by one of these:',
    '!!!   npm run stop',
    `!!!   aliyun fc PUT ${path} --region ${region} --header ${header} --body ${body}`,
    '!!! or in the console of Function Compute: the function, Configuration, Concurrency, 0',
  ];
}

async function inventory(now: Live, { fc, functionName, sleep }: BrakeOptions): Promise<string[]> {
  const { triggers, reservedConcurrency, problems } = now;
  const retries = await withRetries(() => fc.getAsyncConfig(functionName), sleep).then(
    (found) => (found === undefined ? 'not set: three, and what is given up is lost' : 'set'),
    (error: unknown) => {
      if (!(error instanceof FunctionComputeError)) throw error;
      return `could not be read: ${explained(error)}`;
    },
  );
  const names = triggers?.map(({ triggerName }) => triggerName).join(', ');
  return [
    `function ${functionName}`,
    ...(triggers === undefined ? [] : [`triggers: ${names || 'none'}`]),
    `retries: ${retries}`,
    ...(reservedConcurrency === undefined ? [] : [`limit: ${reservedConcurrency.limit ?? 'none'}`]),
    ...problems,
  ];
}
