// A real HTTP server on a free port that answers as a test tells it and keeps what it was asked.
import { Buffer } from 'node:buffer';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createOss, type Oss } from '../../src/oss/client.js';
import { type Connection, createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import type { OssOptions } from '../../src/oss/request.js';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (response: ServerResponse, asked: Asked, nth: number) => void;

export type Stub = AsyncDisposable & {
  readonly origin: string;
  readonly port: number;
  readonly asked: Asked[];
  /** TCP connections accepted so far. */
  readonly connections: () => number;
};

/** @param tls key and certificate, PEM, where it is to be https */
export async function listen(reply: Reply, tls?: { readonly key: string; readonly cert: string }): Promise<Stub> {
  const asked: Asked[] = [];
  let connections = 0;
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    asked.push(one);
    reply(response, one, asked.length);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    asked,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A TCP server that hands over whatever arrives, and answers with bytes. */
export async function listenRaw(
  answer: (socket: Socket, received: string) => void,
): Promise<AsyncDisposable & { origin: string; port: number }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    let received = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      answer(socket, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const started = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"status"';

/** How a server fails to answer, with the code of the error that comes of it. */
export const noWholeAnswer: readonly (readonly [
  title: string,
  code: string,
  misbehave: (socket: Socket) => unknown,
])[] = [
  ['reset before the answer', 'ECONNRESET', (socket: Socket) => socket.resetAndDestroy()],
  ['closed before the answer', 'UND_ERR_SOCKET', (socket: Socket) => socket.end()],
  ['closed mid-body', 'UND_ERR_SOCKET', (socket: Socket) => socket.end(started)],
  [
    'closed mid-body, as announced',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    (socket: Socket) => socket.end(started.replace('\r\n', '\r\nConnection: close\r\n')),
  ],
  [
    'closed mid-chunk',
    'UND_ERR_SOCKET',
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"status"'),
  ],
  ['not HTTP', 'HTTPParserError', (socket: Socket) => socket.end('Signature=topsecret\r\n\r\n')],
  ['a status of less than 100', 'ERR_ASSERTION', (socket: Socket) => socket.end('HTTP/1.1 000 X\r\n\r\n')],
  [
    'headers without end',
    'UND_ERR_HEADERS_OVERFLOW',
    (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`),
  ],
];

export const stubCredentials = {
  accessKeyId: 'STS.NTplantedAccessKeyId',
  accessKeySecret: 'plantedSecret0123456789',
  securityToken: 'CAISplanted+token/with&marks==',
};

/** A client of the stub whose sleeps take no time, and are kept. */
export function clientOf(
  stub: { readonly port: number },
  options: Partial<OssOptions> = {},
): AsyncDisposable & { readonly oss: Oss; readonly sleeps: number[]; readonly connection: Connection } {
  const sleeps: number[] = [];
  const connection = createConnection();
  const oss = createOss({
    endpoint: resolveEndpoint({ region: 'cn-hangzhou', override: `http://127.0.0.1:${stub.port}` }),
    region: 'cn-hangzhou',
    credentials: stubCredentials,
    connection,
    deadline: Date.now() + 60_000,
    random: () => 0.5,
    sleep: async (ms) => {
      sleeps.push(ms);
    },
    ...options,
  });
  return { oss, sleeps, connection, [Symbol.asyncDispose]: () => connection.close() };
}
