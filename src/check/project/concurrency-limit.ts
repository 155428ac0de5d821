// The concurrency limit: how many image calls run at a time, compared with what OSS takes from the account. Where it is
// too high, OSS answers 503 to all image calls of the account in that region, those of its websites too. A sweep in the
// cloud runs on instances of the same limit.
import type { ResourceProps } from '../../deploy/s-schema.js';
import { type SweepWorkers, sweepWorkers } from '../../deploy/sweep-workers.js';
import { concurrencyOf } from '../../oss/limit.js';
import type { Config } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';

export interface CallRates {
  /** Image calls a second that this function may take; default: the region's quota. */
  readonly qps?: number | undefined;
  /** Seconds that a call takes; default 0.5, as a photo of a few MB does. */
  readonly seconds?: number | undefined;
}

/** How many image calls OSS takes from an account in a region. It can be raised in Quota Center. */
export interface ImageQuota {
  /** Calls a second. */
  readonly qps: number;
  /** Of source objects, a second. */
  readonly bytes: number;
}

const largeRegions = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing', 'cn-zhangjiakou', 'cn-shenzhen'];

/** The default quota of a region. https://help.aliyun.com/zh/oss/user-guide/limits-1 */
export function imageQuota(region: string): ImageQuota {
  return largeRegions.includes(region) ? { qps: 50, bytes: 20_000_000 } : { qps: 5, bytes: 2_000_000 };
}

/** Whether the calls of all instances together fit the quota. */
export function checkConcurrency(
  { region, concurrencyConfig, environmentVariables }: ResourceProps,
  { qps = imageQuota(region).qps, seconds = 0.5 }: CallRates,
): Finding[] {
  const { reservedConcurrency } = concurrencyConfig;
  const concurrency = concurrencyOf(environmentVariables['CONCURRENCY']);
  if (concurrency === undefined) {
    const message = 'CONCURRENCY is not a whole number from 1 to 100: the function refuses every event';
    const where = 'props.environmentVariables.CONCURRENCY';
    return [finding('error', 'concurrencyInvalid', where, message, "CONCURRENCY: '5'")];
  }
  const where = 'props.concurrencyConfig.reservedConcurrency';
  if (reservedConcurrency === 0) {
    const message = 'reservedConcurrency is 0: the function is stopped, and FC keeps events until they are too old';
    return [finding('warning', 'stopped', where, message, 'npm run resume, or set it to 1 or more')];
  }
  const calls = reservedConcurrency * concurrency;
  // One instance with one call cannot be limited further.
  const most = Math.max(1, Math.floor(qps * seconds));
  if (calls <= most) return [];
  const instances = Math.max(1, Math.floor(most / concurrency));
  const each = most < concurrency ? `, CONCURRENCY: '${most}'` : '';
  const message =
    `${reservedConcurrency} instances × ${concurrency} calls at a time = ${calls} image calls, of ${seconds} s each: ` +
    `${Math.round((calls / seconds) * 10) / 10} a second, and OSS takes ${qps} in ${region}`;
  const fix = `reservedConcurrency: ${instances}${each}; or give what your account has with --qps and --seconds`;
  return [finding('warning', 'brakeLoose', where, message, fix)];
}

/** What a sweep in the cloud takes of the concurrency limit, and what that is. */
export interface SweepShare extends SweepWorkers {
  readonly instances: number;
  /** Image calls at a time of one instance. */
  readonly concurrency: number;
}

/** Undefined where no sweep can run in the cloud: no journal, or a function that is stopped or ends too soon. */
export function sweepShare({ journal }: Config, resource: ResourceProps): SweepShare | undefined {
  const concurrency = concurrencyOf(resource.environmentVariables['CONCURRENCY']);
  const most = sweepWorkers(resource, Number.POSITIVE_INFINITY);
  if (journal === 'throw' || most === undefined || concurrency === undefined) return undefined;
  return { ...most, instances: resource.concurrencyConfig.reservedConcurrency, concurrency };
}
