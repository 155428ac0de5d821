// The second signature: a service that takes ACS3-HMAC-SHA256 only. It is the embedded Function Compute behind a server
// that refuses what @alicloud/fc2 signs; the vendor's library is the witness for each signature on the wire.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { FunctionComputeError } from '../../src/remote/error.js';
import { createFunctionCompute, type FunctionCompute } from '../../src/remote/function-compute.js';
import { startFc } from '../local/fc/fixture.js';

const openApi = (createRequire(import.meta.url)('@alicloud/openapi-util') as { default: OpenApi }).default;
interface OpenApi {
  getAuthorization(request: object, algorithm: string, payload: string, id: string, secret: string): string;
}

const credentials = { accessKeyId: 'autostyle', accessKeySecret: 'autostyle-secret' };
const keys = new Map<string, { accessKeySecret: string; securityToken?: string }>([
  ['autostyle', credentials],
  ['STS.x', { accessKeySecret: 'sts-secret', securityToken: 'the-token' }],
]);
/** What the service answers to fc2's signature; FC's own refusal, or that of the gateway. */
let refusal: { status: number; code: string };
let received: IncomingMessage[];
let notes: string[];

beforeEach(() => {
  refusal = { status: 403, code: 'SignatureNotMatch' };
  [received, notes] = [[], []];
});

async function service(options: Partial<Parameters<typeof createFunctionCompute>[0]> = {}): Promise<FunctionCompute> {
  const embedded = startFc('exports.handler = async (event) => event;', {}, { accessKey: (id) => keys.get(id) });
  const server: Server = createServer((req, res) => {
    received.push(req);
    if (req.headers.authorization?.startsWith('FC ')) {
      res.writeHead(refusal.status, { 'x-fc-request-id': '1-abc' });
      res.end(JSON.stringify({ Code: refusal.code, Message: 'no' }));
    } else embedded.handle(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const note = (line: string) => notes.push(line);
  return createFunctionCompute({ accountId: '42', region: 'cn-hangzhou', endpoint, credentials, note, ...options });
}

const schemes = () => received.map(({ headers }) => headers.authorization?.split(' ')[0]);

describe('a service that refuses the signature of fc2', () => {
  it.each([
    { status: 403, code: 'SignatureNotMatch' },
    { status: 400, code: 'InvalidArgument' },
    { status: 400, code: 'MissingRequiredHeader' },
    { status: 400, code: 'IncompleteSignature' },
    { status: 401, code: 'AnyOther' },
  ])('is asked again with ACS3, and says so once: %j', async (given) => {
    refusal = given;
    const fc = await service();
    const event = Buffer.from('{"é":1}');
    expect((await fc.invoke('fn', event, {})).result).toEqual(event);
    expect((await fc.getFunction('fn'))?.functionName).toBe('fn');
    expect(schemes()).toEqual(['FC', 'ACS3-HMAC-SHA256', 'ACS3-HMAC-SHA256']);
    expect(notes).toEqual([expect.stringMatching(given.code)]);
  });

  it('says so once for calls at the same time', async () => {
    const fc = await service();
    await Promise.all([fc.getFunction('fn'), fc.getFunction('fn')]);
    expect(notes).toHaveLength(1);
  });

  it('says so too where what is asked for is not there', async () => {
    const fc = await service();
    expect(await fc.getFunction('other')).toBeUndefined();
    expect(notes).toHaveLength(1);
  });

  it.each<[string, (fc: FunctionCompute) => Promise<unknown>]>([
    ['GetFunction', (fc) => fc.getFunction('fn')],
    ['ListTriggers', (fc) => fc.listTriggers('fn')],
    ['DeleteTrigger', (fc) => fc.deleteTrigger('fn', "a (trigger)'s")],
    ['GetAsyncInvokeConfig', (fc) => fc.getAsyncConfig('fn')],
    ['GetConcurrencyConfig', (fc) => fc.getReservedConcurrency('fn')],
    ['PutConcurrencyConfig', (fc) => fc.putReservedConcurrency('fn', 1)],
    ['DeleteConcurrencyConfig', (fc) => fc.deleteReservedConcurrency('fn')],
    ['InvokeFunction', (fc) => fc.invoke('fn', Buffer.from('{}'), { qualifier: 'LATEST', async: true })],
  ])("signs %s as the vendor's library does", async (action, call) => {
    await call(await service());
    const [, request] = received;
    if (request === undefined) throw new Error('nothing was sent');
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    const witness = openApi.getAuthorization(
      { method: request.method, pathname, query: Object.fromEntries(searchParams), headers: request.headers },
      'ACS3-HMAC-SHA256',
      String(request.headers['x-acs-content-sha256']),
      'autostyle',
      'autostyle-secret',
    );
    expect(request.headers.authorization).toBe(witness);
    expect(request.headers['x-acs-action']).toBe(action);
    expect(request.headers['x-acs-version']).toBe('2023-03-30');
  });

  it('carries the token of a temporary key', async () => {
    const temporary = { accessKeyId: 'STS.x', accessKeySecret: 'sts-secret', securityToken: 'the-token' };
    const fc = await service({ credentials: temporary });
    expect((await fc.getFunction('fn'))?.functionName).toBe('fn');
  });

  it('throws what it answers to ACS3 where it refuses both, and says nothing else', async () => {
    const fc = await service({ credentials: { ...credentials, accessKeySecret: 'wrong' } });
    for (const _ of [1, 2]) {
      const error: unknown = await fc.getFunction('fn').catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FunctionComputeError);
      expect(error).toMatchObject({ code: 'SignatureNotMatch', status: 403 });
      expect(String(error)).not.toContain('1-abc');
    }
    expect(notes).toEqual([]);
  });

  it.each([
    { status: 403, code: 'AccessDenied' },
    { status: 403, code: 'InvalidAccessKeyID' },
    { status: 404, code: 'FunctionNotFound' },
    { status: 429, code: 'ResourceExhausted' },
    { status: 503, code: 'ServiceUnavailable' },
  ])('is not asked again for another reason: %j', async (given) => {
    refusal = given;
    const fc = await service();
    await expect(fc.invoke('fn', Buffer.from('{}'), {})).rejects.toMatchObject({ code: given.code });
    expect(schemes()).toEqual(['FC']);
  });
});
