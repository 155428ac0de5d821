// The program of the stub: an OSS that has everything done at once. A process request is answered as saved, a HEAD with
// the ETag and the time that the event has too. It signs and checks nothing, so that the contestants wait for little.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { source } from '../contestants/upload.js';
import { type FromStub, type StubCounts, type StubSetup, type ToStub, tlsVariables } from './messages.js';

type Kind = keyof StubCounts['requests'];

let setup: StubSetup = { delays: { process: 0, head: 0 } };
let requests: Record<Kind, number> = { process: 0, head: 0, get: 0, other: 0 };
let answered = 0;
/** With what each socket had read and written when counting began. */
const sockets = new Map<Socket, { readonly read: number; readonly written: number }>();
let closed = { received: 0, sent: 0 };
let connections = 0;

const listener: RequestListener = (request, response) => {
  const kind = kindOf(request);
  requests[kind] += 1;
  answered += 1;
  let body = '';
  request.setEncoding('latin1').on('data', (text) => (body += text));
  request.on('end', () => {
    const delay = kind === 'process' || kind === 'head' ? setup.delays[kind] : 0;
    if (delay === 0) answer(kind, body, response);
    else setTimeout(answer, delay, kind, body, response);
  });
};

function kindOf({ method, url = '' }: IncomingMessage): Kind {
  if (method === 'POST' && url.includes('x-oss-process')) return 'process';
  if (method === 'HEAD') return 'head';
  return method === 'GET' ? 'get' : 'other';
}

function answer(kind: Kind, body: string, response: ServerResponse): void {
  response.setHeader('server', 'AliyunOSS');
  response.setHeader('x-oss-request-id', answered.toString(16).toUpperCase().padStart(24, '5C3D9175B6FC201293AD'));
  response.setHeader('x-oss-server-time', '17');
  if (kind === 'process') {
    const text = saved(body);
    response.setHeader('content-type', 'application/json').setHeader('content-length', text.length).end(text);
  } else if (kind === 'head') {
    response.setHeader('content-type', 'image/jpeg');
    response.setHeader('etag', `"${source.etag}"`);
    response.setHeader('last-modified', new Date(source.time).toUTCString());
    response.setHeader('x-oss-object-type', 'Normal');
    response.setHeader('x-oss-storage-class', 'Standard');
    response.setHeader('content-length', source.size).end();
  } else if (kind === 'get' && setup.object !== undefined) {
    response.setHeader('etag', `"${source.etag}"`);
    response.setHeader('content-length', Buffer.byteLength(setup.object)).end(setup.object);
  } else {
    response.statusCode = 501;
    response.end();
  }
}

function saved(body: string): string {
  const [, o = '', b = ''] = /sys\/saveas,o_([\w-]+)=*(?:,b_([\w-]+))?/.exec(decodeURIComponent(body)) ?? [];
  const text = (base64: string): string => Buffer.from(base64, 'base64url').toString();
  return JSON.stringify({ bucket: text(b), fileSize: 3267, object: text(o), status: 'OK' });
}

function watched(server: Server, event: 'connection' | 'secureConnection'): Server {
  return server.on(event, (socket: Socket) => {
    connections += 1;
    sockets.set(socket, { read: 0, written: 0 });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const { received, sent } = since(socket);
      closed = { received: closed.received + received, sent: closed.sent + sent };
      sockets.delete(socket);
    });
  });
}

function since(socket: Socket): { received: number; sent: number } {
  const { read, written } = sockets.get(socket) ?? { read: 0, written: 0 };
  return { received: socket.bytesRead - read, sent: socket.bytesWritten - written };
}

/** Of all sockets. */
function total(): { received: number; sent: number } {
  const open = [...sockets.keys()].map(since);
  return [closed, ...open].reduce((sum, { received, sent }) => ({
    received: sum.received + received,
    sent: sum.sent + sent,
  }));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const say = (message: FromStub): void => void process.send?.(message);

process.on('message', (message: ToStub) => {
  if (message !== 'count') {
    setup = message.setup;
    requests = { process: 0, head: 0, get: 0, other: 0 };
    closed = { received: 0, sent: 0 };
    connections = 0;
    for (const socket of sockets.keys()) sockets.set(socket, { read: socket.bytesRead, written: socket.bytesWritten });
  }
  say({ counts: { requests, ...total(), connections } });
});
process.on('disconnect', () => process.exit(0));

async function main(): Promise<void> {
  const tls = { key: process.env[tlsVariables.key], cert: process.env[tlsVariables.certificate] };
  // Longer than any run, so that no connection is closed between two events.
  const options = { keepAliveTimeout: 600_000 };
  const plain = await listen(watched(createServer(options, listener), 'connection'));
  const secure = await listen(watched(createTlsServer({ ...tls, ...options }, listener), 'secureConnection'));
  say({ address: { http: `http://127.0.0.1:${plain}`, tls: `https://127.0.0.1:${secure}` } });
}

void main();
