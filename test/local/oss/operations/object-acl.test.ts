// An object's own ACL: through ali-oss, and what it lets anonymous requests do.
import { beforeEach, describe, expect, test } from 'vitest';
import { codeOf, startOss, type TestOss } from '../fixture.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});

const anonymous = (method: string, path = '/photos/k') =>
  oss.wire({ method, path, signed: false, ...(method === 'PUT' && { body: 'y' }) });

test('put, get, and back to that of the bucket', async () => {
  const c = oss.client();
  await c.put('k', Buffer.from('x'));
  expect((await c.getACL('k')).acl).toBe('default');
  for (const acl of ['public-read', 'private', 'public-read-write', 'default']) {
    await c.putACL('k', acl);
    expect((await c.getACL('k')).acl).toBe(acl);
  }
  await expect(c.putACL('k', 'public')).rejects.toMatchObject({ code: 'InvalidArgument' });
  await expect(c.getACL('none')).rejects.toMatchObject({ code: 'NoSuchKey' });
  const missing = await oss.wire({ method: 'PUT', path: '/photos/k?acl', key: 'k', queries: { acl: null } });
  expect(codeOf(missing)).toBe('InvalidArgument');
});

test('of one version; a delete marker has none', async () => {
  const c = oss.client();
  await c.putBucketVersioning('photos', 'Enabled');
  const versionId = (await c.put('k', Buffer.from('one'))).res.headers['x-oss-version-id'] ?? '';
  const newest = (await c.put('k', Buffer.from('two'))).res.headers['x-oss-version-id'] ?? '';
  const answer = await c.putACL('k', 'public-read', { versionId });
  expect(answer.res.headers['x-oss-version-id']).toBe(versionId);
  expect([(await c.getACL('k', { versionId })).acl, (await c.getACL('k')).acl]).toEqual(['public-read', 'default']);
  expect((await anonymous('GET', `/photos/k?versionId=${versionId}`)).text).toBe('one');
  expect((await anonymous('GET', `/photos/k?versionId=${newest}`)).status).toBe(403);
  expect((await c.getBucketVersions()).objects.map((object) => object.versionId)).toEqual([newest, versionId]);
  const marker = (await c.delete('k')).res.headers['x-oss-version-id'] ?? '';
  await expect(c.getACL('k', { versionId: marker })).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
  await expect(c.getACL('k', { versionId: 'none' })).rejects.toMatchObject({ status: 404, code: 'NoSuchVersion' });
});

test.each([
  ['private', undefined, 403, 403, 403],
  ['private', 'public-read', 200, 403, 403],
  ['private', 'public-read-write', 200, 200, 204],
  ['public-read', 'private', 403, 403, 403],
  ['public-read', 'default', 200, 403, 403],
  ['public-read-write', 'public-read', 200, 403, 403],
  ['public-read-write', 'private', 403, 403, 403],
  ['public-read-write', undefined, 200, 200, 204],
])('in a %s bucket, a %s object answers anybody: GET %i, PUT %i, DELETE %i', async (acl, own, ...statuses) => {
  await oss.client().putBucketACL('photos', acl);
  const headers = own === undefined ? {} : { 'x-oss-object-acl': own };
  const answers: number[] = [];
  for (const method of ['GET', 'PUT', 'DELETE']) {
    await oss.client().put('k', Buffer.from('x'), { headers });
    answers.push((await anonymous(method)).status);
  }
  expect(answers).toEqual(statuses);
});

describe('the header x-oss-object-acl', () => {
  const headers = { 'x-oss-object-acl': 'public-read' };

  test('on each way to store an object', async () => {
    const c = oss.client();
    await c.put('put', Buffer.from('x'), { headers });
    await c.copy('copy', 'put', 'photos', { headers: { 'x-oss-object-acl': 'public-read' } });
    await c.multipartUpload('parts', Buffer.alloc(150 * 1024), { partSize: 100 * 1024, headers });
    for (const [path, query] of [
      ['append', { append: null, position: '0' }],
      ['link', { symlink: null }],
    ] as const) {
      const search = Object.entries(query).map(([name, value]) => (value === null ? name : `${name}=${value}`));
      await oss.wire({
        method: path === 'link' ? 'PUT' : 'POST',
        path: `/photos/${path}?${search.join('&')}`,
        key: path,
        queries: { ...query },
        headers: { ...headers, 'x-oss-symlink-target': 'put' },
        body: path === 'link' ? '' : 'x',
      });
    }
    for (const key of ['put', 'copy', 'parts', 'append', 'link']) {
      expect([key, (await c.getACL(key)).acl]).toEqual([key, 'public-read']);
    }
  });

  test('a copy does not take the ACL of its source, and an overwritten object loses its own', async () => {
    const c = oss.client();
    await c.put('k', Buffer.from('x'), { headers });
    await c.copy('copy', 'k');
    expect((await c.getACL('copy')).acl).toBe('default');
    await c.put('k', Buffer.from('y'));
    expect((await c.getACL('k')).acl).toBe('default');
  });
});

test('a public link does not open a private object', async () => {
  const c = oss.client();
  await c.put('secret', Buffer.from('x'));
  await c.putSymlink('k', 'secret');
  await c.putACL('k', 'public-read');
  expect((await anonymous('GET')).status).toBe(403);
  await c.putACL('secret', 'public-read');
  expect((await anonymous('GET')).text).toBe('x');
});
