import { expect, test } from 'vitest';
import { OssError } from '../../src/oss/error.js';
import { afterFailure, backoff, mayRetry, noTries, waitAfter } from '../../src/oss/retry.js';
import { failures } from './failures.js';

const errorOf = (name: keyof typeof failures) => new OssError({ message: name, ...failures[name] });

test.each(Object.entries(failures))('may %s be retried', (name, failure) => {
  const error = new OssError({ message: name, ...failure });
  expect(mayRetry(error)).toBe(['busy', 'network', 'throttled', 'waitSeven', 'waitHour', 'skewed'].includes(name));
});

test('the ceiling doubles up to 20 s, and all of it may be drawn', () => {
  const busy = new OssError({ message: 'm', ...failures.busy });
  const ceilings = Array.from({ length: 9 }, (_, n) => backoff(busy, n + 1, () => 1));
  expect(ceilings).toEqual([400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000, 20_000]);
  expect(backoff(busy, 2_000, () => 1)).toBe(20_000);
  expect(backoff(busy, 1, () => 0)).toBe(0);
});

test('counts what limits the attempts apart from what does not', () => {
  const sequence = ['skewed', 'throttled', 'network', 'throttled'] as const;
  const failed = sequence.reduce((before, name) => afterFailure(before, errorOf(name)), noTries);
  expect(failed).toEqual({ attempts: 4, failures: 1, throttles: 2, skews: 1, confirmed: false });
});

test.each([
  ['busy', { failures: 1 }, 200],
  ['busy', { failures: 3 }, undefined],
  ['throttled', { failures: 2, throttles: 9 }, 15_000],
  ['skewed', { skews: 1 }, 0],
  ['skewed', { skews: 2 }, undefined],
  ['damaged', { failures: 1 }, undefined],
] as const)('after %s, with %j: %s ms', (name, counts, wait) => {
  const failed = { ...noTries, attempts: 9, ...counts };
  expect(waitAfter(errorOf(name), failed, 60_000, () => 0.5)).toBe(wait);
  expect(waitAfter(errorOf(name), failed, 0, () => 0)).toBeUndefined();
});
