// The brake: how many image calls run at a time, against what OSS takes from the account. Where it is too loose, OSS
// answers 503 to all image calls of the account in that region, those of its websites too.
import type { ResourceProps } from '../deploy/s-schema.js';
import { concurrencyOf } from '../oss/limit.js';
import { type Found, found } from './finding.js';
import { imageQuota } from './quota.js';

export interface BrakeOptions {
  /** Image calls a second that this function may take; default: the region's quota. */
  readonly qps?: number | undefined;
  /** Seconds that a call takes; default 0.5, as a photo of a few MB does. */
  readonly seconds?: number | undefined;
}

/** What of the instances and their calls does not fit the quota. */
export function brake(
  { region, concurrencyConfig, environmentVariables }: ResourceProps,
  options: BrakeOptions,
): Found[] {
  const { reservedConcurrency } = concurrencyConfig;
  const concurrency = concurrencyOf(environmentVariables['CONCURRENCY']);
  if (concurrency === undefined) {
    const message = 'CONCURRENCY is not a whole number from 1 to 100: the function refuses every event';
    return [
      found('error', 'concurrencyInvalid', 'props.environmentVariables.CONCURRENCY', message, "CONCURRENCY: '5'"),
    ];
  }
  const where = 'props.concurrencyConfig.reservedConcurrency';
  if (reservedConcurrency === 0) {
    const message =
      'reservedConcurrency is 0: the function is stopped, and FC keeps events waiting until they are too old';
    return [found('warning', 'stopped', where, message, 'npm run resume, or set it to 1 or more')];
  }
  const { qps = imageQuota(region).qps, seconds = 0.5 } = options;
  const calls = reservedConcurrency * concurrency;
  // What one instance and one call need is not to be braked further.
  const most = Math.max(1, Math.floor(qps * seconds));
  if (calls <= most) return [];
  const instances = Math.max(1, Math.floor(most / concurrency));
  const each = Math.min(concurrency, most);
  const message =
    `${reservedConcurrency} instances × ${concurrency} calls at a time = ${calls} image calls, of ${seconds} s each: ` +
    `${round(calls / seconds)} a second, and OSS takes ${qps} in ${region}`;
  const fix = `reservedConcurrency: ${instances}${each < concurrency ? `, CONCURRENCY: '${each}'` : ''}; or say what your account has with --qps and --seconds`;
  return [found('warning', 'brakeLoose', where, message, fix)];
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
