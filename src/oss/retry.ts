// Retrying a call as three separate questions: may I, how long, how many. Clock, chance and sleep are passed in.
import { OssError, withHistory } from './error.js';

export interface RetryOptions {
  /** Epoch ms; nothing is begun after it, and no wait reaches beyond it. */
  readonly deadline: number;
  readonly now: () => number;
  /** [0, 1) */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Called once at most with the error that says so; true when the clock could be set right. */
  readonly correctSkew: (error: OssError) => boolean;
}

/** `confirmed`: false when an attempt that was sent ended without OSS's answer, so that OSS may carry it out later. */
export interface Retried<T> {
  readonly value: T;
  readonly attempts: number;
  readonly confirmed: boolean;
}

const maxAttempts = 3;
const base = 200;
const cap = 20_000;
const longestHint = 60_000;

// Transient, but only for another invocation, which has other credentials.
const expired = new Set(['InvalidSecurityToken', 'SecurityTokenExpired', 'AccessKeyIdAndSecurityTokenNotMatch']);

/** May I: only what OSS or the network says may pass, never a mistake of ours. */
export function mayRetry(error: OssError): boolean {
  return error.kind === 'transient' && !expired.has(error.code);
}

/**
 * How long, in ms, after the `failures`th failure: full jitter over a doubling ceiling. A throttled call waits at least
 * half of it, since nothing else bounds how often it comes back, and no less than OSS asks for (a minute at most).
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
 * @throws OssError the last one, with the number of attempts and whether all were answered; anything else at once
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<Retried<T>> {
  const { deadline, now, random, sleep } = options;
  let attempts = 0;
  let failures = 0;
  let throttles = 0;
  let skewed = false;
  let confirmed = true;
  for (;;) {
    if (attempts === 0 && now() >= deadline) throw outOfTime();
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

function outOfTime(): OssError {
  return new OssError({
    message: 'DeadlineExceeded: no time was left to call OSS',
    code: 'DeadlineExceeded',
    kind: 'transient',
    attempts: 0,
  });
}
