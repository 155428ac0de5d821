import { expect, it } from 'vitest';
import { milliseconds, wholeNumber } from '../../../src/cli/support/flag-value.js';
import { UserError } from '../../../src/terminal/user-error.js';

it.each([
  ['0', 0],
  ['-5', -5],
  ['065', 65],
  ['100', 100],
])('wholeNumber takes %s', (text, number) => {
  expect(wholeNumber('n', text, -5, 100)).toBe(number);
});

it.each(['', ' 1', '1.0', '1e2', '0x10', '101', '-6', 'ten'])('wholeNumber refuses %j', (text) => {
  const error = new UserError(`--n ${text}: expected a whole number from -5 to 100`, 2);
  expect(() => wholeNumber('n', text, -5, 100)).toThrow(error);
});

it('milliseconds takes a length of time with its unit', () => {
  expect(milliseconds('interval', '0.5s')).toBe(500);
  const error = new UserError('--interval 10: expected a time such as 500ms, 30s or 10m, at most 24h', 2);
  expect(() => milliseconds('interval', '10')).toThrow(error);
});
