// What a body in pieces does on its way: by undici as it is, and as it is bundled, with a writer of our own.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { createConnection } from '../../src/oss/connection.js';
import { listenRaw } from './stub.js';

const call = { path: '/', headers: {}, timeout: 60_000, maxBytes: 1_000 } as const;
const pieceBytes = 200_000;

/** Its pieces differ. `taken`: so many; `left`: whoever sends it asks for no more. */
function bodyOf(count: number, fails = false) {
  const state = { taken: 0, left: false };
  function* pieces(): Generator<Buffer> {
    try {
      for (; state.taken < count; state.taken += 1) yield Buffer.alloc(pieceBytes, state.taken);
      if (fails) throw Object.assign(new Error('bad disk'), { code: 'EIO' });
    } finally {
      state.left = true;
    }
  }
  return { state, body: pieces(), method: 'PUT', headers: { 'content-length': String(count * pieceBytes) } } as const;
}

async function serve(listener: RequestListener) {
  const sockets = new Set<Socket>();
  const server = createServer(listener).on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** @param connect called in each test */
export function inPieces(connect: () => typeof createConnection): void {
  test.each([1, 2, 50])('of %i, it goes as it would go whole, and its connection is used again', async (count) => {
    await using server = await serve(async (request, response) => {
      const hash = createHash('md5');
      for await (const chunk of request) hash.update(chunk);
      response.end(`${request.rawHeaders.join(' ')} ${hash.digest('hex')}`);
    });
    const { host, sockets } = server;
    const connection = connect()();
    const { body: _, ...put } = bodyOf(count);
    const whole = createHash('md5');
    for (const piece of bodyOf(count).body) whole.update(piece);
    const expected = `host ${host} connection keep-alive content-length ${count * pieceBytes} ${whole.digest('hex')}`;
    for (let nth = 0; nth < 3; nth += 1) {
      const answer = await connection.send({ ...call, ...put, origin: `http://${host}`, body: bodyOf(count).body });
      expect(answer.body.toString()).toBe(expected);
    }
    expect(sockets.size).toBe(1);
    await connection.close();
  });

  test('it goes as fast as it is taken', async () => {
    const { state, ...put } = bodyOf(200);
    let most = 0;
    let arrived = 0;
    await using server = await serve((request, response) => {
      setTimeout(() => {
        most = state.taken;
        request.on('data', ({ length }: Buffer) => {
          arrived += length;
        });
        request.on('end', () => response.end());
      }, 100);
    });
    const connection = connect()();
    expect((await connection.send({ ...call, ...put, origin: `http://${server.host}` })).status).toBe(200);
    expect([state.taken, arrived]).toEqual([200, 200 * pieceBytes]);
    // What the sockets of this machine hold is all that goes before it is read.
    expect(most).toBeLessThan(100);
    await connection.close();
  });

  test('an answer before its end is an answer, no more of it is asked for, and the next call is well', async () => {
    const answered = new Set<Socket>();
    await using server = await listenRaw((socket, received) => {
      if (answered.has(socket)) return;
      answered.add(socket);
      const status = received.startsWith('PUT') ? '403 Forbidden' : '200 OK';
      socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\n${status.slice(-2)}`);
    });
    const connection = connect()();
    const { state, ...put } = bodyOf(200);
    const answer = await connection.send({ ...call, ...put, origin: server.origin });
    expect([answer.status, answer.body.toString()]).toEqual([403, 'en']);
    const next = await connection.send({ ...call, method: 'GET', origin: server.origin, timeout: 5_000 });
    expect(next.body.toString()).toBe('OK');
    expect(state.left).toBe(true);
    expect(state.taken).toBeLessThan(200);
    await connection.close();
  });

  const never = () => undefined;
  test.each([
    ['the server is gone', (socket: Socket) => socket.resetAndDestroy(), 200, /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/],
    ['the server ends', (socket: Socket) => socket.end(), 200, /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/],
    ['the answer is none', (socket: Socket) => socket.write('Signature\r\n\r\n'), 200, /^HTTPParserError$|^HPE_/],
    ['the next piece cannot be read', never, 1, /^EIO$/],
    ['it is never read', (socket: Socket) => socket.pause(), 200, /^Timeout$/],
  ])('%s: no answer, it may have arrived, and no more of it is asked for', async (_, behave, count, code) => {
    await using server = await listenRaw(behave);
    const connection = connect()();
    const { state, ...put } = bodyOf(count, true);
    const error: unknown = await connection
      .send({ ...call, ...put, origin: server.origin, timeout: 500 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'OssError',
      kind: 'transient',
      confirmed: false,
      code: expect.stringMatching(code),
    });
    await expect.poll(() => state.left).toBe(true);
    await connection.close();
  });
}
