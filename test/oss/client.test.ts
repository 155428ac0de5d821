import { Buffer } from 'node:buffer';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import signUtils from 'ali-oss/lib/common/signUtils.js';
import { describe, expect, test } from 'vitest';
import { createOss, type Oss } from '../../src/oss/client.js';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { OssError } from '../../src/oss/error.js';
import { accessKey, startOss } from '../local/oss/fixture.js';
import { type Asked, clientOf, listen, listenRaw, stubCredentials } from './stub.js';

const source = { bucket: 'photos', key: 'a.jpg' };
const target = { bucket: 'photos-out', key: 'a.jpg.128.webp' };
const request = { ...source, style: 'image/resize,w_100', target };

function send(response: ServerResponse, status: number, body = '', headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'x-oss-request-id': 'REQ1',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  });
  response.end(body);
}

const saved = (to: { bucket: string; key: string } = target) =>
  JSON.stringify({ bucket: to.bucket, fileSize: 3_267, object: to.key, status: 'OK' }, null, 2);

const xml = (code: string) => `<Error><Code>${code}</Code><Message>m</Message><RequestId>REQ1</RequestId></Error>`;

const headers = { etag: '"5B3C1A2E053D763E1B002CC607C5A0FE"', 'last-modified': 'Fri, 24 Feb 2012 06:07:48 GMT' };

async function failureOf(promise: Promise<unknown>): Promise<OssError> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof OssError) return error;
  throw error;
}

describe('processObject', () => {
  test('puts exactly the documented request onto the wire', async () => {
    let wire = '';
    await using server = await listenRaw((socket, received) => {
      wire = received;
      if (!received.endsWith('b_cGhvdG9zLW91dA')) return;
      const body = saved();
      socket.end(`HTTP/1.1 200 OK\r\nx-oss-request-id: REQ1\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
    await using client = clientOf(server, {
      now: () => Date.UTC(2023, 11, 16, 16, 20, 57),
      deadline: Number.MAX_SAFE_INTEGER,
    });
    await client.oss.processObject(request);
    const [, signature = ''] = /Signature=([0-9a-f]{64})\r\n/.exec(wire) ?? [];
    expect(wire.split('\r\n')).toEqual([
      'POST /photos/a.jpg?x-oss-process HTTP/1.1',
      `host: 127.0.0.1:${server.port}`,
      'connection: keep-alive',
      'x-oss-date: 20231216T162057Z',
      'x-oss-content-sha256: UNSIGNED-PAYLOAD',
      `x-oss-security-token: ${stubCredentials.securityToken}`,
      `authorization: OSS4-HMAC-SHA256 Credential=${stubCredentials.accessKeyId}/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=${signature}`,
      'content-length: 82',
      '',
      'x-oss-process=image/resize,w_100|sys/saveas,o_YS5qcGcuMTI4LndlYnA,b_cGhvdG9zLW91dA',
    ]);
  });

  test.each([
    'a b.jpg',
    'a+b.jpg',
    '100%.jpg',
    '%2F%2e%2e.jpg',
    'a?b#c&d=e.jpg',
    'a//b.jpg',
    `it's "quoted" (1)!*.jpg`,
    '目录/照片.jpg',
    '👨‍👩‍👧/🏳️‍🌈.jpg',
    `${'照'.repeat(339)}`,
    'CON:\\x|y<z>.jpg',
  ])('key %j travels and is signed as itself, by ali-oss’s reckoning too', async (key) => {
    const to = { bucket: 'photos-out', key: `${key.slice(0, 330)}.webp` };
    await using server = await listen((response) => send(response, 200, saved(to)));
    await using client = clientOf(server);
    const result = await client.oss.processObject({ ...request, key, target: to });
    expect(result).toEqual({
      bucket: 'photos-out',
      object: to.key,
      bytes: 3_267,
      status: 'OK',
      httpStatus: 200,
      requestId: 'REQ1',
      attempts: 1,
      confirmed: true,
    });
    const [asked] = server.asked as [Asked];
    expect(decodeURIComponent(asked.url.slice('/photos/'.length, -'?x-oss-process'.length))).toBe(key);
    expect(asked.headers.authorization).toBe(
      signUtils.authorizationV4(
        stubCredentials.accessKeyId,
        stubCredentials.accessKeySecret,
        'cn-hangzhou',
        'POST',
        {
          headers: Object.fromEntries(Object.entries(asked.headers).map(([name, value]) => [name, String(value)])),
          queries: { 'x-oss-process': null },
        },
        'photos',
        key,
      ),
    );
  });

  test('goes to the bucket’s host when the endpoint is a name', async () => {
    const origins: string[] = [];
    const oss = createOss({
      endpoint: resolveEndpoint({ region: 'cn-hangzhou' }),
      region: 'cn-hangzhou',
      credentials: stubCredentials,
      deadline: Date.now() + 60_000,
      connection: {
        ...createConnection(),
        send: async ({ origin, path }) => {
          origins.push(origin + path);
          return { status: 200, headers: {}, body: Buffer.from(saved()) };
        },
      },
    });
    await oss.processObject(request);
    expect(origins).toEqual(['https://photos.oss-cn-hangzhou-internal.aliyuncs.com/a.jpg?x-oss-process']);
  });

  test.each([
    [{ key: 'a/../b.jpg' }, 'InvalidObjectName'],
    [{ key: '..' }, 'InvalidObjectName'],
    [{ key: 'a\ud800.jpg' }, 'InvalidObjectName'],
    [{ key: '' }, 'InvalidObjectName'],
    [{ bucket: 'photos.evil.com' }, 'InvalidBucketName'],
    [{ target: { ...target, key: 'x/./y' } }, 'InvalidObjectName'],
    [{ target: { ...target, key: '\udc00' } }, 'InvalidObjectName'],
    [{ style: 'image/flip|sys/saveas,o_YQ' }, 'InvalidArgument'],
  ])('%j is refused, and nothing is sent', async (wrong, code) => {
    await using server = await listen((response) => send(response, 200, saved()));
    await using client = clientOf(server);
    expect(await failureOf(client.oss.processObject({ ...request, ...wrong }))).toMatchObject({
      kind: 'permanent',
      code,
    });
    expect(server.asked).toEqual([]);
  });

  test.each([
    ['a secret', stubCredentials.accessKeySecret, {}],
    ['a secret of the form that ids have', '5C3D9175B6FC201293AD4890', { accessKeySecret: '5C3D9175B6FC201293AD4890' }],
    ['a short secret, encoded', '616263646566676869303132', { accessKeyId: 'abcdefghi012' }],
    ['a token', 'long-enough-to-be-longer-than-ids', { securityToken: 'long-enough-to-be-longer-than-ids' }],
  ])('a request id that is %s is not written down', async (_, id, over) => {
    await using server = await listen((response) => send(response, 200, saved(), { 'x-oss-request-id': id }));
    await using client = clientOf(server, { credentials: { ...stubCredentials, ...over } });
    expect((await client.oss.processObject(request)).requestId).toBeUndefined();
  });

  test('a request id of OSS is', async () => {
    const id = '5C3D9175B6FC201293AD4890';
    await using server = await listen((response) => send(response, 200, saved(), { 'x-oss-request-id': id }));
    const long = {
      accessKeyId: `STS.${'a'.repeat(30)}`,
      accessKeySecret: 'b'.repeat(44),
      securityToken: 'c'.repeat(99),
    };
    for (const credentials of [stubCredentials, long]) {
      await using client = clientOf(server, { credentials });
      expect((await client.oss.processObject(request)).requestId).toBe(id);
    }
  });

  test.each([
    ['is there, perhaps since before', 200, 1_000, { unverified: true, attempts: 1, confirmed: false }],
    ['is there, and written since', 200, -2_000, { unverified: true, attempts: 1, confirmed: true }],
    ['is there since before, of an earlier version', 200, 3_000, { kind: 'transient', code: 'NotSaved', attempts: 3 }],
    ['is not there', 404, 0, { kind: 'transient', code: 'NotSaved', attempts: 3 }],
    ['cannot be seen', 403, 0, { kind: 'setup', attempts: 1 }],
  ])('an empty 2xx: the target %s', async (_, status, age, expected) => {
    await using server = await listen((response, { method }) => {
      const written = { ...headers, 'last-modified': new Date(Date.now() - age).toUTCString() };
      if (method === 'HEAD') response.writeHead(status, { ...written, 'content-length': '9' }).end();
      else send(response, 200);
    });
    await using client = clientOf(server);
    const result = await client.oss.processObject(request).catch((error: unknown) => error);
    expect(result).toMatchObject(expected);
    expect(
      server.asked.filter(({ method }) => method === 'HEAD').every(({ url }) => url === `/photos-out/${target.key}`),
    ).toBe(true);
  });

  const post = 'POST /photos/a.jpg?x-oss-process';
  const head = 'HEAD /photos/a.jpg';
  test.each<[string, string, object, string[]]>([
    ['the source is gone', '-', { kind: 'gone', attempts: 1 }, [post, head]],
    [
      'it is there: an image that the style names is missing',
      'AA',
      { kind: 'setup', attempts: 2 },
      [post, head, post, head],
    ],
    ['it was stored after the call', 'A!', { status: 'OK', attempts: 2 }, [post, head, post]],
    ['it came, and went', 'A-', { kind: 'gone', attempts: 2 }, [post, head, post, head]],
    [
      'it is another one each time',
      'ABCD',
      { kind: 'gone', attempts: 4 },
      [...Array(3).fill([post, head]), post].flat(),
    ],
  ])('NoSuchKey: %s', async (_, seen, expected, asked) => {
    let looks = 0;
    await using server = await listen((response, { method }) => {
      const etag = seen[looks];
      if (method === 'POST') return etag === '!' ? send(response, 200, saved()) : send(response, 404, xml('NoSuchKey'));
      looks += 1;
      if (etag === '-') return response.writeHead(404).end();
      return response.writeHead(200, { ...headers, etag: `"${etag}"`, 'content-length': '9' }).end();
    });
    await using client = clientOf(server);
    const result = await client.oss.processObject(request).catch((error: unknown) => error);
    expect(result).toMatchObject(expected);
    expect(server.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(asked);
  });

  test.each([
    [400, xml('ImageTooLarge'), {}, { kind: 'permanent', code: 'ImageTooLarge', attempts: 1 }],
    [403, xml('ImageDamage'), {}, { kind: 'permanent', code: 'ImageDamage', attempts: 1 }],
    [403, xml('AccessDenied'), {}, { kind: 'setup', code: 'AccessDenied', attempts: 1 }],
    [404, xml('NoSuchStyle'), {}, { kind: 'setup', code: 'NoSuchStyle', attempts: 1 }],
    [404, xml('NoSuchBucket'), {}, { kind: 'setup', code: 'NoSuchBucket', attempts: 1 }],
    [403, xml('SecurityTokenExpired'), {}, { kind: 'transient', code: 'SecurityTokenExpired', attempts: 1 }],
    [500, xml('InternalError'), {}, { kind: 'transient', code: 'InternalError', attempts: 3, confirmed: true }],
    [501, xml('NotImplemented'), {}, { kind: 'permanent', code: 'NotImplemented', attempts: 1 }],
    [502, '<html><h1>Bad Gateway', {}, { kind: 'transient', code: 'BadErrorResponse', attempts: 3 }],
    [400, '{"Error":{"Code":"InvalidArgument"}}', {}, { kind: 'permanent', code: 'InvalidArgument' }],
    [
      403,
      '',
      { 'x-oss-err': Buffer.from(xml('UserDisable')).toString('base64') },
      { kind: 'setup', code: 'UserDisable' },
    ],
    [302, '', { location: 'http://127.0.0.1:1/' }, { kind: 'setup', code: 'BadErrorResponse', attempts: 1 }],
    [200, '{"status":"Failed"}', {}, { kind: 'permanent', code: 'UnexpectedResponse', attempts: 1 }],
    [200, '\xff\xd8\xff'.repeat(50_000), {}, { kind: 'permanent', code: 'UnexpectedResponse', attempts: 1 }],
  ])('HTTP %i %s', async (status, body, more, expected) => {
    await using server = await listen((response) => send(response, status, body, more));
    await using client = clientOf(server);
    expect(await failureOf(client.oss.processObject(request))).toMatchObject({
      ...expected,
      status,
      requestId: 'REQ1',
    });
  });

  test('an answer that breaks off is asked for again, and remembered', async () => {
    await using server = await listen((response, _, nth) => {
      if (nth > 1) return send(response, 200, saved());
      response.writeHead(200, { 'content-length': '500' });
      response.write('{"status"', () => response.destroy());
    });
    await using client = clientOf(server);
    expect(await client.oss.processObject(request)).toMatchObject({ attempts: 2, confirmed: false });
    expect(client.sleeps).toEqual([200]);
  });

  test('a stall ends at the deadline, with no answer', async () => {
    await using server = await listen(() => {});
    await using client = clientOf(server, { deadline: Date.now() + 1_000 });
    expect(await failureOf(client.oss.processObject(request))).toMatchObject({
      code: 'Timeout',
      kind: 'transient',
      confirmed: false,
    });
  });

  test('a client that fails where OSS throttles sends a call once', async () => {
    await using server = await listen((response) => send(response, 503, xml('CpuLimitExceeded')));
    await using client = clientOf(server, { failsThrottled: true });
    expect(await failureOf(client.oss.processObject(request))).toMatchObject({ throttled: true, attempts: 1 });
    expect(server.asked).toHaveLength(1);
    expect(client.sleeps).toEqual([]);
  });

  test('every attempt is signed anew', async () => {
    let clock = Date.UTC(2026, 0, 1);
    await using server = await listen((response, _, nth) =>
      nth < 3 ? send(response, 503, xml('CpuLimitExceeded')) : send(response, 200, saved()),
    );
    await using client = clientOf(server, {
      now: () => clock,
      deadline: clock + 60_000,
      sleep: async () => {
        clock += 5_000;
      },
    });
    await client.oss.processObject(request);
    expect(server.asked.map(({ headers }) => headers['x-oss-date'])).toEqual([
      '20260101T000000Z',
      '20260101T000005Z',
      '20260101T000010Z',
    ]);
    expect(new Set(server.asked.map(({ headers }) => headers.authorization)).size).toBe(3);
  });

  test('a clock that is wrong is corrected once, for the invocation', async () => {
    const clock = Date.UTC(2026, 0, 1);
    const date = 'Thu, 01 Jan 2026 01:00:00 GMT';
    await using server = await listen((response, { headers: { 'x-oss-date': signed } }) =>
      signed === '20260101T010000Z'
        ? send(response, 200, saved())
        : send(response, 403, xml('RequestTimeTooSkewed'), { date }),
    );
    await using client = clientOf(server, { now: () => clock, deadline: clock + 60_000 });
    expect(await client.oss.processObject(request)).toMatchObject({ attempts: 2 });
    expect(await client.oss.processObject(request)).toMatchObject({ attempts: 1 });
    expect(client.sleeps).toEqual([]);
  });

  // The last moment that a Date can hold.
  test('a clock that no time could follow is not taken over', async () => {
    const date = 'Sat, 13 Sep 275760 00:00:00 GMT';
    await using server = await listen((response) => send(response, 403, xml('RequestTimeTooSkewed'), { date }));
    await using client = clientOf(server);
    await expect(client.oss.processObject(request)).rejects.toMatchObject({
      name: 'OssError',
      kind: 'transient',
      code: 'RequestTimeTooSkewed',
    });
  });
});

describe('headObject', () => {
  test('tells what identifies a version', async () => {
    await using server = await listen((response) =>
      response
        .writeHead(200, {
          ...headers,
          'content-length': '344606',
          'x-oss-version-id': 'V1',
          'x-oss-object-type': 'Symlink',
        })
        .end(),
    );
    await using client = clientOf(server);
    expect(await client.oss.headObject(source)).toEqual({
      etag: '5B3C1A2E053D763E1B002CC607C5A0FE',
      lastModified: Date.UTC(2012, 1, 24, 6, 7, 48),
      size: 344_606,
      versionId: 'V1',
      type: 'Symlink',
      symlink: true,
    });
    expect(server.asked).toMatchObject([{ method: 'HEAD', url: '/photos/a.jpg', body: '' }]);
  });

  test.each([
    ['no object', 404, 'NoSuchKey', undefined],
    ['no code', 404, undefined, undefined],
    ['no bucket', 404, 'NoSuchBucket', { kind: 'setup', code: 'NoSuchBucket' }],
    ['a link to nothing', 404, 'SymlinkTargetNotExist', { kind: 'permanent' }],
    ['no access', 403, undefined, { kind: 'setup' }],
    ['no service', 503, undefined, { kind: 'transient', attempts: 3 }],
    ['not OSS', 200, undefined, { kind: 'transient', code: 'UnexpectedResponse' }],
  ])('%s: %i %s', async (_, status, code, expected) => {
    const more: Record<string, string> =
      code === undefined ? {} : { 'x-oss-err': Buffer.from(xml(code)).toString('base64') };
    await using server = await listen((response) => response.writeHead(status, more).end());
    await using client = clientOf(server);
    const result = client.oss.headObject(source);
    if (expected === undefined) expect(await result).toBeUndefined();
    else expect(await failureOf(result)).toMatchObject(expected);
  });
});

describe('getObject', () => {
  test('the body and its ETag, or that it has not changed', async () => {
    await using server = await listen((response, { headers: { 'if-none-match': known } }) =>
      known === '"ABC"' ? response.writeHead(304).end() : send(response, 200, 'content', { etag: '"ABC"' }),
    );
    await using client = clientOf(server);
    const first = await client.oss.getObject({ ...source, maxBytes: 7 });
    expect(first).toEqual({ body: Buffer.from('content'), etag: 'ABC' });
    expect(await client.oss.getObject({ ...source, maxBytes: 7, ifNoneMatch: 'ABC' })).toEqual({ unchanged: true });
    expect(await failureOf(client.oss.getObject({ ...source, maxBytes: 6 }))).toMatchObject({
      kind: 'permanent',
      code: 'EntityTooLarge',
    });
  });

  test('an absent object is an error', async () => {
    await using server = await listen((response) => send(response, 404, xml('NoSuchKey')));
    await using client = clientOf(server);
    expect(await failureOf(client.oss.getObject({ ...source, maxBytes: 9 }))).toMatchObject({
      kind: 'gone',
      code: 'NoSuchKey',
    });
  });
});

test('putObject sends the body and its type, and any 2xx of OSS is well', async () => {
  await using server = await listen((response) => send(response, 203, '', { etag: '"E"' }));
  await using client = clientOf(server);
  const put = { ...source, key: 'due/é.json', body: '{"ü":1}', contentType: 'application/json' };
  expect(await client.oss.putObject(put)).toEqual({ etag: 'E', requestId: 'REQ1' });
  expect(server.asked).toMatchObject([
    {
      method: 'PUT',
      url: '/photos/due/%C3%A9.json',
      body: '{"ü":1}',
      headers: { 'content-type': 'application/json', 'content-length': '8' },
    },
  ]);
});

test('copyObject copies within OSS, whatever the keys are', async () => {
  const { oss: server, port, client: uploader } = await startOss();
  server.createBucket('a-journal');
  await using client = clientOf({ port }, { credentials: accessKey });
  const from = { bucket: 'a-journal', key: 'due/a b+%2F目录/1.json' };
  await uploader('a-journal').put(from.key, Buffer.alloc(70_000, 'x'));
  const to = { bucket: 'a-journal', key: 'failed/permanent/-/1.json' };
  await client.oss.copyObject({ ...to, from });
  const { content } = await uploader('a-journal').get(to.key);
  expect(content).toEqual(Buffer.alloc(70_000, 'x'));
  const gone = client.oss.copyObject({ ...to, from: { ...from, key: 'due/none.json' } });
  expect(await failureOf(gone)).toMatchObject({ kind: 'gone', code: 'NoSuchKey' });
});

test.each<[string, (oss: Oss) => Promise<unknown>, expected: object]>([
  ['a record counts as written', (oss) => oss.putObject({ ...source, body: '{}' }), { requestId: 'REQ2' }],
  ['a page counts as a record', (oss) => oss.getObject({ ...source, maxBytes: 99 }), { etag: 'E' }],
  ['an object counts as deleted', (oss) => oss.deleteObject(source), { confirmed: false }],
])('no %s because a proxy answers 200', async (_, call, expected) => {
  const page = '<html>Sign in to this network</html>';
  await using server = await listen((response, _asked, nth) =>
    nth > 4
      ? response.writeHead(200, { 'x-oss-request-id': 'REQ2', etag: '"E"' }).end()
      : response.writeHead(200, { 'content-type': 'text/html', etag: '""' }).end(page),
  );
  await using client = clientOf(server);
  expect(await failureOf(call(client.oss))).toMatchObject({
    ...{ kind: 'transient', code: 'UnexpectedResponse', status: 200, attempts: 3, confirmed: false },
  });
  expect(await call(client.oss)).toMatchObject(expected);
  expect(server.asked).toHaveLength(5);
});

test('deleteObject is well when there is nothing to delete, not when there is no bucket', async () => {
  const codes = ['', 'NoSuchKey', 'NoSuchBucket'];
  await using server = await listen((response, _, nth) =>
    nth === 1 ? send(response, 204) : send(response, 404, xml(codes[nth - 1] ?? '')),
  );
  await using client = clientOf(server);
  await client.oss.deleteObject(source);
  await client.oss.deleteObject(source);
  expect(await failureOf(client.oss.deleteObject(source))).toMatchObject({ kind: 'setup', code: 'NoSuchBucket' });
});

test('past the deadline nothing is sent', async () => {
  await using server = await listen((response) => send(response, 200, saved()));
  await using client = clientOf(server, { deadline: Date.now() - 1 });
  expect(await failureOf(client.oss.processObject(request))).toMatchObject({
    code: 'DeadlineExceeded',
    kind: 'transient',
    confirmed: true,
  });
  expect(server.asked).toEqual([]);
});

test('whatever the server echoes, no credential, token or signature comes out', async () => {
  const out: string[] = [];
  const echoes: ((asked: Asked) => [number, string, Record<string, string>])[] = [
    (asked) => [
      403,
      `<Error><Code>SignatureDoesNotMatch</Code><Message>${JSON.stringify(asked)}</Message><StringToSign>${JSON.stringify(asked)}</StringToSign></Error>`,
      {},
    ],
    (asked) => [502, `<html>${JSON.stringify(asked)}</html>`, {}],
    (asked) => [
      400,
      JSON.stringify({ Error: { Code: asked.headers['x-oss-security-token'], Message: asked.headers.authorization } }),
      {},
    ],
    (asked) => [200, JSON.stringify(asked), {}],
    (asked) => [200, String(asked.headers.authorization), {}],
    (asked) => [
      404,
      '',
      {
        'x-oss-err': Buffer.from(
          `<Error><Code>A</Code><Message>${asked.headers.authorization}</Message></Error>`,
        ).toString('base64'),
      },
    ],
    (asked) => [
      403,
      '',
      { 'x-oss-ec': String(asked.headers['x-oss-security-token']), etag: String(asked.headers.authorization) },
    ],
  ];
  let signatures: string[] = [];
  for (const echo of echoes) {
    await using server = await listen((response, asked) => send(response, ...echo(asked)));
    await using client = clientOf(server);
    const { oss } = client;
    for (const call of [
      () => oss.processObject(request),
      () => oss.putObject({ ...source, body: 'x'.repeat(10) }).then(({ requestId }) => requestId),
      () => oss.deleteObject(source),
      () => oss.headObject(source),
    ]) {
      const result: unknown = await call().catch((error: unknown) => error);
      out.push(inspect(result, { depth: 20, showHidden: true }), JSON.stringify(result), String(result));
    }
    signatures = [
      ...signatures,
      ...server.asked.map(({ headers }) => headers.authorization?.split('Signature=')[1] ?? ''),
    ];
  }
  expect(signatures.length).toBeGreaterThan(20);
  const all = out.join('\n');
  for (const secret of [...Object.values(stubCredentials), ...signatures]) expect(all).not.toContain(secret);
});
