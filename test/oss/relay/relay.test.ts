import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import signUtils from 'ali-oss/lib/common/signUtils.js';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { OssError } from '../../../src/oss/error.js';
import { createGate } from '../../../src/oss/limit.js';
import { room } from '../../../src/oss/relay/body.js';
import type { RelayRequest } from '../../../src/oss/relay/relay.js';
import type { OssOptions } from '../../../src/oss/request.js';
import { loadConfig } from '../../../src/rules/load.js';
import { accessKey, startOss } from '../../local/oss/fixture.js';
import { type Asked, clientOf, listen, listenRaw, stubCredentials } from '../stub.js';
import { leftFiles } from './left-files.js';

const [output] =
  loadConfig(
    {
      journal: 'throw',
      rules: [
        {
          name: 'r',
          when: { bucket: 'photos' },
          outputs: [
            {
              style: 'image/resize,w_100',
              to: { bucket: 'photos-out', key: '{key}' },
              headers: { 'Cache-Control': 'max-age=60', 'x-oss-meta-of': '{name}' },
              tags: { kind: 'thumb nail' },
            },
          ],
        },
      ],
    },
    {},
  ).rules[0]?.outputs ?? [];
if (output?.relay === undefined) throw new Error('the output is not relayed');

const request: RelayRequest = {
  bucket: 'photos',
  key: 'a b.jpg',
  style: 'image/resize,w_100',
  target: { bucket: 'photos-out', key: 'a/b.webp' },
  relay: output.relay,
  value: (variable) => (variable === 'name' ? 'a b' : undefined),
  etag: 'AB12',
};

const picture = Buffer.from('\x89PNG not really, but whole');
const ids = { 'x-oss-request-id': 'REQ1' };
const xml = (code: string, ec = '') =>
  `<Error><Code>${code}</Code><Message>m</Message><RequestId>REQ1</RequestId><EC>${ec}</EC></Error>`;

type Answer = (response: ServerResponse, asked: Asked) => unknown;

const pictured: Answer = (response) =>
  response.writeHead(200, { ...ids, 'content-type': 'image/png', 'content-length': picture.length }).end(picture);
const stored: Answer = (response) => response.writeHead(200, { ...ids, etag: '"E"', 'content-length': 0 }).end();
const refused =
  (status: number, code: string, ec = ''): Answer =>
  (response) =>
    response.writeHead(status, { ...ids, 'content-length': xml(code, ec).length }).end(xml(code, ec));
const lost: Answer = (response) => response.socket?.resetAndDestroy();
const seen =
  (etag: string): Answer =>
  (response) =>
    response
      .writeHead(200, {
        ...ids,
        etag: `"${etag}"`,
        'content-length': 9,
        'last-modified': 'Fri, 24 Feb 2012 06:07:48 GMT',
      })
      .end();
const absent: Answer = (response) => response.writeHead(404, ids).end();

/** Asks once for a relay; each method has its answers, the last one for ever. */
async function relaying(
  { get = [pictured], put = [stored], head = [absent] }: { get?: Answer[]; put?: Answer[]; head?: Answer[] },
  options: Partial<OssOptions> = {},
  over: Partial<RelayRequest> = {},
) {
  const answers: Record<string, Answer[]> = { GET: get, PUT: put, HEAD: head };
  const counts: Record<string, number> = { GET: 0, PUT: 0, HEAD: 0 };
  await using server = await listen((response, asked) => {
    const mine = answers[asked.method] ?? [];
    const nth = counts[asked.method] ?? 0;
    counts[asked.method] = nth + 1;
    mine[Math.min(nth, mine.length - 1)]?.(response, asked);
  });
  await using client = clientOf(server, options);
  const result = await client.oss.relayObject({ ...request, ...over }).catch((error: unknown) => {
    if (error instanceof OssError) return error;
    throw error;
  });
  expect(room.taken).toBe(0);
  return {
    result,
    asked: server.asked,
    methods: server.asked.map(({ method }) => method).join(' '),
    sleeps: client.sleeps,
    secrets: server.asked.map(({ headers }) => headers.authorization?.split('Signature=')[1] ?? ''),
  };
}

describe('the wire', () => {
  test('is a signed GET and a PUT with the headers, byte for byte', async () => {
    const wires: string[] = [];
    await using server = await listenRaw((socket, received) => {
      const wire = received.slice(wires.join('').length);
      if (wire.startsWith('GET') && wire.endsWith('\r\n\r\n')) {
        wires.push(wire);
        socket.write(
          'HTTP/1.1 200 OK\r\nx-oss-request-id: G\r\nContent-Type: image/webp; q=1\r\nContent-Length: 4\r\n\r\nBYTE',
        );
      }
      if (wire.startsWith('PUT') && wire.endsWith('\r\n\r\nBYTE')) {
        wires.push(wire);
        socket.write('HTTP/1.1 200 OK\r\nx-oss-request-id: P\r\nContent-Length: 0\r\n\r\n');
      }
    });
    const now = Date.UTC(2023, 11, 16, 16, 20, 57);
    await using client = clientOf(server, { now: () => now, deadline: Number.MAX_SAFE_INTEGER });
    expect(await client.oss.relayObject(request)).toEqual({
      bucket: 'photos-out',
      object: 'a/b.webp',
      bytes: 4,
      status: 'OK',
      httpStatus: 200,
      requestId: 'P',
      attempts: 1,
      confirmed: true,
    });
    const theirs = (method: string, key: string, headers: Record<string, string>, queries: Record<string, string>) =>
      signUtils.authorizationV4(
        stubCredentials.accessKeyId,
        stubCredentials.accessKeySecret,
        'cn-hangzhou',
        method,
        { headers: { ...headers, ...signing }, queries },
        method === 'GET' ? 'photos' : 'photos-out',
        key,
      );
    const signing = {
      'x-oss-date': '20231216T162057Z',
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-oss-security-token': stubCredentials.securityToken,
    };
    const own = {
      'cache-control': 'max-age=60',
      'x-oss-meta-of': 'a%20b',
      'x-oss-tagging': 'kind=thumb%20nail',
      'content-type': 'image/webp',
      'content-md5': createHash('md5').update('BYTE').digest('base64'),
    };
    const lines = (headers: Record<string, string>) =>
      Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    expect(wires.map((wire) => wire.split('\r\n'))).toEqual([
      [
        'GET /photos/a%20b.jpg?x-oss-process=image%2Fresize%2Cw_100 HTTP/1.1',
        `host: 127.0.0.1:${server.port}`,
        'connection: keep-alive',
        'if-match: "AB12"',
        ...lines(signing),
        `authorization: ${theirs('GET', 'a b.jpg', {}, { 'x-oss-process': 'image/resize,w_100' })}`,
        '',
        '',
      ],
      [
        'PUT /photos-out/a/b.webp HTTP/1.1',
        `host: 127.0.0.1:${server.port}`,
        'connection: keep-alive',
        ...lines(own),
        ...lines(signing),
        `authorization: ${theirs('PUT', 'a/b.webp', own, {})}`,
        'content-length: 4',
        '',
        'BYTE',
      ],
    ]);
  });

  test('is accepted by the embedded OSS, which keeps all that was asked for', async () => {
    const { port, client: uploader, bugs } = await startOss();
    const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
    const { res } = await uploader('photos').put('a b.jpg', photo);
    await using client = clientOf({ port }, { credentials: accessKey });
    const etag = String((res.headers as Record<string, string>)['etag']).replaceAll('"', '');
    const done = await client.oss.relayObject({ ...request, etag, style: 'image/resize,w_100/format,avif' });
    const { content, res: got } = await uploader('photos-out').get(request.target.key);
    expect(done.bytes).toBe((content as Buffer).length);
    const { width, format } = await sharp(content as Buffer).metadata();
    expect({ width, format }).toEqual({ width: 100, format: 'heif' });
    expect(got.headers).toMatchObject({ 'cache-control': 'max-age=60', 'x-oss-meta-of': 'a%20b' });
    expect(bugs).toEqual([]);
  });
});

describe('what is not a whole picture of OSS is not stored', () => {
  const answers = (head: string, body = 'BYTES'): [string, string] => [head, body];
  const ok = 'HTTP/1.1 200 OK\r\nx-oss-request-id: G\r\nContent-Type: image/png\r\n';
  test.each<[string, [string, string], { code: string; kind?: string; attempts?: number }]>([
    ['cut off', answers(`${ok}Content-Length: 9\r\n\r\n`), { code: 'UND_ERR_SOCKET' }],
    [
      'cut off, as announced',
      answers(`${ok}Connection: close\r\nContent-Length: 9\r\n\r\n`),
      { code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' },
    ],
    ['cut off in a chunk', answers(`${ok}Transfer-Encoding: chunked\r\n\r\n9\r\n`), { code: 'UND_ERR_SOCKET' }],
    [
      'cut off after a chunk',
      answers(`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\n`, 'BYTES\r\n'),
      { code: 'UND_ERR_SOCKET' },
    ],
    ['without an end', answers(`${ok}\r\n`), { code: 'UnexpectedResponse' }],
    ['without an end, packed', answers(`${ok}Transfer-Encoding: gzip\r\n\r\n`), { code: 'UnexpectedResponse' }],
    ['of HTTP/1.0, without an end', answers(`${ok.replace('1.1', '1.0')}\r\n`), { code: 'UnexpectedResponse' }],
    [
      'of two lengths',
      answers(`${ok}Content-Length: 5\r\nContent-Length: 4\r\n\r\n`),
      { code: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' },
    ],
    ['empty', answers(`${ok}Content-Length: 0\r\n\r\n`, ''), { code: 'UnexpectedResponse' }],
    [
      'empty, in chunks',
      answers(`${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, ''),
      { code: 'UnexpectedResponse' },
    ],
    [
      'a page of a proxy',
      answers('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n'),
      { code: 'UnexpectedResponse' },
    ],
    [
      'a picture of a proxy',
      answers('HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5\r\n\r\n'),
      { code: 'UnexpectedResponse' },
    ],
    [
      'no picture, with an ETag only',
      answers('HTTP/1.1 200 OK\r\nETag: "E"\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\n'),
      { code: 'UnexpectedResponse' },
    ],
    [
      'no picture, though of OSS',
      answers(`${ok.replace('image/png', 'application/json')}Content-Length: 5\r\n\r\n`),
      { code: 'UnexpectedResponse', kind: 'permanent', attempts: 1 },
    ],
    [
      'without a type',
      answers(`${ok.replace('Content-Type: image/png\r\n', '')}Content-Length: 5\r\n\r\n`),
      { code: 'UnexpectedResponse', kind: 'permanent', attempts: 1 },
    ],
    [
      'packed',
      answers(`${ok}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n`),
      { code: 'UnexpectedResponse', kind: 'permanent', attempts: 1 },
    ],
    [
      'a part',
      answers(`${ok.replace('200 OK', '206 Partial Content')}Content-Length: 5\r\n\r\n`),
      { code: 'UnexpectedResponse', kind: 'permanent', attempts: 1 },
    ],
  ])('%s', async (_, [head, body], { code, kind = 'transient', attempts = 3 }) => {
    const methods: string[] = [];
    await using server = await listenRaw((socket, received) => {
      methods.push(received.slice(0, 3));
      socket.end(head + body);
    });
    await using client = clientOf(server);
    const error = await client.oss.relayObject(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'OssError', code, kind, attempts, confirmed: true });
    expect((error as OssError).message).toMatch(/^processed GET: /);
    expect(methods).toEqual(Array(attempts).fill('GET'));
    expect(room.taken).toBe(0);
  });

  test('what comes after the length is not stored', async () => {
    const long: Answer = (response) => {
      response.socket?.write(
        `HTTP/1.1 200 OK\r\nx-oss-request-id: G\r\nContent-Type: image/png\r\nContent-Length: ${picture.length}\r\n\r\n${picture.toString('latin1')}MORE`,
        'latin1',
      );
    };
    const { result, asked } = await relaying({ get: [long] });
    expect(result).toMatchObject({ status: 'OK', bytes: picture.length });
    expect(asked.at(-1)?.headers['content-length']).toBe(String(picture.length));
  });
});

test('a result that OSS says it has stored before it can have it all may be stored in part, or later', async () => {
  const large = Buffer.alloc(16_000_000, 'x');
  const head = 'HTTP/1.1 200 OK\r\nx-oss-request-id: G\r\nContent-Type: image/png\r\n';
  const puts = new Set<unknown>();
  await using server = await listenRaw((socket, received) => {
    if (received.includes('\r\n\r\nPUT ')) {
      puts.add(socket.pause());
      socket.write(`${head}Content-Length: 0\r\n\r\n`);
    } else {
      socket.write(`${head}Content-Length: ${large.length}\r\n\r\n`);
      socket.write(large);
    }
  });
  await using client = clientOf(server);
  await expect(client.oss.relayObject(request)).rejects.toMatchObject({
    code: 'UnexpectedResponse',
    kind: 'transient',
    attempts: 3,
    confirmed: false,
    message: expect.stringMatching(/^storing the result: .*before the end/),
  });
  expect(puts.size).toBe(3);
  expect(room.taken).toBe(0);
});

describe('an attempt is both calls', () => {
  const networkOf = (code: string) => ({ kind: 'transient', code, attempts: 3 });
  test.each<[string, Parameters<typeof relaying>[0], object, string, RegExp?]>([
    ['well', {}, { status: 'OK', attempts: 1, confirmed: true }, 'GET PUT'],
    ['a GET is lost', { get: [lost, pictured] }, { status: 'OK', attempts: 2, confirmed: true }, 'GET GET PUT'],
    [
      'a PUT is lost, so that it may come late',
      { put: [lost, stored] },
      { status: 'OK', attempts: 2, confirmed: false },
      'GET PUT GET PUT',
    ],
    [
      'the GETs are lost',
      { get: [lost] },
      { ...networkOf('ECONNRESET'), confirmed: true },
      'GET GET GET',
      /^processed GET: GET http/,
    ],
    [
      'the PUTs are lost',
      { put: [lost] },
      { ...networkOf('ECONNRESET'), confirmed: false },
      'GET PUT GET PUT GET PUT',
      /^storing the result: PUT http/,
    ],
    [
      'a PUT is lost, then the picture is refused',
      { get: [pictured, refused(403, 'ImageDamage')], put: [lost] },
      { kind: 'permanent', code: 'ImageDamage', attempts: 2, confirmed: false },
      'GET PUT GET',
    ],
    [
      'OSS is busy',
      { get: [refused(503, 'ServiceUnavailable'), pictured], put: [refused(503, 'ServiceUnavailable'), stored] },
      { status: 'OK', attempts: 3, confirmed: true },
      'GET GET PUT GET PUT',
    ],
    [
      'the PUT is refused',
      { put: [refused(403, 'AccessDenied')] },
      { kind: 'setup', code: 'AccessDenied', status: 403, requestId: 'REQ1', attempts: 1, confirmed: true },
      'GET PUT',
      /^storing the result: AccessDenied \(HTTP 403\): m$/,
    ],
    [
      'the GET is refused',
      { get: [refused(400, 'BadRequest', '0040-00000006')] },
      { kind: 'permanent', code: 'BadRequest', ec: '0040-00000006', attempts: 1, confirmed: true },
      'GET',
      /^processed GET: BadRequest \(HTTP 400\): m$/,
    ],
    [
      'the target’s bucket is missing',
      { put: [refused(404, 'NoSuchBucket')] },
      { kind: 'setup', code: 'NoSuchBucket' },
      'GET PUT',
    ],
    [
      'something else is missing for the PUT, which is not the source',
      { put: [refused(404, 'NoSuchKey')], head: [seen('AB12')] },
      { kind: 'permanent', code: 'NoSuchKey', attempts: 1 },
      'GET PUT',
    ],
    [
      'the body has changed on its way',
      { put: [refused(400, 'InvalidDigest'), stored] },
      { status: 'OK', attempts: 2, confirmed: true },
      'GET PUT GET PUT',
    ],
    [
      'the PUT is refused by a code that says of a GET that the source is damaged',
      { put: [refused(400, 'BadRequest')] },
      { kind: 'permanent', code: 'PutRefused', attempts: 1 },
      'GET PUT',
      /^storing the result: BadRequest/,
    ],
    [
      'the condition of a PUT that has none',
      { put: [refused(412, 'PreconditionFailed')], head: [seen('AB12')] },
      { kind: 'permanent', code: 'PreconditionFailed', attempts: 1 },
      'GET PUT',
    ],
    [
      'a proxy says that it is stored',
      { put: [(response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), stored] },
      { status: 'OK', attempts: 2, confirmed: false },
      'GET PUT GET PUT',
    ],
    ['a redirect', { get: [refused(302, 'TemporaryRedirect')] }, { kind: 'setup', attempts: 1 }, 'GET'],
    [
      'the token has expired',
      { put: [refused(403, 'SecurityTokenExpired')] },
      { kind: 'transient', code: 'SecurityTokenExpired', attempts: 1, confirmed: true },
      'GET PUT',
    ],
  ])('%s', async (_, answers, expected, methods, message = /^/) => {
    const { result, ...done } = await relaying(answers);
    expect(result).toMatchObject(expected);
    expect(done.methods).toBe(methods);
    if (result instanceof OssError) expect(result.message).toMatch(message);
  });

  test.each<[string, Parameters<typeof relaying>[0], string]>([
    ['GET', { get: [refused(503, 'CpuLimitExceeded'), refused(503, 'CpuLimitExceeded'), pictured] }, 'GET GET GET PUT'],
    [
      'PUT',
      { put: [refused(503, 'QpsLimitExceeded'), refused(503, 'QpsLimitExceeded'), stored] },
      'GET PUT GET PUT GET PUT',
    ],
  ])('throttled at the %s, it waits for its turn, or fails at once', async (_, answers, methods) => {
    const waiting = await relaying(answers);
    expect(waiting).toMatchObject({ result: { status: 'OK', attempts: 3 }, methods, sleeps: [300, 600] });
    const failing = await relaying(answers, { failsThrottled: true });
    expect(failing).toMatchObject({ result: { throttled: true, status: 503, attempts: 1 }, sleeps: [] });
  });

  test.each<'get' | 'put'>(['get', 'put'])('a clock that is wrong is corrected: %s', async (which) => {
    const clock = Date.UTC(2026, 0, 1);
    const skewed: Answer = (response) =>
      response.writeHead(403, { ...ids, date: 'Thu, 01 Jan 2026 01:00:00 GMT' }).end(xml('RequestTimeTooSkewed'));
    const well = which === 'get' ? pictured : stored;
    const { result, asked, sleeps } = await relaying(
      { [which]: [skewed, well] },
      { now: () => clock, deadline: clock + 60_000 },
    );
    expect(result).toMatchObject({ status: 'OK', attempts: 2, confirmed: true });
    expect(asked.at(-1)?.headers['x-oss-date']).toBe('20260101T010000Z');
    expect(sleeps).toEqual([]);
  });

  test('takes one place in the gate', async () => {
    const { enter, leave } = createGate(1);
    const trace: string[] = [];
    const gate = {
      enter: () => {
        trace.push('enter');
        return enter();
      },
      leave: () => {
        trace.push('leave');
        leave();
      },
    };
    await relaying({ get: [refused(404, 'NoSuchKey'), pictured], put: [lost, stored], head: [seen('AB12')] }, { gate });
    expect(trace).toEqual(['enter', 'leave']);
  });

  test('nothing is sent after the deadline, a PUT neither', async () => {
    let clock = 0;
    const slow: Answer = (response, asked) => {
      clock = 1_000;
      pictured(response, asked);
    };
    const options = { now: () => clock, deadline: 1_000 };
    const { result, methods } = await relaying({ get: [slow] }, options);
    expect(result).toMatchObject({ code: 'DeadlineExceeded', kind: 'transient', confirmed: true, attempts: 1 });
    expect(methods).toBe('GET');
    expect(await relaying({}, { now: () => 1_000, deadline: 1_000 })).toMatchObject({
      result: { code: 'DeadlineExceeded', confirmed: true, attempts: 0 },
      methods: '',
    });
  });

  test.each<'get' | 'put'>(['get', 'put'])('a stall of the %s ends at the deadline', async (which) => {
    const { result } = await relaying({ [which]: [() => undefined] }, { deadline: Date.now() + 500 });
    expect(result).toMatchObject({ code: 'Timeout', kind: 'transient', confirmed: which === 'get' });
  });

  test('a body that stalls ends at the deadline', async () => {
    const stalling: Answer = (response) =>
      response.writeHead(200, { ...ids, 'content-type': 'image/png', 'content-length': 1_000 }).write('half');
    const { result, methods } = await relaying({ get: [stalling] }, { deadline: Date.now() + 500 });
    expect(result).toMatchObject({ code: 'Timeout', kind: 'transient', confirmed: true });
    expect(methods).toBe('GET');
  });

  test.each([
    [{ style: 'image/resize,w_1|sys/saveas,o_YQ' }, 'InvalidArgument'],
    [{ style: 'sys/saveas,o_YQ' }, 'InvalidArgument'],
    [{ target: { bucket: 'Bad', key: 'k' } }, 'InvalidBucketName'],
    [{ target: { bucket: 'photos-out', key: 'a/../b' } }, 'InvalidObjectName'],
    [{ bucket: 'photos.evil.com' }, 'InvalidBucketName'],
    [{ key: 'a\ud800' }, 'InvalidObjectName'],
    [{ value: () => undefined }, 'MissingVariable'],
  ])('%j is refused, and nothing is sent', async (wrong, code) => {
    const { result, methods } = await relaying({}, {}, wrong);
    expect(result).toMatchObject({ kind: 'permanent', code, confirmed: true });
    expect(methods).toBe('');
  });
});

describe('where others have all the room', () => {
  const whole = room.enter.bind(room, 366 * 65_536, false);
  const head = 'HTTP/1.1 200 OK\r\nx-oss-request-id: G\r\nContent-Type: image/png\r\nContent-Length: 900000\r\n';
  const bytes = Buffer.alloc(900_000, 'picture');
  const puts = (socket: Socket, received: string) => {
    const length = received.indexOf('\r\n\r\n') + 4 + bytes.length;
    if (!received.startsWith('PUT') || received.length < length) return false;
    socket.write('HTTP/1.1 200 OK\r\nx-oss-request-id: P\r\nContent-Length: 0\r\n\r\n');
    return received.endsWith(bytes.toString('latin1'));
  };

  test.each([
    ['it waits, and the server too', 'Connection: keep-alive\r\n', true],
    ['it goes into a file where it cannot be held back', 'Connection: close\r\n', false],
  ])('%s', async (_, connection, waits) => {
    const others = whole();
    let stored = 0;
    let asked = false;
    await using server = await listenRaw((socket, received) => {
      if (received.startsWith('GET') && !asked) {
        asked = true;
        socket.write(`${head}${connection}\r\n`);
        socket.write(bytes);
      } else if (puts(socket, received.slice(received.indexOf('PUT')))) stored += 1;
    });
    await using client = clientOf(server);
    const done = client.oss.relayObject(request);
    await new Promise((resolve) => setTimeout(resolve, 200));
    if (waits) expect(stored).toBe(0);
    else expect(await done).toMatchObject({ bytes: bytes.length });
    others?.leave();
    expect(await done).toMatchObject({ bytes: bytes.length, attempts: 1, confirmed: true });
    expect([stored, room.taken]).toEqual([1, 0]);
    expect(leftFiles() ?? []).toEqual([]);
  });

  test.each([
    ['reset', 'Connection: close\r\n', ''],
    ['reset', 'Connection: close\r\n', 'some'],
    ['reset', 'Connection: keep-alive\r\n', 'some'],
    ['end', 'Connection: close\r\n', ''],
    ['end', 'Connection: close\r\n', 'some'],
    ['end', 'Connection: keep-alive\r\n', ''],
  ])('%s after %j and %j is a failure of the network', async (how, connection, some) => {
    const others = whole();
    await using server = await listenRaw((socket) => {
      socket.write(`${head}${connection}\r\n${some}`);
      setTimeout(() => (how === 'end' ? socket.end() : socket.resetAndDestroy()), 20);
    });
    await using client = clientOf(server);
    const error: unknown = await client.oss.relayObject(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'OssError', kind: 'transient', attempts: 3, confirmed: true });
    others?.leave();
    expect(room.taken).toBe(0);
    expect(leftFiles() ?? []).toEqual([]);
  });
});

describe('NoSuchKey of the GET', () => {
  const missing = refused(404, 'NoSuchKey');
  test.each<[string, Answer[], Answer[], object, string]>([
    ['the source is gone', [missing], [absent], { kind: 'gone', attempts: 1 }, 'GET HEAD'],
    [
      'it is there: an image that the style names is missing',
      [missing],
      [seen('A')],
      { kind: 'setup', attempts: 2 },
      'GET HEAD GET HEAD',
    ],
    [
      'it was stored after the call',
      [missing, pictured],
      [seen('A')],
      { status: 'OK', attempts: 2 },
      'GET HEAD GET PUT',
    ],
    ['it came, and went', [missing], [seen('A'), absent], { kind: 'gone', attempts: 2 }, 'GET HEAD GET HEAD'],
    [
      'it is another one each time',
      [missing],
      [seen('A'), seen('B'), seen('C'), seen('D')],
      { kind: 'gone', attempts: 4 },
      'GET HEAD GET HEAD GET HEAD GET',
    ],
    ['it cannot be looked at', [missing], [refused(403, 'AccessDenied')], { kind: 'setup', attempts: 2 }, 'GET HEAD'],
  ])('%s', async (_, get, head, expected, methods) => {
    const done = await relaying({ get, head });
    expect(done.result).toMatchObject({ ...expected, confirmed: true });
    expect(done.methods).toBe(methods);
  });
});

describe('412 of the GET', () => {
  const other = refused(412, 'PreconditionFailed');
  test.each<[string, Answer[], Answer[], object, string]>([
    ['the source is gone', [other], [absent], { kind: 'gone', code: 'NoSuchKey', attempts: 1 }, 'GET HEAD'],
    [
      'it is the version that is meant',
      [other, pictured],
      [seen('ab12')],
      { status: 'OK', attempts: 2 },
      'GET HEAD GET PUT',
    ],
    [
      'and 412 without a condition',
      [other],
      [seen('AB12')],
      { kind: 'permanent', code: 'PreconditionFailed', attempts: 2 },
      'GET HEAD GET',
    ],
    [
      'it is another version',
      [other],
      [seen('CD34')],
      { kind: 'transient', code: 'SourceChanged', attempts: 1 },
      'GET HEAD',
    ],
    ['it cannot be looked at', [other], [refused(403, 'AccessDenied')], { kind: 'setup', attempts: 2 }, 'GET HEAD'],
    [
      'the version that is meant, then nothing',
      [other, refused(404, 'NoSuchKey')],
      [seen('AB12'), absent],
      { kind: 'gone', attempts: 2 },
      'GET HEAD GET HEAD',
    ],
    [
      'the version that is meant, and a GET is lost',
      [other, lost, pictured],
      [seen('AB12')],
      { status: 'OK', attempts: 3 },
      'GET HEAD GET GET PUT',
    ],
  ])('%s', async (_, get, head, expected, methods) => {
    const done = await relaying({ get, head });
    expect(done.result).toMatchObject({ ...expected, confirmed: true });
    expect(done.methods).toBe(methods);
    const conditions = done.asked.filter(({ method }) => method === 'GET').map(({ headers }) => headers['if-match']);
    expect(conditions).toEqual(['"AB12"', ...conditions.slice(1).fill(undefined)]);
  });

  test('a PUT without an answer before it is remembered', async () => {
    const { result } = await relaying({ get: [pictured, other], put: [lost], head: [seen('CD34')] });
    expect(result).toMatchObject({ code: 'SourceChanged', attempts: 2, confirmed: false });
  });

  test.each([undefined, '', 'a"b', 'a\r\nx: y', 'é'])('the ETag %j is no condition', async (etag) => {
    const { result, asked } = await relaying({}, {}, { etag });
    expect(result).toMatchObject({ status: 'OK' });
    expect(asked[0]?.headers['if-match']).toBeUndefined();
  });
});

test('whatever the server echoes, no credential, token or signature comes out', async () => {
  const out: string[] = [];
  const secrets: string[] = Object.values(stubCredentials);
  const echo: Answer = (response, asked) =>
    response.writeHead(403, ids).end(`<Error><Code>A</Code><Message>${JSON.stringify(asked)}</Message></Error>`);
  const id: Answer = (response, asked) =>
    response
      .writeHead(200, {
        'x-oss-request-id': asked.headers['x-oss-security-token'],
        etag: String(asked.headers.authorization),
        'content-type': String(asked.headers.authorization),
        'content-length': 0,
      })
      .end();
  for (const answers of [{ get: [echo] }, { put: [echo] }, { get: [id] }, { put: [id] }]) {
    const done = await relaying(answers);
    out.push(inspect(done.result, { depth: 20, showHidden: true }), JSON.stringify(done.result));
    secrets.push(...done.secrets);
  }
  for (const secret of secrets) expect(out.join('\n')).not.toContain(secret);
});
