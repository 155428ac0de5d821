// Text goes out as gzip to clients that accept it, as the vendor documents.
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startOss } from '../fixture.js';

const text = 'hello world\n'.repeat(100);
const gzip = { 'accept-encoding': 'deflate, gzip;q=0.5' };

async function stored(contentType: string, body = text, more: Record<string, string> = {}) {
  const { wire } = await startOss();
  const headers = { 'content-type': contentType, ...more };
  await wire({ method: 'PUT', path: '/photos/k', key: 'k', body, headers });
  return (headers: Record<string, string>, method = 'GET') => wire({ method, path: '/photos/k', key: 'k', headers });
}

test('what is compressed keeps its checksums, and has neither ETag nor length', async () => {
  const ask = await stored('text/plain; charset=utf-8');
  const plain = await ask({});
  const { status, headers, body } = await ask(gzip);
  expect(status).toBe(200);
  expect(gunzipSync(body).toString()).toBe(text);
  expect(headers).toMatchObject({
    'content-encoding': 'gzip',
    vary: 'Accept-Encoding',
    'transfer-encoding': 'chunked',
    'content-md5': plain.headers['content-md5'],
    'x-oss-hash-crc64ecma': plain.headers['x-oss-hash-crc64ecma'],
  });
  const head = await ask(gzip, 'HEAD');
  expect(head.headers['content-encoding']).toBe('gzip');
  for (const name of ['etag', 'content-length', 'accept-ranges']) {
    expect(plain.headers).toHaveProperty(name);
    expect(headers).not.toHaveProperty(name);
    expect(head.headers).not.toHaveProperty(name);
  }
});

test.each<[string, string, string, Record<string, string>, Record<string, string>]>([
  ['another type', 'image/svg+xml', text, {}, gzip],
  ['less than 1 KB', 'text/plain', text.slice(0, 1023), {}, gzip],
  ['encoded already', 'text/plain', text, { 'content-encoding': 'br' }, gzip],
  ['not accepted', 'text/plain', text, {}, { 'accept-encoding': 'gzip;q=0, br' }],
  ['not asked', 'text/plain', text, {}, {}],
  ['a range', 'text/plain', text, {}, { ...gzip, range: 'bytes=0-5000' }],
])('%s goes out as it is', async (_, type, body, more, headers) => {
  const answer = await (await stored(type, body, more))(headers);
  expect(answer.text).toBe(body);
  expect(answer.headers).toMatchObject({ etag: expect.any(String), 'content-length': String(body.length) });
  expect(answer.headers['content-encoding']).toBe(more['content-encoding']);
});

test('HTTP/1.0 gets no chunks', async () => {
  const { client, port } = await startOss();
  await client().put('k', Buffer.from(text), { mime: 'text/plain' });
  await client().putACL('k', 'public-read');
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /photos/k HTTP/1.0\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n');
  const answer = Buffer.concat(await socket.toArray());
  const end = answer.indexOf('\r\n\r\n');
  expect(answer.subarray(0, end).toString()).not.toMatch(/transfer-encoding/i);
  expect(gunzipSync(answer.subarray(end + 4)).toString()).toBe(text);
});

test('1,024 bytes are enough', async () => {
  const answer = await (await stored('application/json', text.slice(0, 1024)))(gzip);
  expect(answer.headers['content-encoding']).toBe('gzip');
});
