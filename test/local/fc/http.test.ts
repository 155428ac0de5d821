/** The invoke API over HTTP, driven by the vendor's own client. */
import { createServer, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FunctionOptions } from '../../../src/local/fc/function.js';
import type { LocalFc, LocalFcOptions } from '../../../src/local/fc/server.js';
import { isAlive, startFc, until } from './fixture.js';

interface Fc2Client {
  version: string;
  post(
    path: string,
    body: Buffer | null,
    headers?: Record<string, string>,
    query?: Record<string, string>,
    options?: { rawBuf: boolean },
  ): Promise<{ headers: Record<string, string>; data: unknown }>;
}
interface Fc2 {
  new (accountId: string, config: Record<string, unknown>): Fc2Client;
  getSignature(id: string, secret: string, method: string, path: string, headers: Record<string, string>): string;
}
// The package ships no types.
const Client = createRequire(import.meta.url)('@alicloud/fc2') as Fc2;

const invocationPath = '/2023-03-30/functions/fn/invocations';
const key = { accessKeyID: 'autostyle', accessKeySecret: 'autostyle-secret', region: 'cn-hangzhou' };

/** A server as the composer makes it: what is not FC's is answered by someone else. */
async function serve(source: string, fn: Partial<FunctionOptions> = {}, options: Partial<LocalFcOptions> = {}) {
  const keys = new Map([
    ['autostyle', { accessKeySecret: 'autostyle-secret' }],
    ['STS.x', { accessKeySecret: 'sts-secret', securityToken: 'token' }],
  ]);
  const fc: LocalFc = startFc(source, fn, { accessKey: (id) => keys.get(id), ...options });
  const server = createServer((req, res) => {
    if (!fc.handle(req, res)) res.end('not FC');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = (config: Record<string, unknown> = key) => {
    const made = new Client('1234567890123456', { ...config, endpoint });
    made.version = '2023-03-30';
    return made;
  };
  return { fc, port, client };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function send(port: number, options: RequestOptions, body: Buffer = Buffer.alloc(0)): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, method: 'POST', path: invocationPath, ...options }, async (res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of res) chunks.push(chunk as Buffer);
      resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() });
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** Headers that the vendor's client would send, signed by it. */
function signed(headers: Record<string, string> = {}, path = invocationPath, method = 'POST'): Record<string, string> {
  const all = { date: new Date().toUTCString(), 'x-fc-account-id': '1234567890123456', ...headers };
  return { ...all, authorization: Client.getSignature('autostyle', 'autostyle-secret', method, path, all) };
}

/** The same as `send`, signed. */
function sendSigned(port: number, options: RequestOptions, body?: Buffer): Promise<Answer> {
  const { headers, path = invocationPath, method } = options;
  const own = signed(headers as Record<string, string>, path?.split('?')[0], method);
  return send(port, { ...options, headers: own }, body);
}

const echo = 'exports.handler = async (event) => event;';

describe('through @alicloud/fc2', () => {
  it('invokes synchronously and answers with the x-fc-* headers', async () => {
    const { client } = await serve(
      `exports.handler = async (event) => { console.log('seen'); return { length: event.length }; };`,
    );
    const { headers, data } = await client().post(
      '/functions/fn/invocations',
      Buffer.from('{"a":1}'),
      { 'x-fc-log-type': 'Tail' },
      { qualifier: 'LATEST' },
    );
    expect(data).toBe('{"length":7}');
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-fc-request-id': expect.stringMatching(/^1-[0-9a-f]{8}-/),
      'x-fc-instance-id': expect.stringMatching(/^c-/),
      'x-fc-invocation-duration': expect.stringMatching(/^\d+$/),
      'x-fc-max-memory-usage': expect.stringMatching(/^\d+\.\d\d$/),
    });
    expect(headers).not.toHaveProperty('x-fc-error-type');
    const tail = Buffer.from(headers['x-fc-log-result'] ?? '', 'base64').toString();
    expect(tail).toContain(`${headers['x-fc-request-id']} [info] seen\n`);
  });

  it('carries a 6 MB event there and back', async () => {
    const { client } = await serve(echo);
    const event = Buffer.alloc(6 * 1024 * 1024, 'ä%+/');
    const { data } = await client().post('/functions/fn/invocations', event, {}, {}, { rawBuf: true });
    expect(event.equals(data as Buffer)).toBe(true);
  });

  it('answers a function error with 200, its type and its JSON', async () => {
    const { client } = await serve(`exports.handler = async () => { throw new RangeError('no'); };`);
    const { headers, data } = await client().post('/functions/fn/invocations', null);
    expect(headers['x-fc-error-type']).toBe('UnhandledInvocationError');
    expect(data).toMatchObject({ errorMessage: 'no', errorType: 'RangeError' });
    expect(headers).not.toHaveProperty('x-fc-log-result');
  });

  it('invokes asynchronously: 202 at once, the function afterwards', async () => {
    const done: string[] = [];
    const { client, fc } = await serve(echo, {}, { onSuccess: (body) => done.push(body.requestContext.requestId) });
    const { headers, data } = await client().post('/functions/fn/invocations', Buffer.from('later'), {
      'x-fc-invocation-type': 'Async',
    });
    expect(data).toBe('');
    await fc.idle();
    expect(done).toEqual([headers['x-fc-request-id']]);
  });

  it('accepts a temporary key with its token, and refuses it with another', async () => {
    const { client } = await serve(echo);
    const sts = { accessKeyID: 'STS.x', accessKeySecret: 'sts-secret', region: 'cn-hangzhou' };
    const { data } = await client({ ...sts, securityToken: 'token' }).post(
      '/functions/fn/invocations',
      Buffer.from('a'),
    );
    expect(data).toBe('a');
    await expect(client({ ...sts, securityToken: 'other' }).post('/functions/fn/invocations', null)).rejects.toThrow(
      /failed with 403/,
    );
  });
});

describe('authentication', () => {
  type Change = (headers: Record<string, string>) => RequestOptions & { body?: string };
  const table: [string, Change, number, string][] = [
    ['nothing changed', (headers) => ({ headers }), 200, ''],
    ['the query, which is not signed', (headers) => ({ headers, path: `${invocationPath}?qualifier=LATEST` }), 200, ''],
    ['another path', (headers) => ({ headers, path: invocationPath.replace('fn', 'fm') }), 403, 'SignatureNotMatch'],
    ['another method', (headers) => ({ headers, method: 'PUT' }), 403, 'SignatureNotMatch'],
    [
      'another date',
      (headers) => ({ headers: { ...headers, date: new Date(Date.now() - 60_000).toUTCString() } }),
      403,
      'SignatureNotMatch',
    ],
    [
      'another x-fc header',
      (headers) => ({ headers: { ...headers, 'x-fc-log-type': 'Tail' } }),
      403,
      'SignatureNotMatch',
    ],
    [
      'another content type',
      (headers) => ({ headers: { ...headers, 'content-type': 'text/plain' } }),
      403,
      'SignatureNotMatch',
    ],
    ['another body than Content-MD5 says', (headers) => ({ headers, body: 'tampered' }), 400, 'InvalidArgument'],
    [
      'a signature with one character changed',
      (headers) => ({
        headers: {
          ...headers,
          authorization: (headers['authorization'] ?? '').replace(/(.)=$/, (_, c) => (c === 'A' ? 'E=' : 'A=')),
        },
      }),
      403,
      'SignatureNotMatch',
    ],
    [
      'an unknown key',
      (headers) => ({
        headers: { ...headers, authorization: (headers['authorization'] ?? '').replace('autostyle', 'nobody') },
      }),
      403,
      'InvalidAccessKeyID',
    ],
    ['no Authorization', ({ authorization: _, ...headers }) => ({ headers }), 400, 'InvalidArgument'],
    ['no Date', ({ date: _, ...headers }) => ({ headers }), 400, 'MissingRequiredHeader'],
    [
      'a part of an ACS3 signature',
      (headers) => ({ headers: { ...headers, authorization: 'ACS3-HMAC-SHA256 Credential=x' } }),
      400,
      'MissingRequiredHeader',
    ],
  ];
  it.each(table)('%s', async (_, change, status, code) => {
    const { port, fc } = await serve(echo);
    const md5 = 'OTAwMTUwOTgzY2QyNGZiMGQ2OTYzZjdkMjhlMTdmNzI='; // base64 of the hex MD5 of "abc"
    const { body, ...options } = change(signed({ 'content-md5': md5, 'content-type': 'application/octet-stream' }));
    const answer = await send(port, options, Buffer.from(body ?? 'abc'));
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toBe('abc');
    else {
      expect(JSON.parse(answer.body)).toEqual({
        RequestId: answer.headers['x-fc-request-id'],
        Code: code,
        Message: expect.any(String),
      });
      expect(answer.body).not.toContain('autostyle-secret');
      expect(fc.instances()).toEqual([]);
    }
  });

  it('refuses a request signed long ago or far ahead', async () => {
    const { port } = await serve(echo);
    for (const minutes of [-16, 16]) {
      const headers = signed({ date: new Date(Date.now() + minutes * 60_000).toUTCString() });
      expect(JSON.parse((await send(port, { headers })).body)).toMatchObject({ Code: 'AccessDenied' });
    }
  });

  it('answers the client of a large refused event', async () => {
    const { port } = await serve(echo);
    const answer = await send(port, {}, Buffer.alloc(6 * 1024 * 1024));
    expect(JSON.parse(answer.body)).toMatchObject({ Code: 'MissingRequiredHeader' });
  });
});

describe('errors of the service', () => {
  const table: [string, RequestOptions, number, string, RegExp][] = [
    ['an unknown function', { path: invocationPath.replace('fn', 'other') }, 404, 'FunctionNotFound', /'other'/],
    ['a prototype name', { path: invocationPath.replace('fn', '__proto__') }, 404, 'FunctionNotFound', /__proto__/],
    ['a name that does not decode', { path: invocationPath.replace('fn', '%ff') }, 400, 'InvalidArgument', /percent/],
    ['an unknown version', { path: `${invocationPath}?qualifier=7` }, 404, 'VersionNotFound', /'7'/],
    ['an unknown alias', { path: `${invocationPath}?qualifier=live` }, 404, 'AliasNotFound', /'live'/],
    [
      'a wrong invocation type',
      { headers: { 'x-fc-invocation-type': 'Maybe' } },
      400,
      'InvalidArgument',
      /Sync or Async, got 'Maybe'/,
    ],
    ['a wrong log type', { headers: { 'x-fc-log-type': 'All' } }, 400, 'InvalidArgument', /None or Tail/],
    ['a delay out of range', { headers: { 'x-fc-async-delay': '3600' } }, 400, 'InvalidArgument', /x-fc-async-delay/],
    ['an odd request id', { headers: { 'x-fc-request-id': 'a b' } }, 400, 'InvalidArgument', /x-fc-request-id/],
    ['an asynchronous task', { headers: { 'x-fc-async-task-id': 't' } }, 501, 'NotImplemented', /x-fc-async-task-id/],
    [
      'another operation',
      { path: '/2023-03-30/functions', method: 'GET' },
      501,
      'NotImplemented',
      /'GET' against '\/2023-03-30\/functions'/,
    ],
    ['another method', { method: 'GET' }, 501, 'NotImplemented', /'GET'/],
  ];
  it.each(table)('%s', async (_, options, status, code, message) => {
    const { port } = await serve(echo);
    const answer = await sendSigned(port, options);
    expect([answer.status, JSON.parse(answer.body).Code]).toEqual([status, code]);
    expect(JSON.parse(answer.body).Message).toMatch(message);
  });

  it('refuses events over 32 MB, or 128 KB when asynchronous', async () => {
    const { port, fc } = await serve('exports.handler = async (event) => event.length;');
    const asynchronous = { headers: { 'x-fc-invocation-type': 'Async' } };
    expect((await sendSigned(port, asynchronous, Buffer.alloc(128 * 1024))).status).toBe(202);
    for (const [options, limit] of [
      [asynchronous, 128 * 1024],
      [{}, 32 * 1024 * 1024],
    ] as const) {
      const answer = await sendSigned(port, options, Buffer.alloc(limit + 1));
      expect(JSON.parse(answer.body)).toMatchObject({
        Code: 'EntityTooLarge',
        Message: `payload size exceeds maximum allowed size (${limit} bytes)`,
      });
      expect(answer.status).toBe(400);
    }
    await fc.idle();
  });

  it('answers 429 when all instances are busy', async () => {
    const { port, fc } = await serve(
      'exports.handler = () => new Promise(() => {});',
      { instances: 1 },
      { syncWaitMs: 0 },
    );
    const running = sendSigned(port, {});
    await until(() => fc.instances()[0]?.state === 'busy');
    const answer = await sendSigned(port, {});
    expect([answer.status, JSON.parse(answer.body).Code]).toEqual([429, 'ResourceExhausted']);
    await fc.close();
    expect((await running).status).toBe(503);
  });

  it('recycles the instance of a client that goes away', async () => {
    const { port, fc } = await serve('exports.handler = () => new Promise(() => {});');
    const req = request({ host: '127.0.0.1', port, method: 'POST', path: invocationPath, headers: signed() });
    req.on('error', () => {});
    req.end();
    await until(() => fc.instances()[0]?.state === 'busy');
    const pid = fc.instances()[0]?.pid ?? 0;
    req.destroy();
    await until(() => !isAlive(pid));
    await fc.idle();
  });
});

it.each(['/', '/photos/a.jpg', '/2023-03-30x/a', '/x/2023-03-30/functions'])('leaves %s to others', async (path) => {
  const { port } = await serve(echo);
  expect((await send(port, { path })).body).toBe('not FC');
});
