import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../../../src/local/oss/error.js';
import { checkPolicy, readPolicy } from '../../../../src/local/oss/form/policy.js';

const expiration = '2030-01-01T00:00:00.000Z';
const now = Date.parse('2029-12-31T23:59:59.999Z');
const encode = (policy: unknown) =>
  Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString('base64');

function outcome(run: () => unknown): string {
  try {
    run();
    return 'holds';
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return [error.code, error.detail.ec].filter(Boolean).join(' ');
  }
}

const check = (conditions: unknown[], fields: Record<string, string>, at = now) =>
  outcome(() => checkPolicy(readPolicy(encode({ expiration, conditions })), new Map(Object.entries(fields)), at));

describe('a condition', () => {
  test.each<[unknown, Record<string, string>, string]>([
    [{ key: 'k' }, { key: 'k' }, 'holds'],
    [{ KEY: 'k' }, { key: 'k' }, 'holds'],
    [['eq', '$key', 'k'], { key: 'k' }, 'holds'],
    [['eq', 'key', 'k'], { key: 'k' }, 'holds'],
    [['eq', '$key', 'K'], { key: 'k' }, 'AccessDenied 0006-00000227'],
    [['eq', '$key', ''], {}, 'AccessDenied 0006-00000226'],
    [['starts-with', '$key', 'a/'], { key: 'a/b' }, 'holds'],
    [['starts-with', '$key', ''], { key: 'a/b' }, 'holds'],
    [['starts-with', '$key', 'b'], { key: 'a/b' }, 'AccessDenied 0006-00000227'],
    [['starts-with', '$a', ''], {}, 'AccessDenied 0006-00000226'],
    [['in', '$content-type', ['image/jpg', 'image/png']], { 'content-type': 'image/png' }, 'holds'],
    [['in', '$content-type', ['image/jpg']], { 'content-type': 'image/j' }, 'AccessDenied 0006-00000227'],
    [['in', '$content-type', []], { 'content-type': '' }, 'AccessDenied 0006-00000227'],
    [['not-in', '$cache-control', ['no-cache']], { 'cache-control': 'max-age=1' }, 'holds'],
    [['not-in', '$cache-control', ['no-cache']], { 'cache-control': 'no-cache' }, 'AccessDenied 0006-00000227'],
    [['not-in', '$cache-control', ['no-cache']], {}, 'AccessDenied 0006-00000226'],
    [{ ['__proto__']: 'x' }, {}, 'AccessDenied 0006-00000226'],
    [['eq', '$constructor', 'x'], {}, 'AccessDenied 0006-00000226'],
  ])('%j of %j: %s', (condition, fields, expected) => {
    expect(check([condition], fields)).toBe(expected);
  });

  test('that fails is named', () => {
    const run = () =>
      checkPolicy(
        readPolicy(encode({ expiration, conditions: [['in', '$a', ['b', 'c']]] })),
        new Map([['a', 'd']]),
        now,
      );
    expect(run).toThrow('Invalid according to Policy: Policy Condition failed: ["in", "$a", ["b","c"]]');
  });

  test('may have an escaped dollar sign', () => {
    const policy = `{"expiration":"${expiration}","conditions":[["eq","$key","a\\\\\\\${filename}"],{"a":"\\\\"}]}`;
    const fields = new Map([
      ['key', 'a\\$' + '{filename}'],
      ['a', '\\'],
    ]);
    expect(outcome(() => checkPolicy(readPolicy(encode(policy)), fields, now))).toBe('holds');
  });
});

test('a policy holds until its expiration', () => {
  expect([check([], {}), check([], {}, now + 1)]).toEqual(['holds', 'AccessDenied']);
});

test('sizes are those of all content-length-ranges', () => {
  const read = (conditions: unknown[]) => readPolicy(encode({ expiration, conditions }));
  expect(read([])).toMatchObject({ minSize: 0, maxSize: Number.POSITIVE_INFINITY });
  const ranges = [
    ['content-length-range', 1, 10],
    ['content-length-range', 0, 5],
  ];
  expect(read(ranges)).toMatchObject({ minSize: 1, maxSize: 5, conditions: [] });
});

test.each<[unknown, string]>([
  ['', '0006-00000201'],
  ['{', '0006-00000201'],
  ['null', '0006-00000201'],
  ['['.repeat(100_000), '0006-00000201'],
  [{}, '0006-00000209'],
  [[], '0006-00000209'],
  [{ expiration }, '0006-00000207'],
  [{ conditions: [] }, '0006-00000208'],
  [{ expiration: 123, conditions: [] }, '0006-00000210'],
  [{ expiration: '', conditions: [] }, '0006-00000211'],
  [{ expiration: '2030-01-01', conditions: [] }, ''],
  [{ expiration: '2030-01-01T00:00:00+08:00', conditions: [] }, ''],
  [{ expiration: '2030-13-01T00:00:00Z', conditions: [] }, ''],
  [{ expiration: 'Tue, 01 Jan 2030 00:00:00 GMT', conditions: [] }, ''],
  [{ expiration, conditions: {} }, '0006-00000214'],
  ...(
    [
      [[], '0006-00000216'],
      [['$key'], '0006-00000216'],
      [['ends-with', '$key', 'k'], '0006-00000217'],
      [['__proto__', '$key', 'k'], '0006-00000217'],
      [['starts-with', '$key', 'user/user1', 'test'], '0006-00000218'],
      [['eq', '$key'], '0006-00000218'],
      [['eq', '$key', 200], '0006-00000218'],
      [['eq', '$key', ['k']], '0006-00000218'],
      [['in', '$key', 'k'], '0006-00000218'],
      [['in', '$key', [1]], '0006-00000218'],
      [{ key: 1 }, '0006-00000218'],
      [['content-length-range', 10, 'test'], '0006-00000221'],
      [['content-length-range', 10, 9], '0006-00000221'],
      [['content-length-range', -1, 9], '0006-00000221'],
      [['content-length-range', 0.5, 9], '0006-00000221'],
      [['content-length-range', 1], '0006-00000221'],
      [123, '0006-00000222'],
      [null, '0006-00000222'],
      ['key', '0006-00000222'],
      [{}, ''],
      [{ a: '1', b: '2' }, ''],
    ] as [unknown, string][]
  ).map(([condition, ec]): [unknown, string] => [{ expiration, conditions: [condition] }, ec]),
])('%j is no policy: %s', (policy, ec) => {
  expect(outcome(() => readPolicy(encode(policy)))).toBe(`InvalidPolicyDocument ${ec}`.trim());
});

test('the forms of an expiration', () => {
  const at = (text: string) => readPolicy(encode({ expiration: text, conditions: [] })).expiration;
  expect(['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.5Z'].map(at)).toEqual([1893456000000, 1893456000500]);
});
