import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createConnection, type WireRequest } from '../../src/oss/connection.js';
import { OssError } from '../../src/oss/error.js';
import { inPieces } from './in-pieces.js';
import { listen, listenRaw, noWholeAnswer } from './stub.js';

const call = { method: 'GET', path: '/', headers: {}, timeout: 60_000, maxBytes: 1_000 } as const;

async function failureOf(promise: Promise<unknown>): Promise<OssError> {
  const error = await promise.then(
    () => new Error('did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof OssError) return error;
  throw error;
}

test('puts path, headers and body onto the wire byte for byte, and adds nothing but host, connection and length', async () => {
  let wire = '';
  await using server = await listenRaw((socket, received) => {
    if (!received.endsWith('{body}')) return;
    wire = received;
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\nok');
  });
  const connection = createConnection();
  const answer = await connection.send({
    ...call,
    origin: server.origin,
    method: 'POST',
    path: '/a/../%2e%2E//b%20c\\?x-oss-process',
    headers: { 'x-oss-date': 'D', authorization: 'A' },
    body: '{body}',
  });
  expect(wire).toBe(
    `POST /a/../%2e%2E//b%20c\\?x-oss-process HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\nconnection: keep-alive\r\n` +
      'x-oss-date: D\r\nauthorization: A\r\ncontent-length: 6\r\n\r\n{body}',
  );
  expect(answer).toMatchObject({ status: 200, headers: { 'x-a': ['1', '2'] }, body: Buffer.from('ok') });
  await connection.close();
});

test('a hundred HEADs use one connection', async () => {
  await using server = await listen((response) => response.setHeader('content-length', '12345').end());
  const connection = createConnection();
  for (let n = 0; n < 100; n += 1) await connection.send({ ...call, origin: server.origin, method: 'HEAD' });
  expect([server.asked.length, server.connections()]).toEqual([100, 1]);
  await connection.close();
});

test('follows no redirect and unpacks no body', async () => {
  const packed = Buffer.from('1f8b0800', 'hex');
  await using server = await listen((response) =>
    response.writeHead(302, { location: '/elsewhere', 'content-encoding': 'gzip' }).end(packed),
  );
  const connection = createConnection();
  const answer = await connection.send({ ...call, origin: server.origin });
  expect(answer).toMatchObject({ status: 302, body: packed });
  expect(server.asked.length).toBe(1);
  await connection.close();
});

test('skips informational answers', async () => {
  await using server = await listenRaw((socket) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const connection = createConnection();
  expect(await connection.send({ ...call, origin: server.origin })).toMatchObject({
    status: 200,
    body: Buffer.from('ok'),
  });
  await connection.close();
});

test.each([0, 1, 999, 1_000, 1_001, 5_000_000])('keeps at most maxBytes of a body of %i bytes', async (size) => {
  await using server = await listen((response) => response.end(Buffer.alloc(size, 'x')));
  const connection = createConnection();
  const answer = await connection.send({ ...call, origin: server.origin });
  expect(answer.body.equals(Buffer.alloc(Math.min(size, 1_000), 'x'))).toBe(true);
  expect(answer.truncated).toBe(size > 1_000 ? true : undefined);
  // The connection, or a new one, goes on working.
  expect((await connection.send({ ...call, origin: server.origin })).status).toBe(200);
  await connection.close();
});

describe('no whole answer', () => {
  test.each(noWholeAnswer)('%s', async (_, code, misbehave) => {
    await using server = await listenRaw(misbehave);
    const connection = createConnection();
    const request: WireRequest = { ...call, origin: server.origin, method: 'POST', body: 'b' };
    const error = await failureOf(connection.send(request));
    expect(error).toMatchObject({ kind: 'transient', code, status: undefined, confirmed: false });
    expect(error.cause).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 9 })).not.toContain('topsecret');
    await connection.close();
  });

  test('nobody listens: nothing left, so nothing can be written later', async () => {
    const server = await listen(() => {});
    await server[Symbol.asyncDispose]();
    const connection = createConnection();
    const error = await failureOf(connection.send({ ...call, origin: server.origin }));
    expect(error).toMatchObject({ kind: 'transient', code: 'ECONNREFUSED', confirmed: true });
    await connection.close();
  });

  // These wait for a second each, at the same time.
  test.concurrent('the answer takes too long', async () => {
    await using server = await listen(() => {});
    const connection = createConnection();
    const error = await failureOf(connection.send({ ...call, origin: server.origin, timeout: 1_000 }));
    expect(error).toMatchObject({ kind: 'transient', code: 'Timeout', confirmed: false });
    await connection.close();
  });

  test.concurrent('the body stalls, byte by byte: the time is for the whole call', async () => {
    await using server = await listen((response) => {
      response.writeHead(200, { 'content-length': '100000' });
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const connection = createConnection();
    const error = await failureOf(connection.send({ ...call, origin: server.origin, timeout: 1_000 }));
    expect(error).toMatchObject({ kind: 'transient', code: 'Timeout', confirmed: false });
    await connection.close();
  });

  test.concurrent('TLS is never answered: the connection times out, and nothing has left', async () => {
    await using server = await listenRaw(() => {});
    const connection = createConnection({ connectTimeout: 50 });
    const error = await failureOf(connection.send({ ...call, origin: `https://127.0.0.1:${server.port}` }));
    expect(error).toMatchObject({ kind: 'transient', code: 'UND_ERR_CONNECT_TIMEOUT', confirmed: true });
    await connection.close();
  });

  test('the time is up while it still connects: nothing has left', async () => {
    await using server = await listenRaw(() => {});
    const connection = createConnection({ connectTimeout: 60_000 });
    const error = await failureOf(
      connection.send({ ...call, origin: `https://127.0.0.1:${server.port}`, timeout: 50 }),
    );
    expect(error).toMatchObject({ kind: 'transient', code: 'Timeout', confirmed: true });
    await connection.close();
  });
});

test('a mistake of ours stays one', async () => {
  const connection = createConnection();
  const wrong = { ...call, origin: 'http://127.0.0.1:9', headers: { 'bad header': 'x' } };
  await expect(connection.send(wrong)).rejects.toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
  await connection.close();
});

describe('a body that is taken as it comes', () => {
  const whole = Buffer.alloc(3_000_000, 'abc');
  const get = { ...call, maxBytes: 10 };

  test('arrives in order, and the rest only when it is asked for', async () => {
    await using server = await listen((response) => response.writeHead(200, { 'x-a': '1' }).end(whole));
    const connection = createConnection();
    const got: Buffer[] = [];
    let pauses = 0;
    const answer = await connection.send({
      ...get,
      origin: server.origin,
      receive({ status, headers }, flow) {
        expect([status, headers['x-a'], headers['connection']]).toEqual([200, '1', 'keep-alive']);
        const rest = () => {
          flow.pause();
          pauses += 1;
          const had = got.length;
          setTimeout(() => {
            expect(got.length).toBe(had);
            flow.resume();
          }, 5);
        };
        rest();
        return (chunk) => {
          got.push(chunk);
          if (got.length % 10 === 0) rest();
        };
      },
    });
    expect(Buffer.concat(got).equals(whole)).toBe(true);
    expect(pauses).toBeGreaterThan(2);
    expect({ body: answer.body.length, truncated: answer.truncated }).toEqual({ body: 0, truncated: undefined });
    // The connection is as good as new.
    expect((await connection.send({ ...get, origin: server.origin })).status).toBe(200);
    await connection.close();
  });

  test('is kept as any other where it is not taken', async () => {
    await using server = await listen((response) => response.end('kept'));
    const connection = createConnection();
    const answer = await connection.send({ ...get, origin: server.origin, receive: () => undefined });
    expect(answer.body.toString()).toBe('kept');
    await connection.close();
  });

  test.each([
    ['reset', (socket: Socket) => socket.resetAndDestroy(), /^(?:ECONNRESET|UND_ERR_SOCKET)$/],
    ['closed', (socket: Socket) => socket.end(), /^UND_ERR_SOCKET$/],
    ['stalled', () => undefined, /^Timeout$/],
  ])('that is %s while it is held back is an error', async (_, end, code) => {
    await using server = await listenRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: keep-alive\r\n\r\nhalf');
      setTimeout(() => end(socket), 20);
    });
    const connection = createConnection();
    const error = await failureOf(
      connection.send({
        ...get,
        origin: server.origin,
        timeout: 500,
        receive: (_answer, flow) => {
          flow.pause();
          setTimeout(() => flow.resume(), 200);
          return () => undefined;
        },
      }),
    );
    expect(error.code).toMatch(code);
    await connection.close();
  });

  test.each([
    [
      'an error of OSS',
      new OssError({ message: 'm', code: 'Mine', kind: 'permanent' }),
      { code: 'Mine', message: 'm' },
    ],
    ['one of the disk', Object.assign(new Error('full'), { code: 'ENOSPC' }), { code: 'ENOSPC', kind: 'transient' }],
  ])('ends the exchange with what taking it throws: %s', async (_, thrown, expected) => {
    await using server = await listen((response) => response.end(whole));
    const connection = createConnection();
    const fail = () => {
      throw thrown;
    };
    for (const receive of [fail, () => fail]) {
      const error = await failureOf(connection.send({ ...get, origin: server.origin, receive }));
      expect(error).toMatchObject(expected);
    }
    expect((await connection.send({ ...get, origin: server.origin })).truncated).toBe(true);
    await connection.close();
  });
});

describe('a body that is sent in pieces', () => inPieces(() => createConnection));

describe('refresh', () => {
  test.each([
    ['used a moment ago', 3_000, 1],
    ['unused for longer', 3_001, 2],
    ['the clock was set back', -1, 2],
  ])('%s: %i ms on, %i connections', async (_, later, connections) => {
    await using server = await listen((response) => response.end());
    let at = 1_000_000;
    const connection = createConnection({ now: () => at });
    await connection.send({ ...call, origin: server.origin });
    at += later;
    connection.refresh(at);
    await connection.send({ ...call, origin: server.origin });
    expect(server.connections()).toBe(connections);
    await connection.close();
  });

  test('leaves a call in flight alone', async () => {
    let answer = () => {};
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await using server = await listen((response, _, nth) => {
      if (nth === 2) response.end('second');
      else answer = () => response.end('late');
      arrive();
    });
    let at = 0;
    const connection = createConnection({ now: () => at });
    const first = connection.send({ ...call, origin: server.origin });
    await arrived;
    at = 60_000;
    connection.refresh(at);
    expect((await connection.send({ ...call, origin: server.origin })).body.toString()).toBe('second');
    answer();
    expect((await first).body.toString()).toBe('late');
    await connection.close();
  });
});

test('keeps the connections of 32 origins: of one more, those of the origin longest unused are closed', async () => {
  const servers = await Promise.all(Array.from({ length: 33 }, () => listen((response) => response.end())));
  let at = 0;
  const connection = createConnection({
    now: () => {
      at += 1;
      return at;
    },
  });
  const visit = async (n: number) => {
    const server = servers[n];
    if (server === undefined) throw new Error(`no server ${n}`);
    await connection.send({ ...call, origin: server.origin });
    return server.connections();
  };
  for (let n = 0; n < 33; n += 1) expect(await visit(n)).toBe(1);
  expect(await visit(32)).toBe(1);
  expect(await visit(1)).toBe(1);
  expect(await visit(0)).toBe(2);
  await connection.close();
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
});

test('calls at once have a connection each, later ones use them again', async () => {
  await using server = await listen((response) => setTimeout(() => response.end(), 20));
  const connection = createConnection();
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(Array.from({ length: 5 }, () => connection.send({ ...call, origin: server.origin })));
  }
  expect([server.asked.length, server.connections()]).toEqual([20, 5]);
  await connection.close();
});
