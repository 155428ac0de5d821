// What is not there is told before anything else: before who asks, before what is asked, before the key.
import { expect, test } from 'vitest';
import { codeOf, startOss, type Wire } from '../fixture.js';

const missing = 'no-such-bucket';
const unknown = { accessKeyId: 'unknown', accessKeySecret: 'x' };

test.each<[string, Wire]>([
  ['an unknown access key', { path: `/${missing}?acl`, bucket: missing, queries: { acl: null }, as: unknown }],
  ['nobody', { path: `/${missing}/k`, signed: false }],
  [
    'a sub-resource that is not implemented',
    { method: 'PUT', path: `/${missing}?policy`, bucket: missing, body: '{}' },
  ],
  ['a key that can be none', { path: `/${missing}//k`, bucket: missing, key: '/k' }],
  ['an object to be stored', { method: 'PUT', path: `/${missing}/k`, bucket: missing, key: 'k', body: 'x' }],
])('NoSuchBucket: %s', async (_, wire) => {
  const answer = await (await startOss()).wire(wire);
  expect([codeOf(answer), answer.status, answer.headers['x-oss-ec']]).toEqual(['NoSuchBucket', 404, '0015-00000101']);
});

test.each<[string, Wire, string, number]>([
  ['an unknown access key', { path: '/photos?acl', queries: { acl: null }, as: unknown }, 'InvalidAccessKeyId', 403],
  ['a slash in front', { path: '/photos//k', key: '/k' }, 'InvalidObjectName', 400],
  ['a backslash in front', { path: '/photos/%5Ck', key: '\\k' }, 'InvalidObjectName', 400],
  ['1,024 bytes', { path: `/photos/${'x'.repeat(1024)}`, key: 'x'.repeat(1024) }, 'InvalidObjectName', 400],
  ['bytes that are not UTF-8', { path: '/photos/%ff', key: 'x' }, 'InvalidObjectName', 400],
  ['a sub-resource', { path: '/photos?policy', queries: { policy: null } }, 'NotImplemented', 501],
])('the bucket is there, so the answer is about %s', async (_, wire, code, status) => {
  const answer = await (await startOss()).wire(wire);
  expect([codeOf(answer), answer.status]).toEqual([code, status]);
});

test('PUT makes a bucket, and of the sub-resources only that of its ACL', async () => {
  const { wire } = await startOss();
  const request = { method: 'PUT', bucket: 'new-bucket' };
  const cors = await wire({ ...request, path: '/new-bucket?cors', queries: { cors: null } });
  expect(codeOf(cors)).toBe('NoSuchBucket');
  const as = { accessKeyId: 'unknown', accessKeySecret: 'unknown' };
  const acl = await wire({ ...request, path: '/new-bucket?acl', queries: { acl: null }, as });
  expect(codeOf(acl)).toBe('InvalidAccessKeyId');
  expect((await wire({ method: 'PUT', path: '/new-bucket', bucket: 'new-bucket' })).status).toBe(200);
});
