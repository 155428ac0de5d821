// Whether a failed call is sent again (mayRetry), after how long (backoff) and how often (retry), by the kind that
// error.ts gives the failure. A 503, say, is `transient`: it is sent again at most twice, or until the deadline where
// OSS throttles. Clock, chance and sleep are passed in.
import { notSent, OssError, withHistory } from './error.js';

export interface RetryOptions {
  /** Epoch ms; nothing is begun after it, and no wait reaches beyond it. */
  readonly deadline: number;
  readonly now: () => number;
  /** [0, 1) */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called at most once, with the error that tells of a wrong clock; true when the clock could be corrected. */
  readonly correctSkew: (error: OssError) => boolean;
}

/** `confirmed`: OSS answered every attempt; false: it may still carry out one that it did not answer. */
export interface Retried<T> {
  readonly value: T;
  readonly attempts: number;
  readonly confirmed: boolean;
}

const maxAttempts = 3;
const base = 200;
const cap = 20_000;
const longestHint = 60_000;

// Transient, but only another invocation, which has other credentials, can send it again.
const expired = new Set(['InvalidSecurityToken', 'SecurityTokenExpired', 'AccessKeyIdAndSecurityTokenNotMatch']);

/** Whether the same call may work a moment later. */
export function mayRetry(error: OssError): boolean {
  return error.kind === 'transient' && !expired.has(error.code);
}

/**
 * How long to wait, in ms, after the `failures`th failure: full jitter over a doubling ceiling. A throttled call waits
 * at least half of the ceiling, since nothing else limits its attempts. OSS's own hint is respected, up to a minute.
 */
export function backoff(error: OssError, failures: number, random: () => number): number {
  const ceiling = Math.min(base * 2 ** failures, cap);
  const wait = error.throttled ? (ceiling + random() * ceiling) / 2 : random() * ceiling;
  return Math.max(wait, Math.min(error.retryAfter ?? 0, longestHint));
}

/**
 * Runs `attempt` until it succeeds, may not be retried, has failed three times (being throttled does not count), or the
 * deadline leaves no time.
 *
 * @throws OssError the last one, with the number of attempts and whether OSS answered all of them; any other error at
 *   once
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<Retried<T>> {
  const { deadline, now, random, sleep } = options;
  let attempts = 0;
  let failures = 0;
  let throttles = 0;
  let skewed = false;
  let confirmed = true;
  if (now() >= deadline) throw notSent('transient', 'DeadlineExceeded', 'no time was left to call OSS');
  for (;;) {
    attempts += 1;
    try {
      return { value: await attempt(), attempts, confirmed };
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      confirmed &&= error.confirmed;
      const last = () => withHistory(error, attempts, confirmed);
      if (!mayRetry(error)) throw last();
      if (error.code === 'RequestTimeTooSkewed') {
        if (skewed || !options.correctSkew(error) || now() >= deadline) throw last();
        skewed = true;
        continue;
      }
      if (error.throttled) throttles += 1;
      else failures += 1;
      if (failures >= maxAttempts) throw last();
      const wait = backoff(error, error.throttled ? throttles : failures, random);
      if (now() + wait >= deadline) throw last();
      await sleep(wait);
    }
  }
}
