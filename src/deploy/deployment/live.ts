// The deployed function as it is before a deployment: whether it exists, its triggers, and whether it is stopped.
import { FunctionComputeError } from '../../remote/error.js';
import type { FunctionCompute, RemoteFunction, RemoteTrigger } from '../../remote/function-compute.js';
import type { Environment } from '../../rules/values.js';

/** What was found; what could not be read is undefined, with the reason among the problems. */
export interface Live {
  readonly exists: boolean | undefined;
  readonly environmentVariables?: Environment | undefined;
  readonly triggers: readonly RemoteTrigger[] | undefined;
  /** `limit` undefined: none is set. */
  readonly reservedConcurrency: { readonly limit: number | undefined } | undefined;
  readonly problems: readonly string[];
}

export type FunctionReader = Pick<FunctionCompute, 'getFunction' | 'listTriggers' | 'getReservedConcurrency'>;
/** Waits for so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

const notThere: Live = { exists: false, triggers: [], reservedConcurrency: { limit: undefined }, problems: [] };

/** Reads the function. The caller may lack the permission to see all of it: a failure becomes a problem. */
export async function readLive(fc: FunctionReader, name: string, sleep: Sleep): Promise<Live> {
  const problems: string[] = [];
  let unreachable = false;
  let missing = false;
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await withRetries(call, sleep);
    } catch (error) {
      if (!(error instanceof FunctionComputeError)) throw error;
      unreachable ||= error.status === undefined;
      missing ||= error.code === 'FunctionNotFound';
      problems.push(`${what} could not be read: ${explained(error)}`);
      return undefined;
    }
  };
  const found = await attempt('the function', async () => ({ live: await fc.getFunction(name) }));
  if (found !== undefined && found.live === undefined) return notThere;
  // One problem is enough: the other calls would fail in the same way.
  if (unreachable) return { exists: undefined, triggers: undefined, reservedConcurrency: undefined, problems };
  const [triggers, reservedConcurrency] = await Promise.all([
    attempt('its triggers', () => fc.listTriggers(name)),
    attempt('its reserved concurrency', async () => ({ limit: await fc.getReservedConcurrency(name) })),
  ]);
  // Without the permission to see the function, these calls still show that there is none.
  if (missing && triggers === undefined && reservedConcurrency === undefined) return notThere;
  const exists = found === undefined ? undefined : true;
  const { environmentVariables } = found?.live ?? {};
  return { exists, environmentVariables, triggers, reservedConcurrency, problems };
}

/** The log of a function as it is now; as `problem`, why it cannot be read. */
export async function readLog(
  fc: Pick<FunctionCompute, 'getFunction'>,
  name: string,
  sleep: Sleep,
): Promise<{ readonly log: RemoteFunction['logConfig'] } | { readonly problem: string }> {
  try {
    const found = await withRetries(() => fc.getFunction(name), sleep);
    return found === undefined ? { problem: `there is no function ${name}` } : { log: found.logConfig };
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    return { problem: explained(error) };
  }
}

/** The message, and what to do. */
export function explained({ message, advice }: FunctionComputeError): string {
  return advice === undefined ? message : `${message} (${advice})`;
}

/** Milliseconds before a call is made again. */
const pauses = [1_000, 3_000];

/** Up to three calls, where the next one may succeed: there was no answer, or the service is in trouble. */
export async function withRetries<T>(call: () => Promise<T>, sleep: Sleep): Promise<T> {
  for (const pause of pauses) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof FunctionComputeError)) throw error;
      const { status } = error;
      if (status !== undefined && status < 500 && status !== 429) throw error;
      await sleep(pause);
    }
  }
  return call();
}

/**
 * Whether a deployment keeps the function stopped: someone has stopped it, or it is to be stopped. Undefined: it cannot
 * be seen whether it was stopped, so that the user has to say.
 */
export function staysStopped(
  { reservedConcurrency }: Live,
  { resume, stopped }: { readonly resume: boolean; readonly stopped: boolean },
): boolean | undefined {
  if (stopped) return true;
  if (resume) return false;
  return reservedConcurrency === undefined ? undefined : reservedConcurrency.limit === 0;
}
