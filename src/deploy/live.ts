// The function as it is in the cloud before a deployment, and what that means for the deployment.
import { adviceFor } from '../remote/advice.js';
import { FunctionComputeError } from '../remote/error.js';
import type { FunctionCompute, RemoteFunction, RemoteTrigger } from '../remote/function-compute.js';
import type { ResourceProps } from './s-schema.js';
import { type Hearing, hearingOf, overlap, type TriggerFields } from './triggers/oss-trigger.js';
import { ownershipOf } from './triggers/own.js';

/** What a look has found; what could not be looked at is undefined, with the reason among the problems. */
export interface Live {
  readonly exists: boolean | undefined;
  readonly triggers: readonly RemoteTrigger[] | undefined;
  /** `limit` undefined: none is set. */
  readonly reservedConcurrency: { readonly limit: number | undefined } | undefined;
  readonly problems: readonly string[];
}

export type Looker = Pick<FunctionCompute, 'getFunction' | 'listTriggers' | 'getReservedConcurrency'>;
/** Waits for so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>;

const notThere: Live = { exists: false, triggers: [], reservedConcurrency: { limit: undefined }, problems: [] };

/** Looks at a function. Who may deploy need not be allowed to see everything: what fails becomes a problem. */
export async function look(fc: Looker, name: string, sleep: Sleep): Promise<Live> {
  const problems: string[] = [];
  let unreachable = false;
  let missing = false;
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await retrying(call, sleep);
    } catch (error) {
      if (!(error instanceof FunctionComputeError)) throw error;
      unreachable ||= error.status === undefined;
      missing ||= error.code === 'FunctionNotFound';
      problems.push(`${what} could not be looked at: ${told(error)}`);
      return undefined;
    }
  };
  const found = await attempt('the function', async () => ({ is: (await fc.getFunction(name)) !== undefined }));
  if (found?.is === false) return notThere;
  // Said once is enough.
  if (unreachable) return { exists: undefined, triggers: undefined, reservedConcurrency: undefined, problems };
  const [triggers, reservedConcurrency] = await Promise.all([
    attempt('its triggers', () => fc.listTriggers(name)),
    attempt('its reserved concurrency', async () => ({ limit: await fc.getReservedConcurrency(name) })),
  ]);
  // Who may not see a function is told by its triggers that there is none.
  if (missing && triggers === undefined && reservedConcurrency === undefined) return notThere;
  return { exists: found?.is, triggers, reservedConcurrency, problems };
}

/** The log of a function as it is now; as `problem`, why that cannot be seen. */
export async function lookAtLog(
  fc: Pick<FunctionCompute, 'getFunction'>,
  name: string,
  sleep: Sleep,
): Promise<{ readonly log: RemoteFunction['logConfig'] } | { readonly problem: string }> {
  try {
    const found = await retrying(() => fc.getFunction(name), sleep);
    return found === undefined ? { problem: `there is no function ${name}` } : { log: found.logConfig };
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    return { problem: told(error) };
  }
}

/** Milliseconds before a call is made again. */
const pauses = [1_000, 3_000];

/** Three times, where the next may do: no answer, or one of a service in trouble. */
async function retrying<T>(call: () => Promise<T>, sleep: Sleep): Promise<T> {
  for (const pause of pauses) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof FunctionComputeError && isTransient(error))) throw error;
      await sleep(pause);
    }
  }
  return call();
}

function isTransient({ status }: FunctionComputeError): boolean {
  return status === undefined || status >= 500 || status === 429;
}

function told({ code, message }: FunctionComputeError): string {
  const advice = adviceFor(code);
  return `${message}${advice === undefined ? '' : ` (${advice})`}`;
}

/** What a deployment has to do beside deploying. */
export interface DeploymentPlan {
  /** Triggers of ours that s.yaml no longer lists: fc3 leaves them, and they would go on calling the function. */
  readonly stale: readonly RemoteTrigger[];
  /**
   * Those of them that have to go before the deployment: OSS has none beside them that hear the same. What is uploaded
   * there in between is heard by nobody.
   */
  readonly inTheWay: readonly Hearing[];
  /** Triggers that look like ours and are not, as far as can be told: left alone. */
  readonly alike: readonly RemoteTrigger[];
  /** Triggers of others that keep OSS from having those of s.yaml. */
  readonly blocking: readonly Hearing[];
  /** The function was stopped by someone, or is to be, and stays so. Undefined: nobody can tell. */
  readonly keepStopped: boolean | undefined;
}

export interface Intent {
  /** Run again what was stopped. */
  readonly resume: boolean;
  /** Keep it from running, whatever it does now. */
  readonly stopped: boolean;
}

export function planDeployment(resource: ResourceProps, live: Live, intent: Intent): DeploymentPlan {
  const listed = new Set(resource.triggers.map(({ triggerName }) => triggerName));
  const others = (live.triggers ?? []).filter(({ triggerName }) => !listed.has(triggerName));
  const stale = others.filter((trigger) => ownershipOf(trigger) === 'mine');
  const left = others.filter((trigger) => ownershipOf(trigger) !== 'mine');
  const present = hearingsOf(live.triggers ?? []);
  const coming = hearingsOf(resource.triggers).filter((one) => !present.some((other) => isSame(one, other)));
  const obstructs = (one: Hearing): boolean => coming.some((other) => overlap(one, other));
  return {
    stale,
    inTheWay: hearingsOf(stale).filter(obstructs),
    alike: left.filter((trigger) => ownershipOf(trigger) === 'alike'),
    blocking: hearingsOf(left).filter(obstructs),
    keepStopped: keepStopped(live, intent),
  };
}

/** What cannot be seen may be a function that someone has stopped: whoever deploys has to say. */
function keepStopped({ reservedConcurrency }: Live, { resume, stopped }: Intent): boolean | undefined {
  if (stopped) return true;
  if (resume) return false;
  return reservedConcurrency === undefined ? undefined : reservedConcurrency.limit === 0;
}

function isSame(one: Hearing, other: Hearing): boolean {
  const shape = ({ name, bucket, prefix, suffix, events }: Hearing) =>
    [name, bucket, prefix, suffix, ...events].join('\n');
  const sorted = (hearing: Hearing): Hearing => ({ ...hearing, events: [...hearing.events].sort() });
  return shape(sorted(one)) === shape(sorted(other));
}

function hearingsOf(triggers: readonly TriggerFields[]): Hearing[] {
  return triggers.flatMap((trigger) => hearingOf(trigger) ?? []);
}
