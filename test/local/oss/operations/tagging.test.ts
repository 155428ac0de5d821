// Tags of objects and buckets, through ali-oss and raw; and the storage class, which is a label here.
import { beforeEach, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss } from '../fixture.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});

const xml = (...tags: [string, string][]) =>
  `<Tagging><TagSet>${tags.map(([k, v]) => `<Tag><Key>${k}</Key><Value>${v}</Value></Tag>`).join('')}</TagSet></Tagging>`;
const tagging = (method: string, body?: string, key = 'k') =>
  oss.wire({
    method,
    path: `/photos/${key}?tagging`,
    key,
    queries: { tagging: null },
    ...(body !== undefined && { body }),
  });

test('put, get, replace and delete', async () => {
  const c = oss.client();
  await c.put('k', Buffer.from('x'));
  const before = (await c.head('k')).res.headers;
  expect((await c.getObjectTagging('k')).tag).toEqual({});
  await c.putObjectTagging('k', { a: '1', 'B b': 'x+y=z/._:-', c: ' 3' });
  expect((await c.getObjectTagging('k')).tag).toEqual({ a: '1', 'B b': 'x+y=z/._:-', c: ' 3' });
  const { headers } = (await c.head('k')).res;
  expect(headers['x-oss-tagging-count']).toBe('3');
  expect(headers['last-modified']).toBe(before['last-modified']);
  await c.putObjectTagging('k', { c: '2' });
  expect((await c.getObjectTagging('k')).tag).toEqual({ c: '2' });
  expect((await c.deleteObjectTagging('k')).res.status).toBe(204);
  expect((await c.getObjectTagging('k')).tag).toEqual({});
  expect((await c.get('k')).res.headers).not.toHaveProperty('x-oss-tagging-count');
  await expect(c.putObjectTagging('none', { a: '1' })).rejects.toMatchObject({ code: 'NoSuchKey' });
});

test('of one version', async () => {
  const c = oss.client();
  await c.putBucketVersioning('photos', 'Enabled');
  const versionId = (await c.put('k', Buffer.from('one'))).res.headers['x-oss-version-id'] ?? '';
  await c.put('k', Buffer.from('two'));
  const answer = await c.putObjectTagging('k', { a: '1' }, { versionId });
  expect(answer.res.headers['x-oss-version-id']).toBe(versionId);
  expect([(await c.getObjectTagging('k')).tag, (await c.getObjectTagging('k', { versionId })).tag]).toEqual([
    {},
    { a: '1' },
  ]);
  await c.deleteObjectTagging('k', { versionId });
  expect((await c.getObjectTagging('k', { versionId })).tag).toEqual({});
  expect((await c.getBucketVersions()).objects.map(({ size }) => size)).toEqual([3, 3]);
});

test.each([
  ['eleven', xml(...Array.from({ length: 11 }, (_, i): [string, string] => [`k${i}`, ''])), '0010-00000217'],
  ['a key of 129 characters', xml(['k'.repeat(129), '']), '0010-00000209'],
  ['a value of 257 characters', xml(['k', 'v'.repeat(257)]), '0010-00000217'],
  ['one key twice', xml(['k', '1'], ['k', '2']), '0010-00000210'],
  ['no key', xml(['', '1']), '0010-00000217'],
  ['a character that is not allowed', xml(['a?', '1']), '0010-00000217'],
])('%s: InvalidTag', async (_, body, ec) => {
  await oss.client().put('k', Buffer.from('x'));
  const answer = await tagging('PUT', body);
  expect([codeOf(answer), answer.status, answer.headers['x-oss-ec']]).toEqual(['InvalidTag', 400, ec]);
  expect((await oss.client().getObjectTagging('k')).tag).toEqual({});
});

test('tags of letters in any script, of 128 and 256 characters, ten of them', async () => {
  await oss.client().put('k', Buffer.from('x'));
  const tags = Array.from({ length: 10 }, (_, i): [string, string] => [`标${i}`.padEnd(128, 'k'), 'é'.repeat(256)]);
  expect((await tagging('PUT', xml(...tags))).status).toBe(200);
  expect(Object.entries((await oss.client().getObjectTagging('k')).tag)).toEqual(tags);
  expect(codeOf(await tagging('PUT', '<Tagging/>'))).toBe('MalformedXML');
  expect(codeOf(await tagging('PUT', xml(['__proto__', '1'])))).toBeUndefined();
});

test('the header x-oss-tagging, and what a copy makes of it', async () => {
  const c = oss.client();
  const headers = { 'x-oss-tagging': 'a=1&b%20c=%E6%A0%87&d&e=x%2By+z' };
  await c.put('k', Buffer.from('x'), { headers });
  const tag = { a: '1', 'b c': '标', d: '', e: 'x+y z' };
  expect((await c.getObjectTagging('k')).tag).toEqual(tag);
  await c.copy('copy', 'k');
  expect((await c.getObjectTagging('copy')).tag).toEqual(tag);
  const replace = { 'x-oss-tagging': 'z=9', 'x-oss-tagging-directive': 'Replace' };
  await c.copy('other', 'k', 'photos', { headers: { ...replace } });
  expect((await c.getObjectTagging('other')).tag).toEqual({ z: '9' });
  await c.multipartUpload('parts', Buffer.alloc(150 * 1024), { partSize: 100 * 1024, headers: { ...headers } });
  expect((await c.getObjectTagging('parts')).tag).toEqual(tag);
  await c.put('k', Buffer.from('y'));
  expect((await c.getObjectTagging('k')).tag).toEqual({});
});

test.each(['aa=bb=cc', 'a=%zz', 'a=1&a=2', 'a=?', '=1'])('x-oss-tagging: %s is InvalidTag', async (value) => {
  const put = oss.client().put('k', Buffer.from('x'), { headers: { 'x-oss-tagging': value } });
  await expect(put).rejects.toMatchObject({ code: 'InvalidTag', status: 400 });
  await expect(oss.client().head('k')).rejects.toMatchObject({ status: 404 });
});

test('tags need a right of their own', async () => {
  oss.oss.keys.set('untagging', { secret: 's', may: (action) => action !== 'oss:PutObjectTagging' });
  const as = { accessKeyId: 'untagging', accessKeySecret: 's' };
  const put = (headers: Record<string, string>) =>
    oss.wire({ method: 'PUT', path: '/photos/k', key: 'k', body: 'x', as, headers });
  expect(codeOf(await put({ 'x-oss-tagging': 'a=1' }))).toBe('AccessDenied');
  expect((await put({})).status).toBe(200);
});

test('of a bucket', async () => {
  const bucket = (method: string, body?: string, only = '') =>
    oss.wire({
      method,
      path: `/photos?tagging${only && `=${only}`}`,
      queries: { tagging: only || null },
      ...(body !== undefined && { body }),
    });
  expect((await bucket('GET')).text).toContain('<Tagging><TagSet></TagSet></Tagging>');
  expect((await bucket('PUT', xml(['team', '图片'], ['b', '']))).status).toBe(200);
  expect((await bucket('GET')).text).toContain('<Tag><Key>team</Key><Value>图片</Value></Tag><Tag><Key>b</Key>');
  expect(codeOf(await bucket('PUT', xml(['Aliyun-x', '1'])))).toBe('InvalidTag');
  expect((await bucket('DELETE', undefined, 'team')).status).toBe(204);
  expect((await bucket('GET')).text).toContain('<TagSet><Tag><Key>b</Key>');
  expect((await bucket('DELETE')).status).toBe(204);
  expect((await bucket('GET')).text).toContain('<TagSet></TagSet>');
});

test.each([
  [{ 'tag-key': 'a' }, ['photos', 'photos-out']],
  [{ 'tag-key': 'a', 'tag-value': '1' }, ['photos']],
  [{ tagging: '"a":"2","b":"3"' }, ['photos-out']],
  [{ tagging: 'a:2' }, ['photos-out']],
  [{ 'tag-key': 'c' }, []],
  [{ 'tag-value': '1' }, 'InvalidArgument'],
  [{ 'tag-key': 'a', tagging: 'a:1' }, 'InvalidArgument'],
])('the list of buckets with %o', async (queries, expected) => {
  const tags = { photos: xml(['a', '1']), 'photos-out': xml(['a', '2'], ['b', '3']) };
  for (const [bucket, body] of Object.entries(tags)) {
    await oss.wire({ method: 'PUT', path: `/${bucket}?tagging`, bucket, queries: { tagging: null }, body });
  }
  const query = Object.entries(queries).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const answer = await oss.wire({ path: `/?${query.join('&')}`, bucket: '', queries });
  const names = [...answer.text.matchAll(/<Name>([^<]+)/g)].map(([, name]) => name);
  expect(codeOf(answer) ?? names).toEqual(expected);
});

test('a bucket has a storage class, which is that of its objects unless they name another', async () => {
  const body =
    '<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>';
  expect((await oss.wire({ method: 'PUT', path: '/cold', bucket: 'cold', body })).status).toBe(200);
  const c = oss.client('cold');
  expect((await c.getBucketInfo('cold')).bucket).toMatchObject({ StorageClass: 'IA', DataRedundancyType: 'ZRS' });
  await c.put('k', Buffer.from('x'));
  await c.put('hot', Buffer.from('x'), { headers: { 'x-oss-storage-class': 'Standard' } });
  const { objects } = await c.getBucketVersions();
  expect(objects.map(({ storageClass }) => storageClass)).toEqual(['Standard', 'IA']);
});

test('the storage class is kept and shown, and every object can be read at once', async () => {
  const c = oss.client();
  for (const name of ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']) {
    await c.put(name, Buffer.from('x'), { headers: { 'x-oss-storage-class': name } });
    expect((await c.head(name)).res.headers['x-oss-storage-class']).toBe(name);
    expect((await c.get(name)).content.toString()).toBe('x');
  }
  const listed = (await c.getBucketVersions()).objects.map(({ storageClass }) => storageClass);
  expect(listed).toEqual(['Archive', 'ColdArchive', 'DeepColdArchive', 'IA', 'Standard']);
  const { text } = await oss.wire({ path: '/photos?list-type=2', queries: { 'list-type': '2' } });
  expect([...text.matchAll(/<StorageClass>(\w+)/g)].map(([, name]) => name)).toEqual(listed);
  const wrong = c.put('k', Buffer.from('x'), { headers: { 'x-oss-storage-class': 'Glacier' } });
  await expect(wrong).rejects.toMatchObject({ code: 'InvalidArgument' });
});

test('a listing of buckets shows their tags', async () => {
  const { wire } = await startOss();
  const body = '<Tagging><TagSet><Tag><Key>team</Key><Value>web</Value></Tag></TagSet></Tagging>';
  await wire({ method: 'PUT', path: '/photos?tagging', queries: { tagging: null }, body });
  const { text } = await wire({ path: '/?tag-key=team', bucket: '', queries: { 'tag-key': 'team' } });
  expect(text).toContain(body);
});
