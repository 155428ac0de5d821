/** The control plane over HTTP, driven by the vendor's own client: its paths, its signature. */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { FunctionOptions } from '../../../src/local/fc/function.js';
import type { LocalFc, LocalFcOptions } from '../../../src/local/fc/server.js';
import { startFc, until } from './fixture.js';

interface Answer {
  headers: Record<string, string>;
  data: unknown;
}
interface Fc2Client {
  version: string;
  get(path: string, query?: Record<string, string>): Promise<Answer>;
  put(path: string, body: object): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  post(path: string, body: Buffer, headers?: Record<string, string>): Promise<Answer>;
}

let Client: new (accountId: string, config: Record<string, unknown>) => Fc2Client;

beforeAll(() => {
  // The package ships no types.
  Client = createRequire(import.meta.url)('@alicloud/fc2');
});

const upload = (bucket: string, key: string) => ({
  eventName: 'ObjectCreated:PutObject',
  oss: { bucket: { name: bucket }, object: { key } },
});

async function serve(
  fn: Partial<FunctionOptions> = {},
  options: Partial<LocalFcOptions> = {},
): Promise<{ fc: LocalFc; client: Fc2Client; stranger: Fc2Client }> {
  const fc = startFc('exports.handler = async () => ({ ok: 1 });', fn, {
    accessKey: (id) => (id === 'autostyle' ? { accessKeySecret: 'autostyle-secret' } : undefined),
    accountId: '42',
    ...options,
  });
  const server = createServer((req, res) => void fc.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const made = (accessKeySecret: string) => {
    const client = new Client('42', { accessKeyID: 'autostyle', accessKeySecret, region: 'cn-hangzhou', endpoint });
    client.version = '2023-03-30';
    return client;
  };
  return { fc, client: made('autostyle-secret'), stranger: made('guessed') };
}

const triggers = [
  { triggerName: 'photos-0', bucket: 'photos', prefix: 'a/', events: ['oss:ObjectCreated:PutObject'] },
  { triggerName: 'photos-1', bucket: 'photos', prefix: 'b/', events: ['oss:ObjectCreated:PutObject'] },
];

describe('control plane', () => {
  it('describes the function', async () => {
    const { client } = await serve({ role: 'acs:ram::42:role/r', environmentVariables: { A: 'b' }, timeout: 7 });
    expect((await client.get('/functions/fn')).data).toMatchObject({
      functionName: 'fn',
      functionArn: 'acs:fc:cn-hangzhou:42:functions/fn',
      runtime: 'nodejs20',
      handler: 'index.handler',
      role: 'acs:ram::42:role/r',
      timeout: 7,
      memorySize: 256,
      environmentVariables: { A: 'b' },
    });
  });

  it.each([
    [{}, { project: '', logstore: '', logBeginRule: 'None' }],
    [
      { logProject: 'logs', logStore: 'function', logBeginRule: 'DefaultRegex' as const },
      { project: 'logs', logstore: 'function', logBeginRule: 'DefaultRegex' },
    ],
  ])('reports the log settings of a function with %j', async (fn, logConfig) => {
    const { client } = await serve(fn);
    expect((await client.get('/functions/fn')).data).toMatchObject({ logConfig });
  });

  it('reports the asynchronous invocation configuration, where there is one', async () => {
    const onFailureDestination = 'acs:mns:cn-hangzhou:42:/queues/failed/messages';
    const set = await serve({ maxAsyncRetryAttempts: 8, onFailureDestination });
    expect((await set.client.get('/functions/fn/async-invoke-config')).data).toEqual({
      functionArn: 'acs:fc:cn-hangzhou:42:functions/fn',
      qualifier: 'LATEST',
      maxAsyncRetryAttempts: 8,
      maxAsyncEventAgeInSeconds: 86_400,
      destinationConfig: { onFailure: { destination: onFailureDestination } },
    });
    const { client } = await serve();
    await expect(client.get('/functions/fn/async-invoke-config')).rejects.toThrow(/404/);
  });

  it('lists triggers page by page, and a deleted one no longer fires', async () => {
    const timers = [{ triggerName: 'tick', cronExpression: '@every 1m' }];
    const { fc, client } = await serve({ ossTriggers: triggers, timers }, { runTimers: false });
    const first = (await client.get('/functions/fn/triggers', { limit: '2' })).data as {
      triggers: { triggerName: string }[];
      nextToken: string;
    };
    expect(first.triggers[0]).toMatchObject({
      triggerName: 'photos-0',
      triggerType: 'oss',
      sourceArn: 'acs:oss:cn-hangzhou:42:photos',
      triggerConfig: '{"events":["oss:ObjectCreated:PutObject"],"filter":{"key":{"prefix":"a/","suffix":""}}}',
    });
    const next = await client.get('/functions/fn/triggers', { nextToken: first.nextToken });
    expect(next.data).toMatchObject({ triggers: [{ triggerName: 'tick', triggerType: 'timer' }] });
    expect(next.data).not.toHaveProperty('nextToken');

    for (const name of ['photos-0', 'tick']) await client.delete(`/functions/fn/triggers/${name}`);
    expect(fc.ossEvent(upload('photos', 'a/1'))).toEqual([]);
    expect(fc.ossEvent(upload('photos', 'b/1'))).toHaveLength(1);
    expect(fc.tick()).toEqual([]);
    await fc.idle();
  });

  it('stops a function at concurrency 0: calls are refused, events wait until it is resumed', async () => {
    const waits: number[] = [];
    let resumed = false;
    const { fc, client } = await serve(
      {},
      {
        sleep: async (ms) => {
          waits.push(ms);
          while (!resumed && waits.length > 3) await new Promise(setImmediate);
        },
      },
    );
    expect((await client.put('/functions/fn/concurrency', { reservedConcurrency: 0 })).data).toEqual({
      functionArn: 'acs:fc:cn-hangzhou:42:functions/fn',
      reservedConcurrency: 0,
    });
    await expect(fc.invoke('fn', '{}')).rejects.toMatchObject({ status: 429, code: 'ResourceExhausted' });
    const accepted = await client.post('/functions/fn/invocations', Buffer.from('{}'), {
      'x-fc-invocation-type': 'Async',
    });
    expect(accepted.headers['x-fc-request-id']).toMatch(/^1-/);
    await until(() => waits.length > 3);
    expect(fc.instances()).toEqual([]);
    expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000]);

    await client.put('/functions/fn/concurrency', { reservedConcurrency: 3 });
    expect((await client.get('/functions/fn/concurrency')).data).toMatchObject({ reservedConcurrency: 3 });
    resumed = true;
    await fc.idle();
    expect(fc.instances()).toHaveLength(1);
  });

  it('gives an event up after five hours without a try', async () => {
    let now = Date.UTC(2026, 0, 1);
    const given: unknown[] = [];
    const { fc } = await serve(
      { reservedConcurrency: 0 },
      {
        now: () => now,
        sleep: async (ms) => {
          now += ms;
        },
        onFailure: ({ requestContext }) => given.push(requestContext),
      },
    );
    fc.deliver('fn', 'x');
    await fc.idle();
    expect(given).toMatchObject([{ condition: 'FunctionResourceExhausted', approximateInvokeCount: 0 }]);
    expect((now - Date.UTC(2026, 0, 1)) / 3_600_000).toBeGreaterThan(5);
  });

  it('runs as many at one time as are reserved', async () => {
    const { fc } = await serve({ reservedConcurrency: 1, instances: 2 });
    const [one, other] = [fc.invoke('fn', '1'), fc.invoke('fn', '2')];
    await expect(other).rejects.toMatchObject({ status: 429 });
    expect((await one).errorType).toBeUndefined();
  });

  it('refuses who is not the owner, and what does not exist', async () => {
    const { client, stranger } = await serve();
    const status = (call: Promise<Answer>) =>
      call.then(
        () => 200,
        (error: Error) => Number(/failed with (\d+)/.exec(error.message)?.[1]),
      );
    const statuses = [
      status(stranger.get('/functions/fn')),
      status(stranger.put('/functions/fn/concurrency', { reservedConcurrency: 0 })),
      status(stranger.delete('/functions/fn/triggers/x')),
      status(client.get('/functions/other')),
      status(client.get('/functions/fn/concurrency')),
      status(client.delete('/functions/fn/triggers/x')),
      status(client.put('/functions/fn/concurrency', { reservedConcurrency: -1 })),
      status(client.put('/functions/fn/concurrency', { reservedConcurrency: '1' })),
      status(client.get('/functions/fn/triggers', { limit: '0' })),
      status(client.get('/functions/fn/versions')),
      status(client.delete('/functions/fn')),
      status(client.delete('/functions/fn/concurrency')),
    ];
    expect(await Promise.all(statuses)).toEqual([403, 403, 403, 404, 404, 404, 400, 400, 400, 501, 501, 200]);
  });
});
