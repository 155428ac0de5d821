import { describe, expect, it } from 'vitest';
import { whyNotRun } from '../../src/deploy/user-config.js';

describe('whyNotRun', () => {
  const at = (error: Error, line: number, column: number) => {
    error.stack = `${error}\n    at <anonymous> (file:///p/src/config.ts:${line}:${column})\n    at other (x.js:1:1)`;
    return error;
  };
  const source = 'first\n  image().rotat(90)\n  imag()\n';

  it.each<[unknown, string]>([
    [
      at(new TypeError('x.rotat is not a function'), 2, 11),
      'src/config.ts:2: x.rotat is not a function; is rotate meant?\n    image().rotat(90)',
    ],
    [at(new ReferenceError('imag is not defined'), 3, 7), 'src/config.ts:3: imag is not defined\n    imag()'],
    [new Error('Transform failed'), 'src/config.ts cannot be run: Transform failed'],
    ['thrown', 'src/config.ts cannot be run: thrown'],
  ])('of %s', (error, expected) => {
    expect(whyNotRun(error, source)).toBe(expected);
  });
});
