// A real HTTP server on a free port that answers as a test tells it and keeps what it was asked.
import { Buffer } from 'node:buffer';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
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

export async function listen(reply: Reply): Promise<Stub> {
  const asked: Asked[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    asked.push(one);
    reply(response, one, asked.length);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
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
