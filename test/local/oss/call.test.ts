// Who may do what: RAM actions of keys, ACLs for everybody else.
import { describe, expect, test } from 'vitest';
import { codeOf, send, startOss, type Wire } from './fixture.js';

const as = { accessKeyId: 'limited', accessKeySecret: 's' };

test.each<[Wire, string, string]>([
  [{ method: 'PUT', path: '/photos/k', key: 'k', body: 'x' }, 'oss:PutObject', 'photos/k'],
  [
    {
      method: 'POST',
      path: '/photos/a?append&position=0',
      key: 'a',
      queries: { append: null, position: '0' },
      body: 'x',
    },
    'oss:PutObject',
    'photos/a',
  ],
  [
    {
      method: 'PUT',
      path: '/photos/k?symlink',
      key: 'k',
      queries: { symlink: null },
      headers: { 'x-oss-symlink-target': 'k0' },
    },
    'oss:PutObject',
    'photos/k',
  ],
  [{ method: 'POST', path: '/photos/k?uploads', key: 'k', queries: { uploads: null } }, 'oss:PutObject', 'photos/k'],
  [{ path: '/photos/k0', key: 'k0' }, 'oss:GetObject', 'photos/k0'],
  [{ method: 'HEAD', path: '/photos/k0', key: 'k0' }, 'oss:GetObject', 'photos/k0'],
  [{ method: 'DELETE', path: '/photos/k0', key: 'k0' }, 'oss:DeleteObject', 'photos/k0'],
  [
    {
      method: 'POST',
      path: '/photos?delete',
      queries: { delete: null },
      body: '<Delete><Object><Key>k0</Key></Object></Delete>',
    },
    'oss:DeleteObject',
    'photos/k0',
  ],
  [
    { method: 'PUT', path: '/photos/k', key: 'k', headers: { 'x-oss-copy-source': '/photos/k0' } },
    'oss:GetObject',
    'photos/k0',
  ],
  [
    { method: 'PUT', path: '/photos/k', key: 'k', headers: { 'x-oss-copy-source': '/photos/k0' } },
    'oss:PutObject',
    'photos/k',
  ],
  [{ path: '/photos' }, 'oss:ListObjects', 'photos/undefined'],
  [{ path: '/', bucket: '' }, 'oss:ListBuckets', 'undefined/undefined'],
  [{ method: 'PUT', path: '/new-bucket', bucket: 'new-bucket' }, 'oss:PutBucket', 'new-bucket/undefined'],
  [{ method: 'DELETE', path: '/photos' }, 'oss:DeleteBucket', 'photos/undefined'],
  [{ path: '/photos?style', queries: { style: null } }, 'oss:ListStyle', 'photos/undefined'],
])('%o needs %s', async (wire, action, resource) => {
  const { oss, client, wire: request, events } = await startOss();
  await client().put('k0', Buffer.from('x'));
  events.length = 0;
  const checked: string[] = [];
  const may = (wanted: string, bucket?: string, key?: string) => {
    checked.push(`${wanted} ${bucket}/${key}`);
    return wanted !== action;
  };
  oss.keys.set('limited', { secret: 's', may });
  const answer = await request({ ...wire, as });
  expect([codeOf(answer), answer.status]).toEqual(['AccessDenied', 403]);
  expect(checked.at(-1)).toBe(`${action} ${resource}`);
  expect(events).toEqual([]);
  oss.keys.set('limited', { secret: 's', may: () => true });
  expect((await request({ ...wire, as })).status).toSatisfy(
    (status: number) => status < 300 || (status === 409 && wire.method === 'DELETE'),
  );
});

describe('without a signature', () => {
  const reading: Wire = { path: '/photos/k0', signed: false };
  const writing: Wire = { method: 'PUT', path: '/photos/new', body: 'x', signed: false };
  const processing: Wire = {
    method: 'POST',
    path: '/photos/k0?x-oss-process',
    body: 'x-oss-process=image/info',
    signed: false,
  };

  test.each([
    ['private', 403, 403],
    ['public-read', 200, 403],
    ['public-read-write', 200, 200],
  ])('%s', async (acl, read, write) => {
    const { client, port } = await startOss();
    await client().put('k0', Buffer.from('x'));
    await client().putBucketACL('photos', acl);
    expect((await client().getBucketACL('photos')).acl).toBe(acl);
    expect((await send(port, reading)).status).toBe(read);
    expect((await send(port, writing)).status).toBe(write);
    expect((await send(port, processing)).status).toBe(403);
    expect(codeOf(await send(port, { ...reading, path: '/photos/k0?response-content-type=a' }))).toBe(
      read === 200 ? 'InvalidRequest' : 'AccessDenied',
    );
  });

  test('createBucket takes an ACL and keeps what is there', async () => {
    const { oss, client, port } = await startOss();
    await client().put('k0', Buffer.from('x'));
    oss.createBucket('photos', 'public-read');
    expect((await send(port, reading)).text).toBe('x');
    oss.createBucket('photos');
    expect((await send(port, reading)).status).toBe(200);
    expect(() => oss.createBucket('No')).toThrow(expect.objectContaining({ code: 'InvalidBucketName' }));
  });
});
