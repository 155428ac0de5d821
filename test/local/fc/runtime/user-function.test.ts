import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  callFunction,
  describeError,
  loadFunction,
  resultBytes,
  type UserFunction,
} from '../../../../src/local/fc/runtime/user-function.js';
import { codeDirectory } from '../fixture.js';

describe('loadFunction', () => {
  const source = `
    exports.handler = () => 'cjs';
    exports.own = () => require('inside');
    exports.text = 'no function';`;

  it('loads an export of a CommonJS module, which resolves its own packages', async () => {
    const directory = codeDirectory(source);
    mkdirSync(join(directory, 'node_modules/inside'), { recursive: true });
    writeFileSync(join(directory, 'node_modules/inside/index.js'), `module.exports = 'its own';`);
    expect((await loadFunction(directory, 'index.handler'))()).toBe('cjs');
    expect((await loadFunction(directory, 'index.own'))()).toBe('its own');
  });

  it('loads ES modules, by extension and by package.json', async () => {
    const module = `export const handler = () => import.meta.url.slice(-9);`;
    const byExtension = codeDirectory('', { 'other.mjs': module });
    expect((await loadFunction(byExtension, 'other.handler'))()).toBe('other.mjs');
    const byPackage = codeDirectory(module, { 'package.json': '{"type":"module"}' });
    expect((await loadFunction(byPackage, 'index.handler'))()).toBe('/index.js');
  });

  it('finds methods of an exported instance', async () => {
    const directory = codeDirectory(`module.exports = new (class { handler() { return 'method'; } })();`);
    expect((await loadFunction(directory, 'index.handler'))()).toBe('method');
  });

  it.each([
    ['absent.handler', /^Module '.*absent\.js' is missing\.$/],
    ['index.absent', /^Handler 'absent' is missing on module '.*index\.js'\.$/],
    ['index.text', /^Handler 'text' is missing/],
  ])('refuses %s', async (handler, message) => {
    await expect(loadFunction(codeDirectory(source), handler)).rejects.toThrow(message);
  });

  it('passes on what the module throws', async () => {
    await expect(loadFunction(codeDirectory(`throw new RangeError('at load');`), 'index.handler')).rejects.toThrow(
      new RangeError('at load'),
    );
  });
});

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
    const described = outcome.ok
      ? `ok ${outcome.body}`
      : `${outcome.handled ? 'handled' : 'unhandled'} ${outcome.error.errorMessage}`;
    expect(described).toBe(expected);
  });

  it('passes the arguments and, after them, the callback', async () => {
    const got: unknown[] = [];
    await callFunction((...args: unknown[]) => got.push(...args), ['context']);
    expect(got).toEqual(['context', expect.any(Function)]);
  });
});

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
