// Whether a failed call is sent again (mayRetry), after how long (backoff) and how often (waitAfter), by the kind that
// error.ts gives the failure. A 503, say, is `transient`: it is sent again at most twice, or until the deadline where
// OSS throttles. The attempts are made in request.ts.
import type { OssError } from './error.js';

/** What came of the attempts of a call so far, all of them failures. */
export interface Tries {
  readonly attempts: number;
  /** Those that count: neither throttled nor for a wrong clock. */
  readonly failures: number;
  readonly throttles: number;
  /** OSS found our clock wrong. */
  readonly skews: number;
  /** OSS answered every attempt; false: it may still carry out one that it did not answer. */
  readonly confirmed: boolean;
}

/** Before the first attempt. */
export const noTries: Tries = { attempts: 0, failures: 0, throttles: 0, skews: 0, confirmed: true };

/** With one more failure. */
export function afterFailure(before: Tries, error: OssError): Tries {
  const skewed = tellsOfClock(error);
  return {
    attempts: before.attempts + 1,
    failures: before.failures + (skewed || error.throttled ? 0 : 1),
    throttles: before.throttles + (error.throttled ? 1 : 0),
    skews: before.skews + (skewed ? 1 : 0),
    confirmed: before.confirmed && error.confirmed,
  };
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

/** The same call may work at once with the time by OSS's clock, which the error tells in `serverTime`. */
export function tellsOfClock(error: OssError): boolean {
  return error.code === 'RequestTimeTooSkewed';
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
 * How long to wait, in ms, before the attempt after `error`, which `tries` counts already. Undefined: there is none.
 * It may not be retried, has failed three times (being throttled does not count), or `left`, the time to the deadline
 * in ms, is too short. A wrong clock is corrected once, without a wait.
 */
export function waitAfter(error: OssError, tries: Tries, left: number, random: () => number): number | undefined {
  if (!mayRetry(error)) return undefined;
  if (tellsOfClock(error)) return tries.skews === 1 && error.serverTime !== undefined && left > 0 ? 0 : undefined;
  if (tries.failures >= maxAttempts) return undefined;
  const wait = backoff(error, error.throttled ? tries.throttles : tries.failures, random);
  return wait < left ? wait : undefined;
}
