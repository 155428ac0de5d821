// Headers and tags through loadConfig: what a user may write, and what is said of the rest.
import { types } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/rules/config-error.js';
import { loadConfig } from '../../src/rules/load.js';
import type { HeadersInput } from '../../src/rules/schema.js';

const output = { style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}' } };
const rule = { name: 'r', when: { bucket: 'photos' } };
const config = (...outputs: object[]) => ({ journal: 'throw', rules: [{ ...rule, outputs }] });
const relayOf = (more: object) => loadConfig(config({ ...output, ...more }), {}).rules[0]?.outputs[0]?.relay;

/** What is refused, and why, from the output on. */
function refusals(more: object): string[] {
  try {
    relayOf(more);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ path, message }) => `${path.replace('rules[0].outputs[0]', '')}: ${message}`);
  }
}

/** Headers of so many bytes, names included. */
const long = (bytes: number) => ({
  'x-oss-meta-a': 'x'.repeat(4_000),
  'x-oss-meta-b': 'x'.repeat(4_000),
  'x-oss-meta-c': 'x'.repeat(bytes - 8_000 - 3 * 'x-oss-meta-a'.length),
});

describe('an output may have', () => {
  it.each<[object]>([
    [{ headers: { 'Cache-Control': 'public, max-age=31536000, immutable' } }],
    [
      {
        headers: {
          'CACHE-control': 'no-cache',
          'content-LANGUAGE': 'de-DE',
          'X-OSS-Meta-By': '~!"#$%&\'()*+;<=>?@[]^`|',
        },
      },
    ],
    [{ headers: { 'Content-Disposition': "attachment; filename*=UTF-8''{file}" } }],
    [{ headers: { Expires: 'Thu, 01 Jan 2032 00:00:00 GMT' } }],
    [{ headers: { expires: 'Mon, 29 Feb 2016 23:59:59 GMT' } }],
    [{ headers: { 'x-oss-meta-0-a': '/../{dir}..', 'x-oss-meta-b': '{key}' } }],
    [{ tags: { 'a b': '', 标签: '值 +-=._:/', __proto: '{bucket}{rule}' } }],
    [{ tags: { [`${'𠀀'.repeat(128)}`]: 'x' } }],
    [{ tags: { a: `${'照'.repeat(256)}{key}` } }],
    [{ tags: Object.fromEntries(Array.from({ length: 10 }, (_, nth) => [`t${nth}`, 'x'])) }],
    [{ tags: { A: '1', a: '1' }, headers: { 'cache-control': '{name}' } }],
    [{ headers: undefined, tags: undefined }],
    [{ style: 'style/named', tags: { a: 'b' } }],
    [{ style: 'image/blindwatermark,content_YQ' }],
    [{ style: 'image/watermark,text_YQ/format,avif', headers: { 'Cache-Control': 'private' } }],
  ])('%j', (more) => {
    expect(refusals(more)).toEqual([]);
  });
});

it('has a type that knows these names', () => {
  const headers: HeadersInput[] = [
    { 'Cache-Control': 'no-cache', 'x-oss-meta-a': 'x' },
    { 'cache-control': 'no-cache', expires: 'x' },
    // @ts-expect-error A name in other words.
    { CacheControl: 'no-cache' },
    // @ts-expect-error What OSS says itself.
    { 'Content-Type': 'image/webp' },
    // @ts-expect-error No text.
    { 'x-oss-meta-a': 7 },
  ];
  expect(headers.map((one) => refusals({ headers: one }).length)).toEqual([0, 1, 1, 1, 1]);
});

describe('an output is refused', () => {
  const name =
    'one of the headers Cache-Control, Content-Disposition, Content-Language, Expires and x-oss-meta-…, with … of a-z 0-9 -';
  const tagKey = 'a tag key of 1 to 128 letters, digits, spaces and + - = . _ : /';
  const value = (at: number) =>
    `a header value; at character ${at}: printable ASCII only, not empty, no space at either end`;
  const tag = (at: number) => `a tag value; at character ${at}: letters, digits, spaces and + - = . _ : / only`;
  const date = 'a header value; a date such as Thu, 01 Jan 2032 00:00:00 GMT, and no variable';

  it.each<[string, unknown, string]>([
    ['.headers', null, 'an object with headers'],
    ['.headers', [], 'an object with headers'],
    ['.headers', 'Cache-Control: no-cache', 'an object with headers'],
    ['.headers', {}, '1 to 100 headers, or no such key'],
    ['.headers', new Date(0), '1 to 100 headers, or no such key'],
    ['.headers', new Map([['Expires', 'x']]), '1 to 100 headers, or no such key'],
    ['.headers', Object.create({ 'Cache-Control': 'x' }), '1 to 100 headers, or no such key'],
    [
      '.headers',
      Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`x-oss-meta-${n}`, 'x'])),
      '1 to 100 headers, or no such key',
    ],
    ['.headers.CacheControl', 'x', name],
    ['.headers["Content-Type"]', 'image/webp', name],
    ['.headers["Content-Encoding"]', 'gzip', name],
    ['.headers["x-oss-object-acl"]', 'public-read', name],
    ['.headers["x-oss-tagging"]', 'a=b', name],
    ['.headers["x-oss-meta-"]', 'x', name],
    ['.headers["x-oss-meta-a_b"]', 'x', name],
    ['.headers["x-oss-meta-é"]', 'x', name],
    // The Kelvin sign, which is a "k" in lower case.
    ['.headers["x-oss-meta-\u212a"]', 'x', name],
    ['.headers["Cache-Control\\r\\nSet-Cookie"]', 'x', name],
    ['.headers[" Cache-Control"]', 'x', name],
    ['.headers[""]', 'x', name],
    ['.headers.constructor', 'x', name],
    ['.headers.__proto__', 'x', name],
    ['.headers["Cache-Control"]', '', value(1)],
    ['.headers["Cache-Control"]', ' x', value(1)],
    ['.headers["Cache-Control"]', 'x ', value(2)],
    ['.headers["Cache-Control"]', ' ', value(1)],
    ['.headers["Cache-Control"]', 'a\r\nSet-Cookie: b', value(2)],
    ['.headers["Cache-Control"]', '{key}\n', value(6)],
    ['.headers["Cache-Control"]', 'a\0', value(2)],
    ['.headers["Cache-Control"]', 'a\x7f', value(2)],
    ['.headers["Cache-Control"]', 'a\tb', value(2)],
    ['.headers["Content-Disposition"]', 'attachment; filename="图.jpg"', value(23)],
    ['.headers["Content-Disposition"]', '\ud800', value(1)],
    ['.headers["Cache-Control"]', 'x'.repeat(4_097), 'a header value; it has more than 4096 characters'],
    [
      '.headers["Cache-Control"]',
      'a}',
      'a header value; at character 2: "}" without a "{" before it (no template holds a literal brace)',
    ],
    ['.headers["Cache-Control"]', 7, 'a string: a header value'],
    ['.headers["Cache-Control"]', null, 'a string: a header value'],
    ['.headers["Cache-Control"]', undefined, 'a string: a header value'],
    ['.headers["Cache-Control"]', { env: 'MAX_AGE' }, 'a string: a header value'],
    ['.headers["Cache-Control"]', new String('x'), 'a string: a header value'],
    ['.headers.Expires', '3600', date],
    ['.headers.Expires', 'Invalid Date', date],
    ['.headers.Expires', '2032-01-01T00:00:00Z', date],
    ['.headers.Expires', 'Fri, 01 Jan 2032 00:00:00 GMT', date],
    ['.headers.Expires', 'Thu, 01 Jan 2032 00:00:00 UTC', date],
    ['.headers.EXPIRES', '{year}', date],
    ['.tags', {}, '1 to 10 tags, or no such key'],
    ['.tags', 'a=b', 'an object with tags'],
    ['.tags', ['a'], 'an object with tags'],
    ['.tags', Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`t${n}`, 'x'])), '1 to 10 tags, or no such key'],
    ['.tags[""]', 'x', tagKey],
    ['.tags["a&b"]', 'x', tagKey],
    ['.tags["a\\n"]', 'x', tagKey],
    [`.tags["${'x'.repeat(80)}"… (129 characters)]`, 'x', tagKey],
    ['.tags.a', 'x&y', tag(2)],
    ['.tags.a', '{key}\r', tag(6)],
    ['.tags.a', 'x%20y', tag(2)],
    ['.tags.a', '\udc00', tag(1)],
    ['.tags.a', 1, 'a string: a tag value'],
    ['.tags.a', `{key}${'照'.repeat(257)}`, 'a tag value; at most 256 characters of literal text'],
    ['.tags.a', '{', 'a tag value; at character 1: "{" without its "}" (no template holds a literal brace)'],
  ])('%s may not be %j', (path, given, expected) => {
    const [, key = '', quoted, bare] = /^\.(headers|tags)(?:\[(.*)\]|\.(.*))?$/s.exec(path) ?? [];
    const inner = quoted?.startsWith(`"${'x'.repeat(80)}`) ? 'x'.repeat(129) : quoted ? JSON.parse(quoted) : bare;
    const written = inner === undefined ? given : JSON.parse(`{${JSON.stringify(inner)}:0}`);
    if (inner !== undefined) Object.defineProperty(written, inner, { value: given, enumerable: true });
    const [only, ...more] = refusals({ [key]: written });
    expect(more).toEqual([]);
    expect(only?.startsWith(`${path}: expected ${expected}, got `)).toBe(true);
  });

  it('for each of its mistakes at once', () => {
    const said = refusals({
      headers: { Foo: 'é', 'Cache-Control': '{kye}{', 'Content-Language': 1 },
      tags: { 'a?': '?', b: '{file}' },
    });
    const listed = '{bucket} {key} {dir} {file} {name} {ext} {rule} {etag} {year} {month} {day}';
    expect(said).toEqual([
      `.headers.Foo: expected ${name}, got "Foo"`,
      `.headers.Foo: expected ${value(1)}, got "é"`,
      '.headers["Cache-Control"]: expected a header value; at character 1: unknown variable ' +
        `"{kye}"; there are ${listed}, got "{kye}{"`,
      '.headers["Cache-Control"]: expected a header value; at character 6: "{" without its "}" (no template holds a literal brace), got "{kye}{"',
      '.headers["Content-Language"]: expected a string: a header value, got 1',
      `.tags["a?"]: expected ${tagKey}, got "a?"`,
      `.tags["a?"]: expected ${tag(1)}, got "?"`,
    ]);
  });

  it('with a header in two spellings', () => {
    expect(refusals({ headers: { 'cache-control': 'a', 'Cache-Control': 'b' } })).toEqual([
      '.headers["Cache-Control"]: expected each header once, in one spelling, got "Cache-Control"',
    ]);
  });

  it('with 8 KB of headers and tags, whose names count', () => {
    const expected = ': expected less than 8192 bytes of headers and tags, with names, got';
    expect(refusals({ headers: long(8_192) })).toEqual([`${expected} 8192`]);
    expect(refusals({ headers: long(8_191) })).toEqual([]);
    const tags = Object.fromEntries(Array.from({ length: 4 }, (_, nth) => [`${nth}`, '照'.repeat(228)]));
    expect(refusals({ tags })).toEqual([`${expected} ${4 * (1 + 228 * 9)}`]);
  });

  it.each<[object]>([
    [{ headers: { 'Cache-Control': 'x' } }],
    [{ tags: { a: 'b' } }],
    [{ style: 'image/format,avif/blindwatermark,content_YQ' }],
    [{ style: 'image/blindwatermark,content_YQ/format,heic' }],
  ])('with a blind watermark beside %j', (more) => {
    const style = 'image/resize,w_1/blindwatermark,content_YQ,s_low';
    const [only] = refusals({ style, ...more });
    expect(only).toMatch(/^: expected a style without blindwatermark: OSS does it by POST only, and .*, got "image\//);
  });
});

describe('what is read', () => {
  it('is in normal form and frozen: lower-case names, templates', () => {
    const relay = relayOf({ headers: { 'X-Oss-Meta-By': '{rule}!' }, tags: { 'A b': 'c' } });
    expect(relay).toEqual({
      headers: [{ name: 'x-oss-meta-by', value: { text: '{rule}!', parts: [{ variable: 'rule' }, '!'] } }],
      tags: [{ name: 'A b', value: { text: 'c', parts: ['c'] } }],
    });
    const thawed = (value: unknown): boolean =>
      typeof value === 'object' && value !== null && !(Object.isFrozen(value) && !Object.values(value).some(thawed));
    expect(thawed(relay)).toBe(false);
  });

  it('is read once, whatever a getter gives the next time', () => {
    let reads = 0;
    const headers = Object.defineProperty({}, 'Cache-Control', {
      enumerable: true,
      get: () => (++reads === 1 ? 'no-cache' : 'a\r\nb'),
    });
    expect(relayOf({ headers })?.headers[0]?.value.text).toBe('no-cache');
    expect(reads).toBe(1);
  });

  it('is shared by rules that repeat it, and by no others', () => {
    const headers = (age: number) => ({ 'Cache-Control': `max-age=${age}`, 'x-oss-meta-a': 'x' });
    const one = { ...output, headers: headers(1), tags: { a: 'b' } };
    const other = { ...one, to: { key: 'x/{key}', bucket: 'out' }, headers: headers(2) };
    const rules = ['a', 'b', 'c'].map((name) => ({ name, when: { bucket: `from-${name}` }, outputs: [one, other] }));
    const loaded = loadConfig({ journal: 'throw', rules }, {}).rules.flatMap(({ outputs }) => outputs);
    const [, , ...later] = loaded;
    expect(new Set(later.map(({ relay }) => relay?.headers)).size).toBe(2);
    expect(new Set(loaded.map(({ relay }) => relay?.tags)).size).toBe(1);
    expect(loaded.map(({ relay }) => relay?.headers[0]?.value.text)).toEqual(
      rules.flatMap(() => ['max-age=1', 'max-age=2']),
    );
  });

  it.each<[object, object]>([
    [{ tags: { a: 'b', c: 'd' } }, { tags: { 'a\nb\nc': 'd' } }],
    [{ tags: { a: 'b', c: '' } }, { tags: { 'a\nb': 'c', d: 7 } }],
    [{ tags: { a: 'b', c: '' } }, { tags: { a: 'b\nc', d: 7 } }],
    [{ tags: { a: '' } }, { tags: { a: 7 } }],
    [{ headers: { 'x-oss-meta-a': 'b', 'x-oss-meta-c': 'd' } }, { tags: { 'x-oss-meta-a': 'b', 'x-oss-meta-c': '!' } }],
  ])('%j does not let %j pass', (good, bad) => {
    const rules = [good, bad].map((more, nth) => ({ ...rule, name: `r${nth}`, outputs: [{ ...output, ...more }] }));
    expect(() => loadConfig({ journal: 'throw', rules: rules.slice(0, 1) }, {})).not.toThrow();
    expect(() => loadConfig({ journal: 'throw', rules }, {})).toThrow(/rules\[1\]\.outputs\[0\]\.tags[.[]/);
  });

  it('does not grow with an object of many keys', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, nth) => [`k${nth}`, nth]));
    expect(refusals({ headers: wide, tags: wide })).toHaveLength(2);
  });

  it('of what cannot be read says so, and nothing of what was thrown', () => {
    const trap = () => {
      throw new Error('secret');
    };
    const thrower = Object.defineProperty({}, 'Cache-Control', { enumerable: true, get: trap });
    for (const headers of [thrower, new Proxy({}, { ownKeys: trap })]) {
      expect(types.isProxy(headers) || 'Cache-Control' in headers).toBe(true);
      expect(refusals({ headers })).toEqual(['rules[0]: expected plain data, got an object that cannot be read']);
    }
  });

  it('has nothing that ends a header, whatever is written', () => {
    const character = fc.constantFrom(...'aZ0-_:/=.+ ,;"%{}\r\n\0\t\x7fé值', '\ud800', '{key}');
    const text = fc.oneof(
      fc.string({ unit: character, maxLength: 6 }),
      fc.constantFrom('{key}', 'no-cache', 'a {file}', 'Thu, 01 Jan 2032 00:00:00 GMT'),
    );
    const name = fc.oneof(
      fc.constantFrom('Cache-Control', 'expires', 'Content-Language', 'x-oss-meta-a', '__proto__', 'toString'),
      text.map((end) => `x-oss-meta-${end}`),
    );
    const pairs = (key: fc.Arbitrary<string>) =>
      fc.array(fc.tuple(key, text), { maxLength: 2 }).map((list) => Object.fromEntries(list));
    let accepted = 0;
    fc.assert(
      fc.property(pairs(name), pairs(text), (headers, tags) => {
        const given = {
          ...(Object.keys(headers).length > 0 && { headers }),
          ...(Object.keys(tags).length > 0 && { tags }),
        };
        if (refusals(given).length > 0) return;
        accepted += 1;
        const relay = relayOf(given);
        expect(relay?.headers ?? []).toHaveLength(Object.keys(headers).length);
        for (const one of relay?.headers ?? []) {
          expect(one.name).toMatch(/^[a-z0-9-]+$/);
          expect(one.value.text).toMatch(/^[!-~](?:[ -~]*[!-~])?$/);
        }
        for (const { name, value } of relay?.tags ?? []) {
          expect(name).toMatch(/^[\p{L}\p{N} +\-=._:/]+$/u);
          expect(value.text).toMatch(/^[\p{L}\p{N} +\-=._:/{}]*$/u);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
