// Lists: prefixes, delimiters and pages, in both versions, against a plain reading of what a list is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss } from '../fixture.js';

async function filled(keys: string[]): Promise<TestOss> {
  const oss = await startOss();
  for (const key of keys) await oss.client().put(key, Buffer.from(key));
  return oss;
}

const keys = ['a.txt', 'b/', 'b/1.jpg', 'b/2.jpg', 'b/c/3.jpg', 'b/c/4.jpg', 'd/5.jpg', '目/6.jpg'];

test('version 1: everything, with what a client needs to know', async () => {
  const { client, wire } = await filled(keys);
  const { objects, isTruncated, nextMarker } = await client().list({});
  expect(objects.map(({ name }) => name)).toEqual(keys);
  expect(objects[0]).toMatchObject({ size: 5, type: 'Normal', etag: expect.stringMatching(/^"[0-9A-F]{32}"$/) });
  expect(objects[0]?.lastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  expect([isTruncated, nextMarker]).toEqual([false, null]);
  const { text } = await wire({
    path: '/photos?encoding-type=url&prefix=b/c',
    queries: { 'encoding-type': 'url', prefix: 'b/c' },
  });
  expect(text).toContain('<Key>b%2Fc%2F3.jpg</Key>');
  expect(text).toContain('<Prefix>b%2Fc</Prefix>');
});

test('a delimiter rolls keys up', async () => {
  const { client } = await filled(keys);
  const top = await client().list({ delimiter: '/' });
  expect([top.objects.map(({ name }) => name), top.prefixes]).toEqual([['a.txt'], ['b/', 'd/', '目/']]);
  const inside = await client().list({ delimiter: '/', prefix: 'b/' });
  expect([inside.objects.map(({ name }) => name), inside.prefixes]).toEqual([['b/', 'b/1.jpg', 'b/2.jpg'], ['b/c/']]);
});

test('version 2: start-after, owner on request, count', async () => {
  const { client, wire } = await filled(keys);
  const listed = await client().listV2({ 'start-after': 'b/2.jpg', 'max-keys': 2 });
  expect([listed.objects.map(({ name }) => name), listed.keyCount, listed.isTruncated]).toEqual([
    ['b/c/3.jpg', 'b/c/4.jpg'],
    2,
    true,
  ]);
  const plain = await wire({ path: '/photos?list-type=2', queries: { 'list-type': '2' } });
  expect(plain.text).not.toContain('<Owner>');
  const owned = await wire({
    path: '/photos?fetch-owner=true&list-type=2',
    queries: { 'list-type': '2', 'fetch-owner': 'true' },
  });
  expect(owned.text).toContain('<Owner><ID>1000000000000001</ID>');
});

test('pages of any size put together are the whole list, once each', async () => {
  const { client } = await filled(keys);
  // ali-oss signs an empty query value as `name=`, where the specification has the bare name: leave them out.
  for (const rolled of [{}, { delimiter: '/' }]) {
    for (let size = 1; size <= keys.length; size += 1) {
      const whole = await client().list({ ...rolled, 'max-keys': 1000 });
      const names = (page: { objects: { name: string }[]; prefixes: string[] | null }) => [
        ...page.objects.map(({ name }) => name),
        ...(page.prefixes ?? []),
      ];
      const one: string[] = [];
      for (let marker: string | null | undefined; marker !== null; ) {
        const page: typeof whole = await client().list({
          ...rolled,
          ...(marker !== undefined && { marker }),
          'max-keys': size,
        });
        one.push(...names(page));
        marker = page.nextMarker;
      }
      const two: string[] = [];
      for (let token: string | undefined, more = true; more; ) {
        const page = await client().listV2({
          ...rolled,
          'max-keys': size,
          ...(token !== undefined && { 'continuation-token': token }),
        });
        two.push(...names(page));
        more = page.isTruncated;
        token = page.nextContinuationToken ?? undefined;
      }
      expect(one.sort()).toEqual(names(whole).sort());
      expect(two.sort()).toEqual(one);
    }
  }
});

test('against a plain reading of the rules', async () => {
  const oss = await startOss();
  const name = fc
    .string({ unit: fc.constantFrom('a', 'b', '/', '目'), minLength: 1, maxLength: 4 })
    .filter((text) => !text.startsWith('/'));
  const all = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 3 }), name, name, async (added, prefix, marker) => {
      for (const key of added) {
        await oss.client().put(key, Buffer.from('x'));
        all.add(key);
      }
      const behind = [...all].filter(
        (key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(marker)) > 0,
      );
      const { objects } = await oss.client().list({ prefix, marker, 'max-keys': 1000 });
      expect(objects.map((object) => object.name)).toEqual(
        behind.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
    }),
    { numRuns: 30 },
  );
});

test('an empty continuation token is none; one that is given decodes to itself', async () => {
  const { wire } = await filled(['~~~~', '~~~?', '~~~😀']);
  const empty = await wire({
    path: '/photos?list-type=2&continuation-token=&max-keys=1',
    queries: { 'list-type': '2', 'continuation-token': null, 'max-keys': '1' },
  });
  expect(empty.text).toContain('<Key>~~~?</Key>');
  const token = /<NextContinuationToken>(.*)<\/NextContinuationToken>/.exec(empty.text)?.[1] ?? '';
  expect(decodeURIComponent(token.replaceAll('+', ' '))).toBe(token);
  const queries = { 'list-type': '2', 'continuation-token': token };
  const { text } = await wire({ path: `/photos?list-type=2&continuation-token=${token}`, queries });
  expect(text).toMatch(/<Key>~~~~<.*<Key>~~~😀</);
});

describe('refused', () => {
  test.each([
    ['max-keys', '0'],
    ['max-keys', '1001'],
    ['max-keys', '-1'],
    ['max-keys', 'ten'],
    ['max-keys', '1e2'],
    ['encoding-type', 'base64'],
  ])('%s=%s', async (parameter, value) => {
    const { wire } = await startOss();
    const answer = await wire({ path: `/photos?${parameter}=${value}`, queries: { [parameter]: value } });
    expect([codeOf(answer), answer.status]).toEqual(['InvalidArgument', 400]);
  });

  test.each(['x', '!!!!', 'YQ=='])('continuation-token=%s', async (token) => {
    const { wire } = await startOss();
    const queries = { 'list-type': '2', 'continuation-token': token || null };
    const answer = await wire({ path: `/photos?list-type=2&continuation-token=${token}`, queries });
    expect([codeOf(answer), answer.status]).toEqual(['InvalidArgument', 400]);
  });
});
