// The headers of a reply, looked for and sent.
import { expect, test } from 'vitest';
import { asSent, lowerCaseHeaders } from '../../../../src/local/oss/answer/headers.js';
import { startOss } from '../fixture.js';

test('of two spellings of a name the later one counts', () => {
  const headers = { 'Content-Type': 'image/png', 'content-type': 'text/html', ETag: '"1"' };
  expect(lowerCaseHeaders({ status: 200, headers })).toEqual({ 'content-type': 'text/html', etag: '"1"' });
});

test.each([
  ['content-range', 'Content-Range'],
  ['content-md5', 'Content-MD5'],
  ['etag', 'ETag'],
  ['vary', 'Vary'],
  ['x-oss-hash-crc64ecma', 'x-oss-hash-crc64ecma'],
])('%s is sent as %s', (name, sent) => expect(asSent(name)).toBe(sent));

test('a client that tells spellings apart finds those of OSS', async () => {
  const { wire } = await startOss();
  await wire({ method: 'PUT', path: '/photos/k', key: 'k', body: 'text' });
  const { names } = await wire({ path: '/photos/k', key: 'k', headers: { range: 'bytes=0-1' } });
  const wanted = ['Content-Range', 'Content-Length', 'Content-Type', 'ETag', 'Last-Modified', 'Accept-Ranges'];
  expect(names).toEqual(expect.arrayContaining([...wanted, 'x-oss-request-id', 'x-oss-object-type']));
});
