// The deployed function as far as a sweep in the cloud depends on it: how many instances there are, how long one may
// run, what it costs. Of s.yaml; for `npm start`, what that has.

import type { FunctionSetting } from '../deploy/function-rules.js';
import { type SweepWorkers, sweepWorkers } from '../deploy/sweep-workers.js';
import { defaultInstances, functionSettings } from '../local/cloud.js';
import { concurrencyOf } from '../oss/limit.js';

export interface Deployed {
  readonly reservedConcurrency: number;
  /** Seconds. */
  readonly timeout: number;
  readonly cpu: number;
  /** MB. */
  readonly memorySize: number;
  /** Calls of OSS that an invocation makes at a time. */
  readonly concurrency: number;
}

/** @param local the endpoint is this machine's @returns undefined: s.yaml cannot be used */
export function deployedFunction(
  { environment, resource }: Pick<FunctionSetting, 'environment' | 'resource'>,
  local: boolean,
): Deployed | undefined {
  const concurrency = concurrencyOf(environment['CONCURRENCY']);
  if (concurrency === undefined) return undefined;
  if (local) return { ...functionSettings, reservedConcurrency: defaultInstances, concurrency };
  if (resource === undefined) return undefined;
  const { timeout, cpu, memorySize, concurrencyConfig } = resource;
  return { reservedConcurrency: concurrencyConfig.reservedConcurrency, timeout, cpu, memorySize, concurrency };
}

/** How the deployed function works on a sweep; or why it cannot. */
export function cloudWorkers(deployed: Deployed | undefined, shards: number): SweepWorkers | { readonly why: string } {
  if (deployed === undefined) return { why: 's.yaml does not say how the function is deployed (npm run check)' };
  const { reservedConcurrency, timeout } = deployed;
  const found = sweepWorkers({ timeout, concurrencyConfig: { reservedConcurrency } }, shards);
  if (found !== undefined) return found;
  if (reservedConcurrency === 0) return { why: 'the function is stopped: reservedConcurrency is 0 in s.yaml' };
  return { why: `a timeout of ${timeout} s leaves no time to a sweep: set 120 or more in s.yaml` };
}
