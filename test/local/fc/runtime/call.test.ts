import { describe, expect, it } from 'vitest';
import { callFunction, type UserFunction } from '../../../../src/local/fc/runtime/call.js';

type Callback = (error?: unknown, result?: unknown) => void;

const later = (run: () => void) => setImmediate(run);

describe('callFunction: the first result wins', () => {
  const table: [string, UserFunction, string][] = [
    ['an async result', async () => 'a', 'ok a'],
    ['an async nothing', async () => undefined, 'ok '],
    ['a rejection', async () => Promise.reject(new Error('no')), 'unhandled no'],
    [
      'an exception',
      () => {
        throw new Error('no');
      },
      'unhandled no',
    ],
    ['a plain return value', () => 'a', 'ok a'],
    ['a plain nothing without callback', (_event: unknown) => undefined, 'ok '],
    ['a callback at once', (_e: unknown, _c: unknown, cb: Callback) => cb(null, 'a'), 'ok a'],
    [
      'a callback later',
      (_e: unknown, _c: unknown, cb: Callback) => {
        later(() => cb(null, 'a'));
      },
      'ok a',
    ],
    ['a callback with an error', (_e: unknown, _c: unknown, cb: Callback) => cb(new Error('no')), 'handled no'],
    ['a callback with a string', (_e: unknown, _c: unknown, cb: Callback) => cb('no'), 'handled no'],
    [
      'a callback, then a return value',
      async (_e: unknown, _c: unknown, cb: Callback) => {
        cb(null, 'a');
        return 'b';
      },
      'ok a',
    ],
    [
      'a callback, then an exception',
      (_e: unknown, _c: unknown, cb: Callback) => {
        cb(null, 'a');
        throw new Error('no');
      },
      'ok a',
    ],
    [
      'two callbacks',
      (_e: unknown, _c: unknown, cb: Callback) => {
        cb(null, 'a');
        cb(new Error('no'));
      },
      'ok a',
    ],
    [
      'a promise before its callback',
      async (_e: unknown, _c: unknown, cb: Callback) => {
        later(() => cb(null, 'b'));
        return 'a';
      },
      'ok a',
    ],
    // biome-ignore lint/suspicious/noThenProperty: the point of the row
    ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('a') }), 'ok a'],
    ['a result that is no JSON', async () => ({ n: 1n }), 'unhandled Do not know how to serialize a BigInt'],
  ];
  it.each(table)('%s', async (_, fn, expected) => {
    const outcome = await callFunction(fn, ['event', 'context']);
    const told = outcome.ok
      ? `ok ${outcome.body}`
      : `${outcome.handled ? 'handled' : 'unhandled'} ${outcome.error.errorMessage}`;
    expect(told).toBe(expected);
  });

  it('passes the arguments and, after them, the callback', async () => {
    const got: unknown[] = [];
    await callFunction((...args: unknown[]) => got.push(...args), ['context']);
    expect(got).toEqual(['context', expect.any(Function)]);
  });
});
