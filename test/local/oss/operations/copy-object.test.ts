// What a copy keeps of its source when its metadata is replaced.
import { expect, test } from 'vitest';
import { startOss } from '../fixture.js';

test('replaced metadata leaves the type, and the notes of a client that encrypts, unless they are named', async () => {
  const { client, wire } = await startOss();
  const noted = 'x-oss-meta-client-side-encryption-key';
  const headers = { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache', 'x-oss-meta-a': '1', [noted]: 'k' };
  await client().put('a.txt', Buffer.from('a'), { headers });
  const copied = async (more: Record<string, string>) => {
    const replace = { 'x-oss-copy-source': '/photos/a.txt', 'x-oss-metadata-directive': 'REPLACE', ...more };
    await wire({ method: 'PUT', path: '/photos/b', key: 'b', headers: replace });
    return (await wire({ method: 'HEAD', path: '/photos/b', key: 'b' })).headers;
  };
  const kept = await copied({});
  expect(kept).toMatchObject({ 'content-type': 'text/plain', [noted]: 'k' });
  expect([kept['cache-control'], kept['x-oss-meta-a']]).toEqual([undefined, undefined]);
  const named = { 'content-type': 'image/png', [noted]: 'other' };
  expect(await copied(named)).toMatchObject(named);
});

test('a copy that is stored is said to be, although the bucket of its source has gone by then', async () => {
  const { client, wire } = await startOss({
    intercept: ({ call, run }) => {
      if (call.operation === 'CopyObject') {
        call.beforeStore = async () => {
          await client('photos-out').delete('a');
          await client('photos-out').deleteBucket('photos-out');
        };
      }
      return run();
    },
  });
  await client('photos-out').put('a', Buffer.from('a'));
  const headers = { 'x-oss-copy-source': '/photos-out/a' };
  expect((await wire({ method: 'PUT', path: '/photos/b', key: 'b', headers })).status).toBe(200);
  expect((await client().get('b')).content.toString()).toBe('a');
});
