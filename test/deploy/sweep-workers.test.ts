import { expect, it } from 'vitest';
import { sweepWorkers } from '../../src/deploy/sweep-workers.js';

it.each([
  ['the default of s.yaml', 5, 300, { workers: 4, seconds: 230 }],
  ['many instances', 100, 86_400, { workers: 4, seconds: 230 }],
  ['three instances', 3, 300, { workers: 2, seconds: 110 }],
  ['two instances', 2, 300, { workers: 1, seconds: 50 }],
  ['one instance', 1, 300, { workers: 1, seconds: 20 }],
  ['a stopped function', 0, 300, { workers: 1, seconds: 20 }],
  ['a short time-out', 5, 120, { workers: 4, seconds: 60 }],
  ['a very short time-out', 5, 30, { workers: 4, seconds: 20 }],
])('leaves room for live uploads with %s', (_, reservedConcurrency, timeout, expected) => {
  expect(sweepWorkers({ concurrencyConfig: { reservedConcurrency }, timeout })).toEqual(expected);
});
