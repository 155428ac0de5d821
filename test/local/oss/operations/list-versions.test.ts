// ListObjectVersions: order, pages, common prefixes and names of any kind.
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss } from '../fixture.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
  await oss.client().putBucketVersioning('photos', 'Enabled');
});

const put = async (key: string, text = 'x') =>
  (await oss.client().put(key, Buffer.from(text))).res.headers['x-oss-version-id'] ?? '';
const remove = async (key: string) => (await oss.client().delete(key)).res.headers['x-oss-version-id'] ?? '';
const list = (query: Record<string, string> = {}) => {
  const sent = Object.entries(query).map(([name, value]) => `&${name}=${encodeURIComponent(value)}`);
  const queries = { versions: null, ...query };
  return oss.wire({ path: `/photos?versions${sent.join('')}`, queries });
};

/** Every page of a listing, `KEY ID` each. */
async function pages(maxKeys: number, delimiter = ''): Promise<string[][]> {
  const found: string[][] = [];
  const grouping = delimiter === '' ? {} : { delimiter };
  let markers = {};
  for (;;) {
    const page = await oss.client().getBucketVersions({ maxKeys, ...grouping, ...markers });
    const items = [...page.objects, ...page.deleteMarker].map(({ name, versionId }) => `${name} ${versionId}`);
    found.push([...items, ...(page.prefixes ?? [])]);
    if (!page.isTruncated) return found;
    const { nextKeyMarker, nextVersionIdMarker } = page;
    markers = {
      ...(nextKeyMarker !== null && { keyMarker: nextKeyMarker }),
      ...(nextVersionIdMarker !== null && { versionIdMarker: nextVersionIdMarker }),
    };
  }
}

test('those of a key newest first, delete markers among them', async () => {
  const [old, middle] = [await put('b', 'old'), await remove('b')];
  const [newest, other] = [await put('b', 'newest'), await put('a')];
  const { text } = await list();
  const order = [...text.matchAll(/<(Version|DeleteMarker)><Key>(\w)<\/Key><VersionId>([^<]+)<.+?<IsLatest>(\w+)</g)];
  expect(order.map(([, ...parts]) => parts)).toEqual([
    ['Version', 'a', other, 'true'],
    ['Version', 'b', newest, 'true'],
    ['DeleteMarker', 'b', middle, 'false'],
    ['Version', 'b', old, 'false'],
  ]);
  expect((await oss.client().getBucketVersions({ prefix: 'b' })).objects).toMatchObject([
    { name: 'b', size: 6, isLatest: true, storageClass: 'Standard', type: 'Normal' },
    { name: 'b', size: 3, isLatest: false },
  ]);
});

test('pages of any size hold everything once', async () => {
  const all: string[] = [];
  for (const key of ['a', 'a/1', 'a/2', 'b', 'é']) {
    all.push(`${key} ${await put(key)}`, `${key} ${await put(key)}`, `${key} ${await remove(key)}`);
  }
  for (const size of [1, 2, 3, 7, 14, 15]) {
    const found = await pages(size);
    expect(found.slice(0, -1).every((page) => page.length === size)).toBe(true);
    expect(found.flat().sort()).toEqual([...all].sort());
  }
  const grouped = await pages(2, '/');
  expect(grouped.flat().filter((item) => item === 'a/')).toHaveLength(1);
  expect(grouped.flat()).toHaveLength(10);
});

test('a marker without id goes on behind all versions of its key', async () => {
  await put('a');
  const b = await put('b');
  const page = await oss.client().getBucketVersions({ keyMarker: 'a' });
  expect(page.objects.map(({ versionId }) => versionId)).toEqual([b]);
  expect(codeOf(await list({ 'version-id-marker': b }))).toBe('InvalidArgument');
  expect(codeOf(await list({ 'max-keys': '1001' }))).toBe('InvalidArgument');
  expect(codeOf(await list({ 'encoding-type': 'base64' }))).toBe('InvalidArgument');
});

test('a listing goes on although the version that it ended with has been deleted', async () => {
  for (let i = 0; i < 5; i++) await put('k');
  const c = oss.client();
  let rounds = 0;
  for (let markers = {}; ; rounds++) {
    const page = await c.getBucketVersions({ maxKeys: 2, ...markers });
    await c.deleteMulti(page.objects.map(({ name, versionId }) => ({ key: name, versionId })));
    if (!page.isTruncated) break;
    markers = { keyMarker: page.nextKeyMarker ?? '', versionIdMarker: page.nextVersionIdMarker ?? '' };
  }
  expect(rounds).toBe(2);
  expect((await c.getBucketVersions()).objects).toEqual([]);
});

test('a bucket without versioning lists the id null', async () => {
  await oss.client('photos-out').put('k', Buffer.from('x'));
  const { objects } = await oss.client('photos-out').getBucketVersions();
  expect(objects).toMatchObject([{ name: 'k', versionId: 'null', isLatest: true }]);
});

test('encoding-type=url encodes names and markers', async () => {
  await put('a b\n&/é');
  await put('z');
  const { text } = await list({ 'encoding-type': 'url', 'max-keys': '1' });
  expect(text).toContain('<EncodingType>url</EncodingType>');
  expect(text).toContain('<Key>a%20b%0A%26%2F%C3%A9</Key>');
  expect(text).toContain('<NextKeyMarker>a%20b%0A%26%2F%C3%A9</NextKeyMarker>');
});

test('any keys, any page size: the same as in one page', async () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '~', '目', '🎉'), minLength: 1, maxLength: 4 });
  const valid = key.filter((text) => !text.startsWith('/'));
  await fc.assert(
    fc.asyncProperty(fc.array(valid, { maxLength: 6 }), fc.integer({ min: 1, max: 4 }), async (keys, size) => {
      oss = await startOss();
      await oss.client().putBucketVersioning('photos', 'Enabled');
      for (const one of keys) await put(one);
      for (const delimiter of ['', '/']) {
        const [whole = []] = await pages(1000, delimiter);
        expect((await pages(size, delimiter)).flat().sort()).toEqual([...whole].sort());
      }
      await oss.stop();
    }),
    { numRuns: 15 },
  );
});
