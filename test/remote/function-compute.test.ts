// Function Compute's client over real HTTP: what goes onto the wire, held against a signature computed here from the
// vendor's description, and what becomes of each kind of answer.
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FunctionComputeError } from '../../src/remote/error.js';
import { createFunctionCompute, type FunctionCompute } from '../../src/remote/function-compute.js';

interface Received {
  method: string;
  target: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

let server: Server;
let origin: string;
let received: Received[];
let respond: (res: ServerResponse, request: Received) => void;

beforeAll(async () => {
  server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = req;
    const request = { method, target: url, headers, body: Buffer.concat(chunks) };
    received.push(request);
    respond(res, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

beforeEach(() => {
  received = [];
  respond = reply(200, { 'x-fc-request-id': '1-abc' }, '{}');
});

const credentials = { accessKeyId: 'LTAI5tExampleExample', accessKeySecret: 'a-secret-of-thirty-characters0' };

function fc(options: Partial<Parameters<typeof createFunctionCompute>[0]> = {}): FunctionCompute {
  const common = { accountId: '42', region: 'cn-beijing', endpoint: origin, credentials, note: () => {} };
  return createFunctionCompute({ ...common, ...options });
}

/** https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/signature-authentication */
function signature({ method, target, headers }: Received, secret: string): string {
  const fcHeaders = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-fc-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  const { 'content-md5': md5 = '', 'content-type': type = '', date = '' } = headers;
  const text = `${method}\n${md5}\n${type}\n${date}\n${fcHeaders}${target.split('?')[0]}`;
  return createHmac('sha256', secret).update(text).digest('base64');
}

const reply = (status: number, headers: Record<string, string>, body: string | Buffer) => (res: ServerResponse) => {
  res.writeHead(status, headers);
  res.end(body);
};
const v3Error = (status: number, Code: string, Message: string) =>
  reply(
    status,
    { 'content-type': 'application/json', 'x-fc-request-id': '1-abc' },
    JSON.stringify({ RequestId: '1-abc', Code, Message }),
  );

const failureOf = async (call: Promise<unknown>): Promise<FunctionComputeError> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FunctionComputeError)) throw new Error('it did not fail', { cause: error });
  return error;
};

describe('requests', () => {
  it('are signed by path, headers and date, and carry the event as it is', async () => {
    const event = Buffer.from([0, 255, 10, 123]);
    await fc().invoke('oss-autostyle', event, { qualifier: 'v 1', log: true });
    const [request] = received;
    if (request === undefined) throw new Error('nothing was sent');
    expect(request.target).toBe('/2023-03-30/functions/oss-autostyle/invocations?qualifier=v%201');
    expect(request.body).toEqual(event);
    expect(request.headers).toMatchObject({
      host: new URL(origin).host,
      'x-fc-account-id': '42',
      'x-fc-invocation-type': 'Sync',
      'x-fc-log-type': 'Tail',
      'content-type': 'application/octet-stream',
      'content-length': '4',
      'content-md5': Buffer.from(createHash('md5').update(event).digest('hex')).toString('base64'),
      authorization: `FC LTAI5tExampleExample:${signature(request, credentials.accessKeySecret)}`,
    });
  });

  it.each([
    ['GET', '/functions/f', (client: FunctionCompute) => client.getFunction('f')],
    ['GET', '/functions/f/triggers?limit=100', (client: FunctionCompute) => client.listTriggers('f')],
    ['DELETE', '/functions/f/triggers/t%2F1', (client: FunctionCompute) => client.deleteTrigger('f', 't/1')],
    ['GET', '/functions/f/async-invoke-config', (client: FunctionCompute) => client.getAsyncConfig('f')],
    ['GET', '/functions/f/concurrency', (client: FunctionCompute) => client.getReservedConcurrency('f')],
    ['PUT', '/functions/f/concurrency', (client: FunctionCompute) => client.putReservedConcurrency('f', 0)],
    ['DELETE', '/functions/f/concurrency', (client: FunctionCompute) => client.deleteReservedConcurrency('f')],
  ])('%s %s is signed too', async (method, path, call) => {
    respond = (res) => res.end('{"functionName":"f"}');
    await call(fc());
    const [request] = received;
    if (request === undefined) throw new Error('nothing was sent');
    expect([request.method, request.target]).toEqual([method, `/2023-03-30${path}`]);
    expect(request.headers.authorization?.split(':')[1]).toBe(signature(request, credentials.accessKeySecret));
    expect(request.body.toString()).toBe(method === 'PUT' ? '{"reservedConcurrency":0}' : '');
  });

  it.each(['STS.NUExample', 'TMP.3KfExample'])('carry the token of a temporary key such as %s', async (accessKeyId) => {
    await fc({ credentials: { ...credentials, accessKeyId, securityToken: 'the-token' } })
      .getFunction('f')
      .catch(String);
    const [request] = received;
    expect(request?.headers['x-fc-security-token']).toBe('the-token');
    expect(request && signature(request, credentials.accessKeySecret)).toBe(
      request?.headers.authorization?.split(':')[1],
    );
  });

  it('need the token of a temporary key before anything is sent', () => {
    expect(() => fc({ credentials: { ...credentials, accessKeyId: 'STS.x' } })).toThrow(FunctionComputeError);
  });
});

describe('answers', () => {
  it('give back six megabytes byte for byte, and the log tail', async () => {
    const big = Buffer.alloc(6 * 1024 * 1024, 'ä%+/');
    respond = (res, request) =>
      reply(
        200,
        {
          'content-type': 'application/json',
          'x-fc-request-id': '1-abc',
          'x-fc-log-result': Buffer.from('line ä\n').toString('base64'),
        },
        request.body,
      )(res);
    const { result, log, status, errorType } = await fc().invoke('f', big, { log: true });
    expect(result.equals(big)).toBe(true);
    expect({ log, status, errorType }).toEqual({ log: 'line ä\n', status: 200, errorType: undefined });
  });

  it('tell a function that threw from one that did not', async () => {
    const headers = { 'x-fc-error-type': 'UnhandledInvocationError', 'x-fc-request-id': '1-abc' };
    respond = reply(200, headers, '{"errorMessage":"no","errorType":"EventError"}');
    expect(await fc().invoke('f', Buffer.from('{}'), {})).toEqual({
      status: 200,
      requestId: '1-abc',
      errorType: 'UnhandledInvocationError',
      result: Buffer.from('{"errorMessage":"no","errorType":"EventError"}'),
      log: undefined,
    });
  });

  it('to an asynchronous call are 202 and a request id', async () => {
    respond = reply(202, { 'x-fc-request-id': '1-abc' }, '');
    const { status, requestId, result } = await fc().invoke('f', Buffer.from('{}'), { async: true, log: true });
    expect({ status, requestId, bytes: result.length }).toEqual({ status: 202, requestId: '1-abc', bytes: 0 });
    expect(received[0]?.headers).toMatchObject({ 'x-fc-invocation-type': 'Async', 'x-fc-log-type': 'None' });
  });

  it('describe the function and its triggers, over all pages', async () => {
    respond = (res, { target }) => {
      if (!target.includes('/triggers')) {
        res.end('{"functionName":"f","role":null,"timeout":300,"environmentVariables":null,"unknown":{}}');
      } else if (target.includes('nextToken=n%2F1')) {
        res.end(
          '{"triggers":[{"triggerName":"two","triggerType":"timer","triggerConfig":"no json","sourceArn":null}]}',
        );
      } else {
        const trigger = { triggerName: 'one', triggerType: 'oss', triggerConfig: '{"events":["e"]}', sourceArn: 'arn' };
        res.end(JSON.stringify({ triggers: [trigger], nextToken: 'n/1' }));
      }
    };
    expect(await fc().getFunction('f')).toMatchObject({
      functionName: 'f',
      timeout: 300,
      role: '',
      environmentVariables: {},
    });
    expect(await fc().listTriggers('f')).toEqual([
      expect.objectContaining({ triggerName: 'one', triggerConfig: { events: ['e'] }, sourceArn: 'arn' }),
      expect.objectContaining({ triggerName: 'two', triggerConfig: 'no json' }),
    ]);
  });

  it('that there is no such thing are no errors where that is an answer', async () => {
    respond = v3Error(404, 'FunctionNotFound', 'gone');
    expect(await fc().getFunction('f')).toBeUndefined();
    expect((await failureOf(fc().listTriggers('f'))).code).toBe('FunctionNotFound');
    expect((await failureOf(fc().getReservedConcurrency('f'))).code).toBe('FunctionNotFound');
    respond = v3Error(404, 'SomethingNotFound', 'unset');
    expect(await fc().getReservedConcurrency('f')).toBeUndefined();
    await fc().deleteReservedConcurrency('f');
    respond = v3Error(404, 'TriggerNotFound', 'gone');
    await fc().deleteTrigger('f', 't');
    respond = (res) => res.end('{"functionArn":"arn"}');
    expect(await fc().getReservedConcurrency('f')).toBeUndefined();
    respond = (res) => res.end('{"reservedConcurrency":0}');
    expect(await fc().getReservedConcurrency('f')).toBe(0);
    // Not from Function Compute: it tells nothing of the function.
    respond = reply(404, { 'content-type': 'text/html' }, '<html>not here</html>');
    expect(await failureOf(fc().getReservedConcurrency('f'))).toMatchObject({ code: 'UnexpectedAnswer', status: 404 });
  });

  it.each([
    [undefined, { project: '', logstore: '', logBeginRule: '' }],
    [null, { project: '', logstore: '', logBeginRule: '' }],
    [
      { project: 'logs', logstore: 'f', logBeginRule: 'DefaultRegex', enableRequestMetrics: true },
      { project: 'logs', logstore: 'f', logBeginRule: 'DefaultRegex' },
    ],
  ])('tell the log of a function: %j', async (logConfig, expected) => {
    respond = (res) => res.end(JSON.stringify({ functionName: 'f', logConfig }));
    expect((await fc().getFunction('f'))?.logConfig).toEqual(expected);
  });
});

describe('an asynchronous invocation configuration', () => {
  const onFailure = { destination: 'acs:mns:cn-beijing:42:/queues/q/messages' };
  const none = { maxAsyncRetryAttempts: undefined, maxAsyncEventAgeInSeconds: undefined };
  it.each([
    [
      { maxAsyncRetryAttempts: 8, maxAsyncEventAgeInSeconds: 60, destinationConfig: { onSuccess: null, onFailure } },
      {
        maxAsyncRetryAttempts: 8,
        maxAsyncEventAgeInSeconds: 60,
        onSuccess: undefined,
        onFailure: onFailure.destination,
      },
    ],
    [
      { destinationConfig: { onFailure: { destination: '' } } },
      { ...none, onSuccess: undefined, onFailure: undefined },
    ],
    [
      { maxAsyncRetryAttempts: null, destinationConfig: {} },
      { ...none, onSuccess: undefined, onFailure: undefined },
    ],
  ])('%j is read', async (body, config) => {
    respond = reply(200, {}, JSON.stringify(body));
    expect(await fc().getAsyncConfig('f')).toEqual(config);
  });

  it('that is not there is no error; no function, or another answer, is one', async () => {
    respond = v3Error(404, 'AsyncConfigNotExists', 'unset');
    expect(await fc().getAsyncConfig('f')).toBeUndefined();
    respond = v3Error(404, 'FunctionNotFound', 'gone');
    expect((await failureOf(fc().getAsyncConfig('f'))).code).toBe('FunctionNotFound');
    respond = reply(200, {}, '{"maxAsyncRetryAttempts":"8"}');
    expect((await failureOf(fc().getAsyncConfig('f'))).code).toBe('UnexpectedAnswer');
  });
});

describe('a page of a portal in between, with HTTP 200,', () => {
  const portal = reply(200, { 'content-type': 'text/html' }, '<html>Log in to the guest network</html>');
  it.each([
    ['an invocation', portal, (client: FunctionCompute) => client.invoke('f', Buffer.from('{}'), {})],
    ['null', reply(200, {}, 'null'), (client: FunctionCompute) => client.invoke('f', Buffer.from('{}'), {})],
    [
      'an event run instead of queued',
      reply(200, { 'x-fc-request-id': '1-abc' }, '{}'),
      (client: FunctionCompute) => client.invoke('f', Buffer.from('{}'), { async: true }),
    ],
    [
      'an event queued instead of run',
      reply(202, { 'x-fc-request-id': '1-abc' }, ''),
      (client: FunctionCompute) => client.invoke('f', Buffer.from('{}'), {}),
    ],
    ['a change', portal, (client: FunctionCompute) => client.putReservedConcurrency('f', 0)],
    ['a removal', portal, (client: FunctionCompute) => client.deleteTrigger('f', 't')],
  ])('is no success of %s', async (_, answer, call) => {
    respond = answer;
    const error = await failureOf(call(fc()));
    expect(error.code).toBe('UnexpectedAnswer');
    expect(error.message).not.toContain('guest network');
  });
});

describe('failures', () => {
  it.each([
    [
      v3Error(429, 'ResourceExhausted', 'too many'),
      'ResourceExhausted',
      429,
      '1-abc',
      /^ResourceExhausted \(HTTP 429, request 1-abc\): too many$/,
    ],
    [reply(403, {}, '{"ErrorCode":"AccessDenied","ErrorMessage":"no"}'), 'AccessDenied', 403, undefined, /: no$/],
    [
      reply(502, { 'content-type': 'application/json' }, '<html>Bad Gateway</html>'),
      'UnexpectedAnswer',
      502,
      undefined,
      /^HTTP 502: /,
    ],
    [reply(302, { location: 'http://elsewhere/' }, ''), 'UnexpectedAnswer', 302, undefined, /^HTTP 302: /],
    [reply(200, {}, '[1]'), 'UnexpectedAnswer', 200, undefined, /describe a function/],
    [(res: ServerResponse) => res.destroy(), 'UND_ERR_SOCKET', undefined, undefined, /GET/],
  ])('keep their code: %#', async (answer, code, status, requestId, message) => {
    respond = answer;
    const error = await failureOf(fc().getFunction('f'));
    expect(error).toMatchObject({ name: 'FunctionComputeError', code, status, requestId });
    expect(error.message).toMatch(message);
  });

  it('are told when nobody answers, or nobody listens', async () => {
    respond = () => {};
    expect(await failureOf(fc({ timeout: 20 }).getFunction('f'))).toMatchObject({ code: 'Timeout', status: undefined });
    const refused = await failureOf(fc({ endpoint: 'http://127.0.0.1:9' }).getFunction('f'));
    expect(refused.code).toBe('ECONNREFUSED');
  });

  it('never say a secret, even one that the service repeats', async () => {
    const token = 'a-security-token';
    respond = (res, { headers }) =>
      v3Error(403, 'SignatureNotMatch', `${headers.authorization} ${token} ${credentials.accessKeySecret}`)(res);
    const error = await failureOf(fc({ credentials: { ...credentials, securityToken: token } }).getFunction('f'));
    const said = JSON.stringify([error.message, error, String(error.cause)]);
    const [request] = received;
    for (const secret of [
      token,
      credentials.accessKeySecret,
      credentials.accessKeyId,
      request?.headers.authorization?.split(':')[1] ?? '',
    ]) {
      expect(secret).not.toBe('');
      expect(said).not.toContain(secret);
    }
    expect(error.code).toBe('SignatureNotMatch');
  });
});
