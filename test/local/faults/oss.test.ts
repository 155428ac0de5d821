// Each fault of OSS through a real client, and what it saw: ali-oss, or the raw wire.
import { connect } from 'node:net';
import type { OssClientError } from 'ali-oss';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { createFaults, type FaultsOptions } from '../../../src/local/faults/faults.js';
import { until } from '../fc/fixture.js';
import { codeOf, signedHeaders, startOss } from '../oss/fixture.js';
import { virtualTime } from './virtual-time.js';

const style = 'image/resize,m_fixed,w_40,h_30';
const jpeg = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 80, height: 60, channels: 3, background } })
    .jpeg()
    .toBuffer();

/** An OSS that suffers these faults, with `a.jpg` (red) stored before they are switched on. */
async function broken(texts: readonly string[], options: Partial<FaultsOptions> = {}) {
  const time = virtualTime();
  const faults = createFaults(texts, { seed: 1, sleep: time.sleep, ...options });
  const kills: string[] = [];
  const killer = ({ key }: { key: string }) => (key.startsWith('by-hand') ? undefined : () => void kills.push(key));
  const oss = await startOss({ intercept: faults.intercept(killer), maxSkew: faults.maxSkew });
  faults.enable(false);
  const client = oss.client();
  await client.put('a.jpg', await jpeg('#f00'));
  oss.events.length = 0;
  faults.enable(true);
  const process = (target = 'a.out.jpg') => client.processObjectSave('a.jpg', target, style, 'photos-out');
  const derivative = async (target = 'a.out.jpg') => {
    faults.enable(false);
    try {
      return (await oss.client('photos-out').get(target)).content;
    } catch (error) {
      if ((error as OssClientError).code === 'NoSuchKey') return undefined;
      throw error;
    } finally {
      faults.enable(true);
    }
  };
  const rawProcess = (target: string, key = 'a.jpg') => {
    const [o, b] = [target, 'photos-out'].map((text) => Buffer.from(text).toString('base64url'));
    const body = `x-oss-process=${style}|sys/saveas,o_${o},b_${b}`;
    return oss.wire({
      method: 'POST',
      path: `/photos/${key}?x-oss-process`,
      key,
      queries: { 'x-oss-process': null },
      body,
    });
  };
  return { ...oss, rawProcess, photos: client, faults, time, kills, process, derivative };
}

/** All bytes that come back, as latin1. */
function rawAnswer(port: number, request: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries({ host: '127.0.0.1', connection: 'close', ...headers });
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      socket.write(`${request} HTTP/1.1\r\n${head}\r\n`);
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

const colour = async (image: Buffer | undefined): Promise<number[]> =>
  image === undefined
    ? []
    : [...(await sharp(image).resize(1, 1).raw().toBuffer())].map((value) => Math.round(value / 64));

test('a status, with its usual code or another', async () => {
  const { photos, faults, rawProcess } = await broken([
    'process:503/CpuLimitExceeded',
    'head:500',
    'put:403',
    'get:418/Teapot',
  ]);
  const throttled = await rawProcess('x.jpg');
  expect([throttled.status, codeOf(throttled)]).toEqual([503, 'CpuLimitExceeded']);
  expect(throttled.headers['x-oss-ec']).toBe('0004-00000801');
  await expect(photos.head('a.jpg')).rejects.toMatchObject({ status: 500, code: 'InternalError' });
  await expect(photos.put('b', Buffer.from('x'))).rejects.toMatchObject({ status: 403, code: 'AccessDenied' });
  await expect(photos.get('a.jpg')).rejects.toMatchObject({ status: 418, code: 'Teapot' });
  await photos.delete('a.jpg');
  expect(faults.counts()).toEqual({
    'process:503/CpuLimitExceeded': 1,
    'head:500': 1,
    'put:403': 1,
    'get:418/Teapot': 1,
  });
});

test('an expired token', async () => {
  const { photos } = await broken(['any:expired']);
  const seen = { status: 403, code: 'SecurityTokenExpired', ecCode: '0002-00000007' };
  await expect(photos.listV2({})).rejects.toMatchObject(seen);
});

test('a clock that is ahead: it says so, and takes what is signed by it', async () => {
  const { wire, faults } = await broken(['any:skew/20m:1']);
  for (const method of ['GET', 'HEAD']) {
    const refused = await wire({ method, path: '/photos/a.jpg', key: 'a.jpg' });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'RequestTimeTooSkewed']);
    const ahead = Date.parse(refused.headers.date ?? '') - Date.now();
    expect(Math.abs(ahead - 20 * 60_000)).toBeLessThan(60_000);
  }
  faults.enable(false);
  const corrected = { path: '/photos/a.jpg', key: 'a.jpg', at: Date.now() + 20 * 60_000 };
  expect((await wire(corrected)).status).toBe(200);
  const tooFar = await wire({ ...corrected, at: Date.now() + 36 * 60_000 });
  expect(codeOf(tooFar)).toBe('RequestTimeTooSkewed');
});

test('a reset connection, the work done or not', async () => {
  const { process, derivative, faults } = await broken(['process:reset']);
  const done = new Set<boolean>();
  for (let n = 0; n < 12; n++) {
    await expect(process(`${n}.jpg`)).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|ResponseError/),
    });
    done.add((await derivative(`${n}.jpg`)) !== undefined);
  }
  expect(done).toEqual(new Set([true, false]));
  expect(faults.counts()).toEqual({ 'process:reset': 12 });
});

test('an answer that ends too soon', async () => {
  const { wire, photos, process, derivative, faults } = await broken(['any:truncate']);
  await expect(wire({ path: '/photos/a.jpg', key: 'a.jpg' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  await expect(process()).rejects.toBeDefined();
  expect(await derivative()).toBeDefined();
  expect(faults.counts()).toEqual({ 'any:truncate': 2 });
  // Answers without a body cannot end too soon.
  expect((await photos.put('b', Buffer.from('x'))).res.status).toBe(200);
  expect((await photos.head('b')).res.status).toBe(200);
  expect(faults.counts()).toEqual({ 'any:truncate': 2 });
});

test('a 200 that says nothing, and one that says something else, the work done or not', async () => {
  const { rawProcess, derivative } = await broken(['process:empty:0.5', 'process:wrong-json']);
  const seen = new Set<string>();
  for (let n = 0; n < 24; n++) {
    const { status, text } = await rawProcess(`${n}.jpg`);
    seen.add(`${status} ${text} ${(await derivative(`${n}.jpg`)) === undefined ? 'not done' : 'done'}`);
  }
  const wrong = '{"object":"a.jpg","status":"Failed"}';
  expect([...seen].sort()).toEqual(['200  done', '200  not done', `200 ${wrong} done`, `200 ${wrong} not done`]);
});

test('a slow answer comes after its time, for what is there then', async () => {
  const { process, derivative, time, photos, faults } = await broken(['process:slow/20s']);
  const answer = process();
  await until(() => time.waiting() === 1);
  expect(faults.pending()).toBe(1);
  await photos.put('a.jpg', await jpeg('#00f'));
  await time.pass(19_999);
  expect(await derivative()).toBeUndefined();
  await time.pass(1);
  expect((await answer).res.status).toBe(200);
  expect(await colour(await derivative())).toEqual([0, 0, 4]);
});

test('a stall ends the connection after its time, and nothing is done', async () => {
  const { process, derivative, time, faults } = await broken(['process:stall/30s']);
  const answer = process().catch((error: unknown) => error);
  await until(() => time.waiting() === 1);
  await time.pass(30_000);
  expect(await answer).toBeInstanceOf(Error);
  await faults.idle();
  expect(await derivative()).toBeUndefined();
});

test('a client that leaves ends its stall', async () => {
  const { port, time, faults } = await broken(['get:stall/1h']);
  const gone = new AbortController();
  const url = `http://127.0.0.1:${port}/photos/a.jpg`;
  const answer = fetch(url, { signal: gone.signal }).catch((error: Error) => error.name);
  await until(() => time.waiting() === 1);
  gone.abort();
  expect(await answer).toBe('AbortError');
  await faults.idle();
  expect(time.waiting()).toBe(0);
});

test('late: the bytes of then are processed, the client is dropped, the write and its event come when their time has', async () => {
  const { process, derivative, time, photos, events, faults } = await broken(['process:late/20s']);
  await expect(process()).rejects.toBeInstanceOf(Error);
  await photos.put('a.jpg', await jpeg('#00f'));
  events.length = 0;
  expect(await derivative()).toBeUndefined();
  expect([faults.pending(), faults.counts()]).toEqual([1, { 'process:late/20s': 1 }]);
  faults.enable(false);
  const newer = await process();
  expect(newer.res.status).toBe(200);
  expect(await colour(await derivative())).toEqual([0, 0, 4]);
  await time.pass(20_000);
  await faults.idle();
  expect(await colour(await derivative())).toEqual([4, 0, 0]);
  expect(events.map(({ eventName, oss: { bucket, object } }) => [eventName, bucket.name, object.key])).toEqual([
    ['ObjectCreated:PutObject', 'photos-out', 'a.out.jpg'],
    ['ObjectCreated:PutObject', 'photos-out', 'a.out.jpg'],
  ]);
});

test('late puts and deletes, many objects of one request together', async () => {
  const { photos, time, faults, wire } = await broken(['put:late/5s', 'delete:late/5s']);
  await expect(photos.put('b', Buffer.from('late'))).rejects.toBeInstanceOf(Error);
  const there = async (key: string) => (await wire({ path: `/photos/${key}`, key })).status === 200;
  expect(await there('b')).toBe(false);
  await time.pass(5_000);
  await faults.idle();
  expect(await there('b')).toBe(true);
  await expect(photos.deleteMulti(['a.jpg', 'b'])).rejects.toBeInstanceOf(Error);
  expect([await there('a.jpg'), await there('b')]).toEqual([true, true]);
  await time.pass(5_000);
  await faults.idle();
  expect([await there('a.jpg'), await there('b')]).toEqual([false, false]);
  expect(faults.counts()).toEqual({ 'put:late/5s': 1, 'delete:late/5s': 1 });
});

test('what is refused before it writes is refused, not late', async () => {
  const { rawProcess, faults } = await broken(['process:late/20s']);
  expect(codeOf(await rawProcess('x.jpg', 'none.jpg'))).toBe('NoSuchKey');
  expect([faults.pending(), faults.counts()]).toEqual([0, { 'process:late/20s': 0 }]);
});

test('closing gives late writes up', async () => {
  const { process, derivative, faults } = await broken(['process:late/20s']);
  await expect(process()).rejects.toBeInstanceOf(Error);
  faults.close();
  await faults.idle();
  expect(await derivative()).toBeUndefined();
});

test('an outage lasts from its start to its end, before all other faults', async () => {
  let now = Date.now();
  const { photos } = await broken(['any:500', 'any:outage/30s@10s', 'head:404'], { now: () => now });
  const at = async (seconds: number) => {
    now += seconds * 1_000;
    return photos.list({}, {}).then(
      () => 200,
      ({ status }: OssClientError) => status,
    );
  };
  expect([await at(0), await at(9.999), await at(0.001), await at(29.999), await at(0.001)]).toEqual([
    500, 500, 503, 503, 500,
  ]);
});

test('throttling lets so many calls through in each second of the clock, and counts those of its target only', async () => {
  let now = Date.UTC(2026, 10, 29) + 400;
  const texts = ['process:throttle/2', 'head:throttle/1:0.5', 'list:404'];
  const { photos, process, rawProcess, derivative, faults } = await broken(texts, { now: () => now });
  const statuses = async (calls: number) => {
    const found: number[] = [];
    for (let n = 0; n < calls; n++) found.push((await rawProcess('x.jpg')).status);
    return found;
  };
  expect(await statuses(3)).toEqual([200, 200, 503]);
  await photos.head('a.jpg');
  now += 599;
  const refused = await rawProcess('late.jpg');
  expect([refused.status, codeOf(refused), refused.headers['x-oss-ec']]).toEqual([
    503,
    'CpuLimitExceeded',
    '0004-00000801',
  ]);
  expect(await derivative('late.jpg')).toBeUndefined();
  now += 1;
  // Calls that are refused do not count, and what was left of a second is lost.
  expect(await statuses(4)).toEqual([200, 200, 503, 503]);
  now += 5_000;
  expect(await statuses(3)).toEqual([200, 200, 503]);
  await process().catch(() => undefined);
  expect(faults.counts()['process:throttle/2']).toBe(6);
  let heads = 0;
  for (let n = 0; n < 21; n++) {
    await photos.head('a.jpg').catch(({ code }: OssClientError) => {
      expect(code).toBe('TotalQpsLimitExceeded');
      heads += 1;
    });
  }
  expect(faults.counts()['head:throttle/1:0.5']).toBe(heads);
  expect(heads).toBeGreaterThan(4);
  expect(heads).toBeLessThan(20);
});

test('instances are killed before, amid or after the work, and nobody is answered', async () => {
  const { process, derivative, kills, faults, photos } = await broken(['instance:kill']);
  const done = new Set<boolean>();
  for (let n = 0; n < 12; n++) {
    await expect(process(`${n}.jpg`)).rejects.toBeInstanceOf(Error);
    await faults.idle();
    done.add((await derivative(`${n}.jpg`)) !== undefined);
  }
  expect(done).toEqual(new Set([true, false]));
  expect(kills).toEqual(new Array(12).fill('a.jpg'));
  await expect(photos.head('a.jpg')).rejects.toBeInstanceOf(Error);
  // No instance asked.
  await expect(photos.put('by-hand.jpg', await jpeg('#0f0'))).resolves.toMatchObject({ res: { status: 200 } });
  expect(faults.counts()).toEqual({ 'instance:kill': 13 });
});

/** GETs of `a.jpg`, processed by a style. */
const processedGet = ({ wire }: Pick<Awaited<ReturnType<typeof broken>>, 'wire'>, process: string) =>
  wire({ path: `/photos/a.jpg?x-oss-process=${process}`, key: 'a.jpg', queries: { 'x-oss-process': process } });

test('an answer that is longer than it says', async () => {
  const { port, faults } = await broken(['get:grow']);
  const whole = signedHeaders({ path: '/photos/a.jpg', key: 'a.jpg' });
  const raw = await rawAnswer(port, 'GET /photos/a.jpg', whole);
  const [head = '', body = ''] = raw.split('\r\n\r\n', 2);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  expect(raw.length - head.length - 4 - length).toBe(100);
  expect(body.length).toBeGreaterThan(100);
  expect(faults.counts()).toEqual({ 'get:grow': 1 });
});

test('an answer whose end is that of the connection, whole or not', async () => {
  const { wire, faults } = await broken(['get:unframed']);
  const lengths = new Set<number>();
  for (let n = 0; n < 8; n++) {
    const answer = await wire({ path: '/photos/a.jpg', key: 'a.jpg' });
    expect(answer.headers).not.toHaveProperty('content-length');
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
    expect(answer.headers.connection).toBe('close');
    lengths.add(answer.body.length);
  }
  const whole = (await jpeg('#f00')).length;
  expect(Math.max(...lengths)).toBe(whole);
  expect(lengths.size).toBeGreaterThan(2);
  expect(faults.counts()).toEqual({ 'get:unframed': 8 });
});

test('a body that is damaged on its way: only a Content-MD5 tells', async () => {
  const { wire, derivative, faults } = await broken(['put:corrupt']);
  const put = (headers: Record<string, string>) =>
    wire({ method: 'PUT', path: '/photos-out/b', bucket: 'photos-out', key: 'b', headers, body: 'hello world' });
  const refused = await put({ 'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==' });
  expect([refused.status, codeOf(refused), await derivative('b')]).toEqual([400, 'InvalidDigest', undefined]);
  expect((await put({})).status).toBe(200);
  const stored = [...((await derivative('b')) ?? [])];
  expect(stored.filter((byte, at) => byte !== 'hello world'.charCodeAt(at))).toHaveLength(1);
  expect(faults.counts()).toEqual({ 'put:corrupt': 2 });
});

test('relay: what the function gets processed and stores as a picture, and nothing else', async () => {
  const texts = ['relay:503/CpuLimitExceeded'];
  const { photos, wire, kills, faults } = await broken(texts);
  const put = (contentType: string, key = 'b') =>
    wire({ method: 'PUT', path: `/photos/${key}`, key, headers: { 'content-type': contentType }, body: 'x' });
  expect((await put('application/json')).status).toBe(200);
  expect((await put('image/webp')).status).toBe(503);
  // No instance asked.
  expect((await put('image/webp', 'by-hand.webp')).status).toBe(200);
  expect((await photos.get('a.jpg')).res.status).toBe(200);
  expect((await photos.head('a.jpg')).res.headers).toBeDefined();
  expect((await processedGet({ wire }, style)).status).toBe(503);
  expect(kills).toEqual([]);
  expect(faults.counts()).toEqual({ 'relay:503/CpuLimitExceeded': 2 });
});

test('two outputs of one source suffer different faults', async () => {
  const { wire, faults } = await broken(['get:503:0.5']);
  const statuses = async (width: number) => {
    const found: number[] = [];
    for (let n = 0; n < 12; n++) found.push((await processedGet({ wire }, `image/resize,w_${width}`)).status);
    return found;
  };
  const [one, other] = [await statuses(10), await statuses(11)];
  expect(one).not.toEqual(other);
  expect(faults.counts()['get:503:0.5']).toBe([...one, ...other].filter((status) => status === 503).length);
});

test('a call suffers the first fault that is drawn, and only one', async () => {
  const { photos, faults } = await broken(['head:404:0', 'head:500:0.5', 'head:503']);
  const statuses: number[] = [];
  for (let n = 0; n < 20; n++) {
    await photos.head('a.jpg').catch(({ status }: OssClientError) => statuses.push(status));
  }
  expect(new Set(statuses)).toEqual(new Set([500, 503]));
  const five = statuses.filter((status) => status === 500).length;
  expect(faults.counts()).toEqual({ 'head:404:0': 0, 'head:500:0.5': five, 'head:503': 20 - five });
});
