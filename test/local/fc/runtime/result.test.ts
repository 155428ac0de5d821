import { describe, expect, it } from 'vitest';
import { describeError, resultBytes } from '../../../../src/local/fc/runtime/result.js';

describe('resultBytes', () => {
  const table: [string, unknown, string | Buffer][] = [
    ['undefined', undefined, ''],
    ['null', null, ''],
    ['a string as it is', 'a "b" é', 'a "b" é'],
    ['an empty string', '', ''],
    ['a number', 12.5, '12.5'],
    ['zero', 0, '0'],
    ['false', false, 'false'],
    ['a bigint', 10n, '10'],
    ['an object', { a: [1, null] }, '{"a":[1,null]}'],
    ['an array', ['x'], '["x"]'],
    ['an object whose toJSON gives nothing', { toJSON: () => undefined }, ''],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['a Buffer, byte for byte', Buffer.from([0, 255, 128]), Buffer.from([0, 255, 128])],
    ['a typed array, which is no Buffer', new Uint8Array([7]), '{"0":7}'],
  ];
  it.each(table)('writes %s', (_, value, expected) => {
    expect(resultBytes(value)).toEqual(Buffer.from(expected as string));
  });

  it('throws for what JSON cannot hold', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => resultBytes(cycle)).toThrow(TypeError);
  });
});

describe('describeError', () => {
  it('gives message, name and stack lines of an error', () => {
    class EventError extends Error {
      override name = 'EventError';
    }
    const described = describeError(new EventError('no event'));
    expect(described).toMatchObject({ errorMessage: 'no event', errorType: 'EventError' });
    expect(described.stackTrace?.[0]).toMatch(/no event$/);
    expect(described.stackTrace?.[1]).toMatch(/^at /);
  });

  const hostile = Object.create(Error.prototype, {
    message: {
      get() {
        throw new Error('never');
      },
    },
  });
  const table: [string, unknown, string][] = [
    ['a string', 'plain', 'plain'],
    ['an object', { code: 7 }, '{"code":7}'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an error that throws when looked at', hostile, 'The error could not be described.'],
    [
      'an object without text',
      Object.assign(Object.create(null), { toJSON: () => undefined }),
      'The error could not be described.',
    ],
  ];
  it.each(table)('describes %s', (_, thrown, errorMessage) => {
    expect(describeError(thrown)).toEqual({ errorMessage, errorType: 'FunctionHandledError', stackTrace: [] });
  });
});
