// The server that stands for OSS: real HTTP on a free port. It hands over every request as lines of text.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from './clock.js';
import type { Asked, Oss } from './oss.js';

export interface Stub {
  readonly port: number;
  /** From now on this OSS answers, and connections are counted anew. */
  readonly begin: (oss: Oss) => void;
  /** A digest of what the lines leave out: signatures and the times they were made. */
  readonly signatures: () => string;
}

/** How long OSS takes, ms. */
const takes: Readonly<Record<string, number>> = { HEAD: 7, POST: 83, PUT: 13, GET: 11, DELETE: 17 };

/** In the digest instead: different in each request, they would make the recording three times as large. */
const left = new Set(['date', 'authorization', 'x-oss-date']);

export async function startStub(clock: Clock, record: (line: string) => void): Promise<Stub> {
  let oss: Oss | undefined;
  let requests = 0;
  let connections: Socket[] = [];
  let signed = createHash('sha256');

  function writeDown({ rawHeaders, method, url, socket }: IncomingMessage, body: string): void {
    if (!connections.includes(socket)) connections.push(socket);
    record(`${method} ${url} on connection ${connections.indexOf(socket) + 1}`);
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const line = `${rawHeaders[at]}: ${rawHeaders[at + 1]}`;
      if (left.has(rawHeaders[at]?.toLowerCase() ?? '')) signed.update(`${line}\n`);
      else record(`  ${line}`);
    }
    if (body !== '') record(`  ${body}`);
  }

  // A time-out of the server's would go by the machine's time.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text));
    request.on('end', () => {
      writeDown(request, body);
      requests += 1;
      clock.advance(takes[request.method ?? ''] ?? 0);
      const answer = oss?.answer(askedOf(request, body), clock.now()) ?? 'reset';
      if (answer === 'silent') {
        clock.hold();
      } else if (answer === 'reset') {
        request.socket.resetAndDestroy();
      } else {
        const date = new Date(clock.now()).toUTCString();
        const id = `5C3D9175B6FC2012${String(requests).padStart(8, '0')}`;
        const named = answer.anonymous ? {} : { 'x-oss-request-id': id };
        response.sendDate = false;
        response.writeHead(answer.status ?? 200, { date, ...named, ...answer.headers });
        response.end(request.method === 'HEAD' ? undefined : answer.body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // So that the process ends, rather than waits for ever, when the function waits for what never comes.
  server.unref().on('connection', (socket) => socket.unref());
  return {
    port: (server.address() as AddressInfo).port,
    begin(next) {
      [oss, requests, connections, signed] = [next, 0, [], createHash('sha256')];
    },
    signatures: () => signed.copy().digest('hex').slice(0, 12),
  };
}

/** The bucket is in the path, or in the host name before its first dot. */
function askedOf({ method = '', url = '', headers }: IncomingMessage, body: string): Asked {
  const [path = '', query] = url.slice(1).split('?');
  const { host = '', 'if-none-match': ifNoneMatch } = headers;
  const key = decodeURIComponent(path);
  const place = /^(127\.|localhost)/.test(host) ? key : `${host.split('.')[0]}/${key}`;
  return { method, place, query: new URLSearchParams(query), ifNoneMatch, body };
}
