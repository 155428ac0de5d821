// Making a bucket through its ACL.
import { expect, test } from 'vitest';
import { codeOf, startOss } from '../fixture.js';

test('PutBucketAcl makes a bucket that is not there, and keeps one that is', async () => {
  const { client, wire } = await startOss();
  await client().put('a.txt', Buffer.from('a'));
  for (const bucket of ['photos', 'fresh']) {
    const queries = { acl: null };
    const headers = { 'x-oss-acl': 'public-read' };
    const answer = await wire({ method: 'PUT', path: `/${bucket}/?acl`, bucket, queries, headers });
    expect(answer).toMatchObject({ status: 200, headers: { location: `/${bucket}` } });
    expect((await client().getBucketACL(bucket)).acl).toBe('public-read');
  }
  expect((await client().get('a.txt')).content.toString()).toBe('a');
  const invalid = await wire({ method: 'PUT', path: '/other/?acl', bucket: 'other', queries: { acl: null } });
  expect(codeOf(invalid)).toBe('InvalidArgument');
  expect(codeOf(await wire({ path: '/other/?acl', bucket: 'other', queries: { acl: null } }))).toBe('NoSuchBucket');
});
