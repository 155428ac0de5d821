import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/local/faults/duration.js';

test.each([
  ['500ms', 500],
  ['0.5s', 500],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['24h', 86_400_000],
  ['0s', 0],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  '5',
  's',
  '-1s',
  '+1s',
  '1e3s',
  '1 s',
  ' 1s',
  '1S',
  '1d',
  '.5s',
  '1.s',
  '24.1h',
  '1441m',
  '1sec',
  '99999999999s',
  '1s1s',
  '1__proto__',
])('%j is no time', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
