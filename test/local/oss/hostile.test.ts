// Hostile requests: a refusal each, never a 500, and the server goes on.
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeOf, signedHeaders, startOss, type TestOss, type Wire } from './fixture.js';
import { expectAnswers, expectRefusals } from './hostile.js';

let oss: TestOss;
beforeEach(async () => {
  oss = await startOss();
});
afterEach(async () => {
  expect(oss.bugs).toEqual([]);
  expect((await oss.wire({ path: '/photos' })).status).toBe(200);
});

const md5 = 'nSeaGDhmzbZgHWzIxZanpg==';

test.each<[string, Wire, string, number]>([
  [
    'a wrong Content-MD5',
    { method: 'PUT', path: '/photos/k', key: 'k', body: 'x', headers: { 'content-md5': md5 } },
    'InvalidDigest',
    400,
  ],
  [
    'a Content-MD5 that is none',
    { method: 'PUT', path: '/photos/k', key: 'k', body: 'x', headers: { 'content-md5': 'x' } },
    'InvalidDigest',
    400,
  ],
  ['an unencoded percent sign', { path: '/photos/100%', key: '100%' }, 'InvalidURI', 400],
  [
    'a key of 1,024 bytes',
    { method: 'PUT', path: `/photos/${'x'.repeat(1024)}`, key: 'x'.repeat(1024), body: 'x' },
    'InvalidObjectName',
    400,
  ],
  [
    'a delete list that is no XML',
    { method: 'POST', path: '/photos?delete', queries: { delete: null }, body: '{}' },
    'MalformedXML',
    400,
  ],
  [
    'a delete list with entities',
    {
      method: 'POST',
      path: '/photos?delete',
      queries: { delete: null },
      body: '<!DOCTYPE d [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>',
    },
    'MalformedXML',
    400,
  ],
  [
    'an empty delete list',
    { method: 'POST', path: '/photos?delete', queries: { delete: null }, body: '<Delete/>' },
    'MalformedXML',
    400,
  ],
  [
    '1,001 deletions',
    {
      method: 'POST',
      path: '/photos?delete',
      queries: { delete: null },
      body: `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`,
    },
    'MalformedXML',
    400,
  ],
  [
    'a deletion without key',
    { method: 'POST', path: '/photos?delete', queries: { delete: null }, body: '<Delete><Object/></Delete>' },
    'InvalidObjectName',
    400,
  ],
  [
    'a deletion of a version without id',
    {
      method: 'POST',
      path: '/photos?delete',
      queries: { delete: null },
      body: '<Delete><Object><Key>a</Key><VersionId/></Object></Delete>',
    },
    'InvalidArgument',
    400,
  ],
  [
    'a delete list of 3 MB',
    { method: 'POST', path: '/photos?delete', queries: { delete: null }, body: ' '.repeat(3 << 20) },
    'EntityTooLarge',
    400,
  ],
  [
    'a copy source without bucket',
    { method: 'PUT', path: '/photos/k', key: 'k', headers: { 'x-oss-copy-source': 'x' } },
    'InvalidArgument',
    400,
  ],
  [
    'a copy source with a broken escape',
    { method: 'PUT', path: '/photos/k', key: 'k', headers: { 'x-oss-copy-source': '/photos/%zz' } },
    'InvalidArgument',
    400,
  ],
  [
    'a copy source with something behind the version',
    { method: 'PUT', path: '/photos/k', key: 'k', headers: { 'x-oss-copy-source': '/photos/k?versionId=1&a' } },
    'InvalidArgument',
    400,
  ],
  [
    'a copy source in no bucket',
    { method: 'PUT', path: '/photos/k', key: 'k', headers: { 'x-oss-copy-source': '/no-such-bucket/k' } },
    'NoSuchBucket',
    404,
  ],
  [
    'a copy with a strange directive',
    {
      method: 'PUT',
      path: '/photos/k',
      key: 'k',
      headers: { 'x-oss-copy-source': '/photos/k0', 'x-oss-metadata-directive': 'X' },
    },
    'InvalidArgument',
    400,
  ],
  [
    'a symlink to nowhere',
    { method: 'PUT', path: '/photos/k?symlink', key: 'k', queries: { symlink: null } },
    'InvalidArgument',
    400,
  ],
  [
    'a symlink to a broken escape',
    {
      method: 'PUT',
      path: '/photos/k?symlink',
      key: 'k',
      queries: { symlink: null },
      headers: { 'x-oss-symlink-target': '%' },
    },
    'InvalidArgument',
    400,
  ],
  ['a link that is none', { path: '/photos/k0?symlink', key: 'k0', queries: { symlink: null } }, 'NotSymlink', 400],
  [
    'a header smuggled through the query',
    { path: '/photos/k0?response-content-type=a%0d%0ab', key: 'k0', queries: { 'response-content-type': 'a\r\nb' } },
    'InvalidArgument',
    400,
  ],
  [
    'an append without position',
    { method: 'POST', path: '/photos/a?append', key: 'a', queries: { append: null }, body: 'x' },
    'InvalidArgument',
    400,
  ],
  [
    'an append at a strange position',
    {
      method: 'POST',
      path: '/photos/a?append&position=-1',
      key: 'a',
      queries: { append: null, position: '-1' },
      body: 'x',
    },
    'InvalidArgument',
    400,
  ],
  [
    'an ACL of its own',
    { method: 'PUT', path: '/photos?acl', queries: { acl: null }, headers: { 'x-oss-acl': 'public' } },
    'InvalidArgument',
    400,
  ],
  ['no ACL', { method: 'PUT', path: '/photos?acl', queries: { acl: null } }, 'InvalidArgument', 400],
  ['a bucket name for the cloud alone', { method: 'PUT', path: '/Photos', bucket: 'Photos' }, 'InvalidBucketName', 400],
  [
    '8 KB of metadata and more',
    { method: 'PUT', path: '/photos/k', key: 'k', body: 'x', headers: { 'x-oss-meta-a': 'x'.repeat(9000) } },
    'MetadataTooLarge',
    400,
  ],
])('%s: %s', async (_, wire, code, status) => {
  await oss.client().put('k0', Buffer.from('x'));
  const answer = await oss.wire(wire);
  expect([codeOf(answer), answer.status]).toEqual([code, status]);
});

test('overwriting is refused when the request says so', async () => {
  const headers = { 'x-oss-forbid-overwrite': 'true' };
  const c = oss.client();
  await c.put('k', Buffer.from('first'), { headers });
  await expect(c.put('k', Buffer.from('second'), { headers })).rejects.toMatchObject({
    code: 'FileAlreadyExists',
    status: 409,
  });
  await expect(c.copy('k', 'k', undefined, { headers })).rejects.toMatchObject({ code: 'FileAlreadyExists' });
  const both = [1, 2].map((n) =>
    c.put('race', Buffer.from(String(n)), { headers }).then(
      () => 'stored',
      () => 'refused',
    ),
  );
  expect((await Promise.all(both)).sort()).toEqual(['refused', 'stored']);
  expect((await c.get('k')).content.toString()).toBe('first');
});

/** Writes bytes to the server's socket and collects the answer until it ends or falls silent. */
function raw(text: string, end = true): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(oss.port, '127.0.0.1', () => {
      socket.write(text);
      if (end) socket.end();
      else socket.destroy();
    });
    let got = '';
    socket.on('data', (chunk) => (got += chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
  });
}

test('what is no HTTP, no path, or too much header', async () => {
  expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  expect(await raw('GET http://elsewhere/x HTTP/1.1\r\nHost: h\r\n\r\n')).toMatch(/^HTTP\/1\.1 400[\s\S]*InvalidURI/);
  expect(await raw('OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n')).toMatch(/^HTTP\/1\.1 400[\s\S]*InvalidURI/);
  expect(await raw(`GET / HTTP/1.1\r\nHost: h\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431|^$/);
  expect(await raw('PUT /photos/k HTTP/1.0\r\n\r\n')).toMatch(/403[\s\S]*AccessDenied/);
});

test.each(['identity', 'gzip', 'xchunked', 'chunked;q=1', 'chunked, gzip', 'gzip, chunked', 'chunked, chunked'])(
  'a body with the transfer coding %s is not stored',
  async (coding) => {
    const headers = Object.entries(signedHeaders({ method: 'PUT', path: '/photos/k', key: 'k' }));
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const start = `PUT /photos/k HTTP/1.1\r\nHost: h\r\n${lines}Content-Length: 10\r\n`;
    const answer = await raw(`${start}Transfer-Encoding: ${coding}\r\n\r\nabc`);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|501) /);
    expect((await oss.wire({ path: '/photos/k', key: 'k' })).status).toBe(404);
  },
);

test('a PUT that says nothing of its length', async () => {
  const headers = Object.entries(signedHeaders({ method: 'PUT', path: '/photos/k', key: 'k' })).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const answer = await raw(`PUT /photos/k HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers.join('')}\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 411[\s\S]*MissingContentLength/);
});

test('chunked with a Content-Length beside it', async () => {
  const lines = Object.entries(signedHeaders({ method: 'PUT', path: '/photos/k', key: 'k' }));
  const signed = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = 'PUT /photos/k HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n';
  const both = 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n';
  expect(await raw(`${head}${both}${signed}\r\n5\r\nhello\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/);
  expect((await oss.client().get('k')).content.toString()).toBe('hello');
});

test.each(['X-A: a\u0001b', 'X A: b', 'Origin: http://a\u0000'])('no header: %j', async (line) => {
  expect(await raw(`GET /photos HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
});

test('a client that leaves in the middle of its body stores nothing and is forgotten', async () => {
  const headers = Object.entries(signedHeaders({ method: 'PUT', path: '/photos/k', key: 'k' })).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  await raw(
    `PUT /photos/k HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-length: 1000000\r\n${headers.join('')}\r\nsome`,
    false,
  );
  const head = () =>
    oss
      .client()
      .head('k')
      .catch((error: { status: number }) => error);
  await expect.poll(async () => (await head()).status).toBe(404);
  expect(oss.events).toEqual([]);
});

test('a refused upload reads to its end, so the client gets the reason', async () => {
  const body = Buffer.alloc(5 << 20);
  const answer = await oss.wire({ method: 'PUT', path: '/no-such-bucket/k', bucket: 'no-such-bucket', key: 'k', body });
  expect([codeOf(answer), answer.status]).toEqual(['NoSuchBucket', 404]);
});

test('any target, query and Authorization: 4xx or 501, with a request id', () => expectRefusals(oss, 60));

test('any signed request with any sub-resource and body: never a 500', () => expectAnswers(oss, 100));
