// Requests signed by others (the vendor's SDK vectors, ali-oss) are accepted; one byte changed and they are not.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AccessKeys } from '../../../../src/local/oss/caller/access-key.js';
import { verify } from '../../../../src/local/oss/caller/verify-request.js';
import { ServiceError } from '../../../../src/local/oss/error.js';
import type { RequestTarget } from '../../../../src/local/oss/request/resolve.js';
import { type Answer, codeOf, send, signedHeaders, startOss, type Wire } from '../fixture.js';
import { dateSignedHeaders } from './date-signer.js';

// Expected values come from the tests of the vendor's Go and Python SDKs, and from both SDKs' signers.
interface Vector {
  name: string;
  method: string;
  bucket: string;
  key: string;
  region: string;
  ak: string;
  sk: string;
  token?: string;
  headers: Record<string, string>;
  sentHeaders?: Record<string, string>;
  query: [string, string][];
  signingTimeUnix: number;
  additionalHeaders?: string[];
  expires?: number;
  expected: string;
  expectedSignature: string;
  stringToSign: string;
}
const vectors: Record<'goldenHeader' | 'goldenQuery' | 'generatedProcessObject', Vector[]> = JSON.parse(
  readFileSync(new URL('../../../oss/v4-vectors.json', import.meta.url), 'utf8'),
);

function authority(vector: Vector) {
  const keys: AccessKeys = new Map();
  keys.set(vector.ak, { secret: vector.sk, ...(vector.token !== undefined && { securityToken: vector.token }) });
  return { keys, region: vector.region, now: () => vector.signingTimeUnix * 1000 };
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const timestamp = (vector: Vector) =>
  new Date(vector.signingTimeUnix * 1000).toISOString().replace(/[-:]|\.\d{3}/g, '');

function headerRequest(vector: Vector): { target: RequestTarget; headers: Record<string, string> } {
  return {
    target: { bucket: vector.bucket, key: vector.key, query: vector.query },
    headers: {
      ...lowerCase({ ...vector.headers, ...vector.sentHeaders }),
      'x-oss-date': timestamp(vector),
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      ...(vector.token !== undefined && { 'x-oss-security-token': vector.token }),
      authorization: vector.expected,
    },
  };
}

function refusalOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error.code;
    throw error;
  }
}

// CloudBox signs for another product; it is not a place where this function runs.
const headerVectors = [...vectors.goldenHeader, ...vectors.generatedProcessObject].filter(
  ({ name }) => name !== 'header-cloudbox',
);

describe.each(headerVectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
  test('is accepted', () => {
    const { target, headers } = headerRequest(vector);
    expect(verify(vector.method, target, headers, authority(vector))?.accessKeyId).toBe('ak');
  });

  test('is refused when anything that is signed changes', () => {
    const { target, headers } = headerRequest(vector);
    const attempts: [string, RequestTarget, Record<string, string>][] = [
      ['GET', target, headers],
      [vector.method, { ...target, key: `${vector.key}x` }, headers],
      [vector.method, { ...target, bucket: 'bucket2' }, headers],
      [vector.method, { ...target, query: [...vector.query, ['extra', '']] }, headers],
      [vector.method, target, { ...headers, 'content-type': 'text/x' }],
      [vector.method, target, { ...headers, 'x-oss-meta-new': '1' }],
      [vector.method, target, { ...headers, 'x-oss-date': `${timestamp(vector).slice(0, -2)}8Z` }],
      [
        vector.method,
        target,
        { ...headers, authorization: vector.expected.slice(0, -1) + (vector.expected.endsWith('0') ? '1' : '0') },
      ],
    ];
    for (const [method, where, sent] of attempts) {
      expect(refusalOf(() => verify(method, where, sent, authority(vector)))).toBe('SignatureDoesNotMatch');
    }
  });
});

describe.each(vectors.goldenQuery.map((vector) => [vector.name, vector] as const))('presigned %s', (_, vector) => {
  const additional = vector.additionalHeaders
    ?.map((name) => name.toLowerCase())
    .sort()
    .join(';');
  const query: [string, string][] = [
    ...vector.query,
    ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
    ['x-oss-date', timestamp(vector)],
    ['x-oss-expires', String(vector.expires)],
    ['x-oss-credential', `${vector.ak}/${timestamp(vector).slice(0, 8)}/${vector.region}/oss/aliyun_v4_request`],
    ...(vector.token !== undefined ? [['x-oss-security-token', vector.token] as [string, string]] : []),
    ...(additional !== undefined ? [['x-oss-additional-headers', additional] as [string, string]] : []),
    ['x-oss-signature', vector.expectedSignature],
  ];
  const target = { bucket: vector.bucket, key: vector.key, query };

  test('is accepted until it expires, and only as it is', () => {
    const headers = lowerCase(vector.headers);
    const at = (seconds: number) => ({ ...authority(vector), now: () => (vector.signingTimeUnix + seconds) * 1000 });
    expect(verify(vector.method, target, headers, at(0))?.accessKeyId).toBe('ak');
    expect(verify(vector.method, target, headers, at(vector.expires ?? 0))?.accessKeyId).toBe('ak');
    expect(refusalOf(() => verify(vector.method, target, headers, at((vector.expires ?? 0) + 1)))).toBe('AccessDenied');
    expect(refusalOf(() => verify(vector.method, target, headers, at(-901)))).toBe('AccessDenied');
    expect(refusalOf(() => verify(vector.method, { ...target, key: 'other' }, headers, at(0)))).toBe(
      'SignatureDoesNotMatch',
    );
    expect(refusalOf(() => verify('GET', target, headers, at(0)))).toBe('SignatureDoesNotMatch');
  });
});

test('presigned URLs of ali-oss work', async () => {
  const { client, port } = await startOss();
  await client().put('目录/a b+c.txt', Buffer.from('x'));
  const url = new URL(
    await client().signatureUrlV4('GET', 60, { queries: { 'response-content-type': 'text/css' } }, '目录/a b+c.txt'),
  );
  const path = `/photos${url.pathname}${url.search}`;
  const got = await send(port, { path, signed: false });
  expect([got.status, got.text, got.headers['content-type']]).toEqual([200, 'x', 'text/css']);
  expect(codeOf(await send(port, { path: path.replace('text%2Fcss', 'text%2Fxml'), signed: false }))).toBe(
    'SignatureDoesNotMatch',
  );
  expect(codeOf(await send(port, { path, headers: { authorization: 'OSS4-HMAC-SHA256 x=y' }, signed: false }))).toBe(
    'InvalidArgument',
  );
});

describe('over the wire', () => {
  const put: Wire = {
    method: 'PUT',
    path: '/photos/k.txt',
    key: 'k.txt',
    body: 'x',
    headers: { 'content-type': 'text/plain', 'x-oss-meta-a': '1' },
  };

  test('one byte changed after signing is refused, with what OSS echoes and without the secret', async () => {
    const { port } = await startOss();
    const headers = signedHeaders(put);
    expect((await send(port, { ...put, signed: false, headers })).status).toBe(200);
    const changed: Partial<Wire>[] = [
      { path: '/photos/l.txt' },
      { path: '/photos-out/k.txt' },
      { path: '/photos/k.txt?acl2' },
      { headers: { ...headers, 'content-type': 'text/plaim' } },
      { headers: { ...headers, 'x-oss-meta-a': '2' } },
      { headers: { ...headers, 'content-md5': 'nSeaGDhmzbZgHWzIxZanpg==' } },
    ];
    for (const change of changed) {
      const answer = await send(port, { ...put, signed: false, headers, ...change });
      expect(codeOf(answer)).toBe('SignatureDoesNotMatch');
      expect(answer).toMatchObject({
        status: 403,
        headers: { 'x-oss-ec': '0002-00000201', 'content-type': 'application/xml' },
      });
      for (const element of [
        'CanonicalRequest',
        'StringToSign',
        'StringToSignBytes',
        'SignatureProvided',
        'OSSAccessKeyId',
        'RequestId',
        'HostId',
      ]) {
        expect(answer.text).toContain(`<${element}>`);
      }
      expect(answer.text).not.toContain('autostyle-secret');
    }
  });

  test.each<[string, string, number, (headers: Record<string, string>) => Partial<Wire>]>([
    ['no signature at all', 'AccessDenied', 403, () => ({ headers: {} })],
    ['an unknown key', 'InvalidAccessKeyId', 403, (h) => edit(h, 'autostyle/', 'autostyla/')],
    [
      'a key with strange characters',
      'InvalidArgument',
      400,
      (h) => edit(h, 'Credential=autostyle', 'Credential=auto\tstyle'),
    ],
    ['another region', 'InvalidArgument', 400, (h) => edit(h, 'cn-hangzhou', 'cn-shanghai')],
    ['a region with oss- in front', 'InvalidArgument', 400, (h) => edit(h, 'cn-hangzhou', 'oss-cn-hangzhou')],
    ['another product', 'InvalidArgument', 400, (h) => edit(h, '/oss/', '/s3/')],
    ['another suffix', 'InvalidArgument', 400, (h) => edit(h, 'aliyun_v4_request', 'aws4_request')],
    [
      'no credential',
      'InvalidArgument',
      400,
      (h) => ({ headers: { ...h, authorization: `OSS4-HMAC-SHA256 Signature=${'0'.repeat(64)}` } }),
    ],
    [
      'no equals sign',
      'InvalidArgument',
      400,
      (h) => ({ headers: { ...h, authorization: 'OSS4-HMAC-SHA256 nonsense' } }),
    ],
    [
      'an empty list of additional headers',
      'InvalidArgument',
      400,
      (h) => edit(h, ',Signature', ',AdditionalHeaders=,Signature'),
    ],
    [
      'an additional header that is not there',
      'InvalidArgument',
      400,
      (h) => edit(h, ',Signature', ',AdditionalHeaders=absent,Signature'),
    ],
    ['another scheme', 'InvalidArgument', 400, (h) => ({ headers: { ...h, authorization: 'AWS autostyle:bm9uZQ==' } })],
    [
      'an unknown version in the query',
      'InvalidArgument',
      400,
      () => ({ headers: {}, path: '/photos/k.txt?x-oss-signature-version=OSS3&x-oss-signature=x' }),
    ],
    ['an empty Authorization', 'InvalidArgument', 400, (h) => ({ headers: { ...h, authorization: '' } })],
    ['no payload hash', 'InvalidArgument', 400, ({ 'x-oss-content-sha256': _, ...h }) => ({ headers: h })],
    ['a payload hash', 'InvalidArgument', 400, (h) => ({ headers: { ...h, 'x-oss-content-sha256': '0'.repeat(64) } })],
    ['no date', 'AccessDenied', 403, ({ 'x-oss-date': _, ...h }) => ({ headers: h })],
    ['a date that is none', 'InvalidArgument', 400, (h) => ({ headers: { ...h, 'x-oss-date': 'yesterday' } })],
    [
      'a date in the thirteenth month',
      'InvalidArgument',
      400,
      (h) => ({ headers: { ...h, 'x-oss-date': '20261301T000000Z' } }),
    ],
    [
      'a token for a key that has none',
      'InvalidAccessKeyId',
      403,
      (h) => ({ headers: { ...h, 'x-oss-security-token': 'x' } }),
    ],
    ['a short signature', 'SignatureDoesNotMatch', 403, (h) => edit(h, /Signature=.*/, 'Signature=00')],
  ])('%s: %s', async (_, code, status, change) => {
    const { port } = await startOss();
    const answer = await send(port, { ...put, signed: false, ...change(signedHeaders(put)) });
    expect([codeOf(answer), answer.status]).toEqual([code, status]);
  });

  test('15 minutes of skew are allowed, either way', async () => {
    const now = Date.UTC(2026, 10, 23, 12);
    const { port } = await startOss({ now: () => now });
    const at = (minutes: number) => send(port, { ...put, at: now + minutes * 60_000 });
    expect((await at(15)).status).toBe(200);
    expect((await at(-15)).status).toBe(200);
    for (const minutes of [16, -16]) {
      const answer = await at(minutes);
      expect([codeOf(answer), answer.status]).toEqual(['RequestTimeTooSkewed', 403]);
      expect(answer.text).toContain('<ServerTime>2026-11-23T12:00:00.000Z</ServerTime>');
      expect(answer.headers.date).toBe('Mon, 23 Nov 2026 12:00:00 GMT');
    }
    const otherDay = edit(signedHeaders({ ...put, at: now }), '20261123/', '20261122/');
    expect(codeOf(await send(port, { ...put, signed: false, ...otherDay }))).toBe('InvalidArgument');
  });

  test('a temporary key needs exactly its token, and in time', async () => {
    let now = Date.now();
    const { oss, wire } = await startOss({ now: () => now });
    oss.keys.set('STS.x', { secret: 's', securityToken: 'token', expiresAt: now + 60_000 });
    const as = (stsToken?: string) =>
      wire({
        ...put,
        at: now,
        as: { accessKeyId: 'STS.x', accessKeySecret: 's', ...(stsToken !== undefined && { stsToken }) },
      });
    const statusAndCode = async (answer: Promise<Answer>) => [(await answer).status, codeOf(await answer)];
    expect(await statusAndCode(as('token'))).toEqual([200, undefined]);
    expect(await statusAndCode(as())).toEqual([403, 'InvalidAccessKeyId']);
    expect(await statusAndCode(as('tokem'))).toEqual([403, 'InvalidSecurityToken']);
    now += 60_000;
    expect(await statusAndCode(as('token'))).toEqual([403, 'SecurityTokenExpired']);
  });

  test('an additional header is signed when declared', async () => {
    const { port, wire } = await startOss();
    const declared = { ...put, headers: { ...put.headers, 'x-trace': 'one' }, additionalHeaders: ['x-trace'] };
    expect((await wire(declared)).status).toBe(200);
    const headers = { ...signedHeaders(declared), 'x-trace': 'two' };
    expect(codeOf(await send(port, { ...put, signed: false, headers }))).toBe('SignatureDoesNotMatch');
  });

  test('a value in the query is signed, whatever its characters', async () => {
    const { wire } = await startOss();
    const prefix = "a b+c&d=e!'()*~/目%";
    const answer = await wire({ path: `/photos/?prefix=${encodeURIComponent(prefix)}`, queries: { prefix } });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("<Prefix>a b+c&amp;d=e!'()*~/目%</Prefix>");
  });
});

describe('older signatures are refused as new accounts see it, with the way out', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['V1', 'in the header', { authorization: 'OSS autostyle:bm9uZQ==' }, ''],
    ['V1', 'in the query', {}, '?OSSAccessKeyId=autostyle&Expires=9999999999&Signature=x'],
    ['V1', 'in the query, half of it', {}, '?Signature=x'],
    ['V2', 'in the header', { authorization: 'OSS2 AccessKeyId:autostyle,Signature:bm9uZQ==' }, ''],
    ['V2', 'in the query', {}, '?x-oss-signature-version=OSS2&x-oss-access-key-id=autostyle&x-oss-signature=x'],
  ])('%s %s', async (version, _, headers, query) => {
    const { port } = await startOss();
    const date = new Date().toUTCString();
    const answer = await send(port, { path: `/photos/k.txt${query}`, headers: { date, ...headers }, signed: false });
    expect([answer.status, codeOf(answer), answer.headers['x-oss-ec']]).toEqual([403, 'AccessDenied', '0002-00000080']);
    for (const hint of [`Signature ${version}`, 'authorizationV4: true', 'signatureUrlV4']) {
      expect(answer.text).toContain(hint);
    }
  });

  test('as ali-oss sends them without authorizationV4', async () => {
    const { client } = await startOss();
    const old = client('photos', { authorizationV4: false });
    await expect(old.put('k.txt', Buffer.from('x'))).rejects.toMatchObject({ status: 403, ecCode: '0002-00000080' });
  });
});

describe('a signature over Date, without x-oss-date', () => {
  const put: Wire = { method: 'PUT', path: '/photos/a%20b%2B1.txt', key: 'a b+1.txt', body: 'x' };
  const now = Date.UTC(2026, 10, 23, 23, 59, 30);

  async function answers(wire: Wire, given?: { date?: string; day?: string }, change: Record<string, string> = {}) {
    const { oss, port } = await startOss({ now: () => now });
    oss.keys.set('STS.x', { secret: 's', securityToken: 'token', expiresAt: now + 60_000 });
    const headers = { ...dateSignedHeaders({ at: now, ...wire }, given), ...change };
    const answer = await send(port, { ...wire, signed: false, headers });
    return [answer.status, codeOf(answer), answer.headers['x-oss-ec']];
  }
  const ok = [200, undefined, undefined];

  test.each<[string, Wire]>([
    ['an object', put],
    ['with a type and metadata', { ...put, headers: { 'content-type': 'text/plain', 'x-oss-meta-a': ' 1' } }],
    ['a listing', { path: '/photos/?prefix=%E7%9B%AE%2F&max-keys=5', queries: { prefix: '目/', 'max-keys': '5' } }],
    ['a bucket', { path: '/photos/?acl', queries: { acl: '' } }],
    ['a temporary key', { ...put, as: { accessKeyId: 'STS.x', accessKeySecret: 's', stsToken: 'token' } }],
    ['additional headers', { ...put, additionalHeaders: ['user-agent', 'date'] }],
    ['15 minutes early', { ...put, at: now - 15 * 60_000 }],
    ['15 minutes late, on the next day', { ...put, at: now + 15 * 60_000 }],
  ])('is accepted: %s', async (_, wire) => {
    expect(await answers(wire)).toEqual(ok);
  });

  test('is refused when Date, or what else is signed, changes', async () => {
    const unmatched = [403, 'SignatureDoesNotMatch', '0002-00000201'];
    const later = new Date(now + 1_000).toUTCString();
    expect(await answers(put, undefined, { date: later })).toEqual(unmatched);
    expect(await answers(put, undefined, { 'x-oss-meta-a': '1' })).toEqual(unmatched);
    const declared = { ...put, additionalHeaders: ['user-agent'] };
    expect(await answers(declared, undefined, { 'user-agent': 'curl' })).toEqual(unmatched);
    expect(await answers(put, { date: later }, { 'x-oss-date': '20261123T235930Z' })).toEqual(unmatched);
  });

  test.each([
    'Mon, 23 Nov 2026 23:59:30',
    'Tue, 23 Nov 2026 23:59:30 GMT',
    'Mon, 23 Nov 2026 23:59:30 +0000',
    'Mon, 31 Feb 2026 23:59:30 GMT',
    '20261123T235930Z',
    '2026-11-23T23:59:30.000Z',
    '1795478370',
    'yesterday',
    '',
    'Invalid Date',
  ])('is refused over a Date that is none: %j', async (date) => {
    expect(await answers(put, { date })).toEqual([403, 'AccessDenied', '0002-00000502']);
  });

  test('is refused when it is too old, from the future, or of another day than its scope', async () => {
    const skewed = [403, 'RequestTimeTooSkewed', '0002-00000504'];
    expect(await answers({ ...put, at: now - 16 * 60_000 })).toEqual(skewed);
    expect(await answers({ ...put, at: now + 16 * 60_000 })).toEqual(skewed);
    expect(await answers(put, { day: '20261124' })).toEqual([400, 'InvalidArgument', undefined]);
  });
});

function edit(headers: Record<string, string>, from: string | RegExp, to: string): { headers: Record<string, string> } {
  return { headers: { ...headers, authorization: (headers['authorization'] ?? '').replace(from, to) } };
}
