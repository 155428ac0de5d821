// The function as it is in the cloud before a deployment, and what that means for the deployment.
import { adviceFor } from '../remote/advice.js';
import { FunctionComputeError } from '../remote/error.js';
import type { FunctionCompute, RemoteTrigger } from '../remote/function-compute.js';
import { type Hearing, hearingOf, overlap, type TriggerFields } from '../remote/oss-trigger.js';
import type { ResourceProps } from './s-schema.js';
import { ownMark } from './trigger-block.js';

/** What a look has found; what could not be looked at is undefined, with the reason among the problems. */
export interface Live {
  readonly exists: boolean | undefined;
  readonly triggers: readonly RemoteTrigger[] | undefined;
  /** `limit` undefined: none is set. */
  readonly reservedConcurrency: { readonly limit: number | undefined } | undefined;
  readonly problems: readonly string[];
}

export type Looker = Pick<FunctionCompute, 'getFunction' | 'listTriggers' | 'getReservedConcurrency'>;

/** Looks at a function. Who may deploy need not be allowed to see everything: what fails becomes a problem. */
export async function look(fc: Looker, name: string): Promise<Live> {
  const problems: string[] = [];
  let unreachable = false;
  const attempt = async <T>(what: string, call: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof FunctionComputeError)) throw error;
      const advice = adviceFor(error.code);
      problems.push(`${what} could not be looked at: ${error.message}${advice === undefined ? '' : ` (${advice})`}`);
      unreachable ||= error.status === undefined;
      return undefined;
    }
  };
  const found = await attempt('the function', async () => ({ is: (await fc.getFunction(name)) !== undefined }));
  if (found?.is === false) return { exists: false, triggers: [], reservedConcurrency: { limit: undefined }, problems };
  // Said once is enough.
  if (unreachable) return { exists: undefined, triggers: undefined, reservedConcurrency: undefined, problems };
  const [triggers, reservedConcurrency] = await Promise.all([
    attempt('its triggers', () => fc.listTriggers(name)),
    attempt('its reserved concurrency', async () => ({ limit: await fc.getReservedConcurrency(name) })),
  ]);
  return { exists: found?.is, triggers, reservedConcurrency, problems };
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
  /** The function was stopped by someone, and stays so. */
  readonly keepStopped: boolean;
  /** fc3 makes the log project, with a rule that glues JSON lines together: it is told the right one afterwards. */
  readonly newLog: boolean;
}

/** @param resume run again what was stopped */
export function planDeployment(resource: ResourceProps, live: Live, { resume }: { resume: boolean }): DeploymentPlan {
  const listed = new Set(resource.triggers.map(({ triggerName }) => triggerName));
  const stale = (live.triggers ?? []).filter(
    ({ triggerName, description = '' }) => description.startsWith(ownMark) && !listed.has(triggerName),
  );
  const wanted = hearingsOf(resource.triggers);
  return {
    stale,
    inTheWay: hearingsOf(stale).filter((one) => wanted.some((other) => overlap(one, other))),
    keepStopped: live.reservedConcurrency?.limit === 0 && !resume,
    newLog: live.exists === false && resource.logConfig === 'auto',
  };
}

function hearingsOf(triggers: readonly TriggerFields[]): Hearing[] {
  return triggers.flatMap((trigger) => hearingOf(trigger) ?? []);
}
