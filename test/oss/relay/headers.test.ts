// The headers of relayed derivatives, whatever an uploader calls a picture. The witness for tags is the embedded OSS,
// which reads them by code of its own.
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { objectLabels, objectTagLimits } from '../../../src/local/oss/object/labels.js';
import { OssError } from '../../../src/oss/error.js';
import { derivativeHeaders } from '../../../src/oss/relay/headers.js';
import { loadConfig } from '../../../src/rules/load.js';
import type { Relay } from '../../../src/rules/rule.js';
import type { HeadersInput } from '../../../src/rules/schema.js';
import { type UploadedObject, type Variable, variableOf } from '../../../src/rules/template.js';
import { accessKey, startOss } from '../../local/oss/fixture.js';
import { clientOf } from '../stub.js';

interface Wanted {
  readonly headers?: HeadersInput;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What an output asks for, by a rule as a user writes it. */
function relayOf(wanted: Wanted): Relay {
  const output = { style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}' }, ...wanted };
  const rules = [{ name: 'a-rule', when: { bucket: 'photos' }, outputs: [output] }];
  const relay = loadConfig({ journal: 'throw', rules }, {}).rules[0]?.outputs[0]?.relay;
  if (relay === undefined) throw new Error('is not relayed');
  return relay;
}

/** The headers for one upload. */
function headersFor(wanted: Wanted, upload: Partial<UploadedObject> = {}): Record<string, string> {
  const object = { bucket: 'photos', key: 'in/a b.jpg', ...upload };
  return derivativeHeaders(relayOf(wanted), (variable) => variableOf(variable, object, 'a-rule'));
}

/** The tags as OSS has them then. */
function tagsOf(headers: Record<string, string>): [key: string, value: string][] {
  return objectLabels(headers).tags?.map(({ key, value }) => [key, value]) ?? [];
}

function refusal(act: () => unknown): OssError {
  try {
    act();
  } catch (error) {
    if (error instanceof OssError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

const known = { etag: '"E1"', time: '2026-03-04T00:00:00Z' };

describe('the headers', () => {
  it.each<[HeadersInput, string, Record<string, string>]>([
    [{ 'Cache-Control': 'public, max-age=60' }, 'a.jpg', { 'cache-control': 'public, max-age=60' }],
    [
      { 'Content-Disposition': "attachment; filename*=UTF-8''{file}" },
      '目录/a b\'"%.jpg',
      { 'content-disposition': "attachment; filename*=UTF-8''a%20b%27%22%25.jpg" },
    ],
    [{ 'x-oss-meta-source': '{bucket}/{key}' }, '照/b.jpg', { 'x-oss-meta-source': 'photos/%E7%85%A7/b.jpg' }],
    [{ 'x-oss-meta-a': '{rule} {etag} {year}' }, 'a', { 'x-oss-meta-a': 'a-rule E1 2026' }],
    // Neither an empty header nor one that ends in a space.
    [
      { 'x-oss-meta-a': '{ext}', 'x-oss-meta-b': 'x {ext}', 'x-oss-meta-c': '{ext} y' },
      'a',
      { 'x-oss-meta-b': 'x', 'x-oss-meta-c': 'y' },
    ],
    [{ 'x-oss-meta-a': '{key}' }, 'a\ud800b', { 'x-oss-meta-a': 'a%EF%BF%BDb' }],
    [
      { 'x-oss-meta-a': '{key}' },
      'a\r\nx-oss-object-acl: public-read',
      { 'x-oss-meta-a': 'a%0D%0Ax-oss-object-acl%3A%20public-read' },
    ],
    [{ Expires: 'Thu, 01 Jan 2032 00:00:00 GMT' }, 'a', { expires: 'Thu, 01 Jan 2032 00:00:00 GMT' }],
  ])('%j of %j', (headers, key, expected) => {
    expect(headersFor({ headers }, { key, ...known })).toEqual(expected);
  });
});

describe('the tags', () => {
  it.each<[Record<string, string>, string, [string, string][]]>([
    [
      { kind: 'thumb', 空: '值 +-=._:/' },
      'a',
      [
        ['kind', 'thumb'],
        ['空', '值 +-=._:/'],
      ],
    ],
    [{ from: '{key}' }, 'in/照片 (1).jpg', [['from', 'in/照片 _1_.jpg']]],
    [{ from: '{key}' }, 'a&b=c%20\n{}', [['from', 'a_b=c_20___']]],
    [
      { a: '{ext}', b: '' },
      'x',
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    [{ a: '{key}' }, '𠀀'.repeat(255), [['a', '𠀀'.repeat(255)]]],
    [{ a: '{key}' }, 'x'.repeat(1_000), [['a', 'x'.repeat(256)]]],
    [{ a: '{file}' }, '\ud800', [['a', '_']]],
    [{ 'a b+=': 'x' }, 'x', [['a b+=', 'x']]],
  ])('%j of %j', (tags, key, expected) => {
    expect(tagsOf(headersFor({ tags }, { key }))).toEqual(expected);
  });
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 150 }),
  fc.string({
    unit: fc.constantFrom(
      '\r',
      '\n',
      '\0',
      '\x7f',
      '\ud800',
      '\udc00',
      ' ',
      ':',
      '&',
      '=',
      '%',
      '+',
      '/',
      '照',
      '𠀀',
      'a',
      '.',
      '"',
      "'",
    ),
    minLength: 1,
    maxLength: 150,
  }),
);

describe('whatever a key holds', () => {
  it('a header is one line of printable ASCII, and tells the file’s name', () => {
    fc.assert(
      fc.property(hostile, (key) => {
        const headers = {
          'Content-Disposition': "inline; filename*=UTF-8''{file}",
          'x-oss-meta-key': '{key}',
          'x-oss-meta-parts': '{dir} {name} {ext}',
        };
        const made = headersFor({ headers }, { key });
        for (const value of Object.values(made)) expect(value).toMatch(/^[!-~](?:[ -~]*[!-~])?$/);
        const name = /''(.*)$/.exec(made['content-disposition'] ?? '')?.[1] ?? '';
        expect(decodeURIComponent(name)).toBe(key.toWellFormed().replace(/^.*\//s, ''));
        expect(decodeURIComponent(made['x-oss-meta-key'] ?? '')).toBe(key.toWellFormed());
      }),
      { numRuns: 500 },
    );
  });

  it('a tag is one that OSS takes, by whomever it is read', () => {
    fc.assert(
      fc.property(hostile, (key) => {
        const made = headersFor({ tags: { 'the key': '{key}', 名: '{dir}+{ext}' } }, { key });
        expect(Object.keys(made)).toEqual(['x-oss-tagging']);
        const tags = tagsOf(made);
        expect(tags.map(([name]) => name)).toEqual(['the key', '名']);
        expect([...new URLSearchParams(made['x-oss-tagging'])]).toEqual(tags);
        for (const [, value] of tags) {
          expect(value).toMatch(objectTagLimits.value);
          expect(objectTagLimits.length(value)).toBeLessThanOrEqual(objectTagLimits.valueLength);
        }
      }),
      { numRuns: 500 },
    );
  });
});

// Whoever signs a request or reads one may trim, fold or decode what stands in a header: nothing of that shows.
test('what a rule can say arrives at the embedded OSS as it was filled in, whatever the key', async () => {
  const { port, client: uploader, bugs } = await startOss();
  const photo = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  await uploader('photos').put('a.png', photo);
  await using client = clientOf({ port }, { credentials: accessKey });
  const literal = fc
    .string({ unit: fc.constantFrom(...' ~!"#$%&\'()*+,-./:;<=>?@[]^_`|aZ09'), minLength: 1, maxLength: 40 })
    .filter((text) => text.trim() === text);
  const tagText = fc.string({ unit: fc.constantFrom(...' +-=._:/aZ9照é'), minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(hostile, literal, tagText, tagText, async (key, text, tag, name) => {
      const relay = relayOf({
        headers: { 'Cache-Control': text, 'x-oss-meta-a': `{key}  ${text}`, 'Content-Disposition': '{file}' },
        tags: { [name]: tag, key: '{key}' },
      });
      const value = (variable: Variable) => variableOf(variable, { bucket: 'photos', key }, 'a-rule');
      const made = derivativeHeaders(relay, value);
      const target = { bucket: 'photos-out', key: 'b.png' };
      await client.oss.relayObject({ bucket: 'photos', key: 'a.png', style: 'image/flip,1', target, relay, value });
      const { res } = await uploader('photos-out').head('b.png');
      const { 'x-oss-tagging': tagging, ...headers } = made;
      expect(res.headers).toMatchObject(headers);
      const { tag: stored } = await uploader('photos-out').getObjectTagging('b.png');
      expect(stored).toEqual(Object.fromEntries(new URLSearchParams(tagging)));
    }),
    { numRuns: 40 },
  );
  expect(bugs).toEqual([]);
});

describe('refused for good, before anything is sent', () => {
  it('headers and tags of 8 KB, names included', () => {
    const headers = { 'x-oss-meta-a': '{key}', 'x-oss-meta-b': '{key}', 'x-oss-meta-c': 'x'.repeat(2_000) };
    const names = 3 * 'x-oss-meta-a'.length;
    const fits = (8_191 - names - 2_000 - 1) / 2;
    expect(headersFor({ headers }, { key: 'x'.repeat(fits) })).toHaveProperty('x-oss-meta-b');
    const { kind, code, attempts, message } = refusal(() => headersFor({ headers }, { key: 'x'.repeat(fits + 1) }));
    expect([kind, code, attempts]).toEqual(['permanent', 'HeadersTooLong', 0]);
    expect(message).toContain('8192 bytes');
    const tags = Object.fromEntries(Array.from({ length: 5 }, (_, nth) => [`t${nth}`, '{key}']));
    expect(refusal(() => headersFor({ tags }, { key: '照'.repeat(256) })).code).toBe('HeadersTooLong');
  });

  it.each<[Wanted, RegExp]>([
    [{ headers: { 'x-oss-meta-a': '{etag}' } }, /\{etag\}/],
    [{ headers: { 'x-oss-meta-a': 'x' }, tags: { a: '{day}' } }, /\{day\}/],
  ])('a variable that the event does not tell: %j', (wanted, message) => {
    const { kind, code, ...error } = refusal(() => headersFor(wanted));
    expect([kind, code]).toEqual(['permanent', 'MissingVariable']);
    expect(refusal(() => headersFor(wanted)).message).toMatch(message);
    expect(error.attempts).toBe(0);
    expect(Object.keys(headersFor(wanted, known)).length).toBeGreaterThan(0);
  });
});
