// Random relays against a raw server that cuts, stretches, drops and loses whatever it is told, as often as it is
// asked: what is stored in the end is the whole result, or nothing, and the outcome says what may still be stored.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { createOss } from '../../src/oss/client.js';
import { createConnection } from '../../src/oss/connection.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { OssError } from '../../src/oss/error.js';
import { room } from '../../src/oss/relay/body.js';
import { stubCredentials } from '../oss/stub.js';
import type { Target } from './target.js';

/** What the server does with one GET. `cut`: after so many bytes of the answer. */
interface Get {
  readonly framing: 'length' | 'chunked' | 'none';
  /** Announced beyond what there is. */
  readonly more: number;
  readonly keepAlive: boolean;
  readonly status: 200 | 404 | 412 | 503;
  readonly cut?: { readonly at: number; readonly reset: boolean } | undefined;
}

/** What the server does with one PUT. `cut`: after so many bytes of the body. */
interface Put {
  readonly status: 200 | 403 | 503;
  readonly answer: 'whole' | 'none' | 'early';
  readonly cut?: number | undefined;
  /** A byte of the body changes on its way. */
  readonly changed: boolean;
}

export interface Schedule {
  readonly size: number;
  readonly gets: readonly Get[];
  readonly puts: readonly Put[];
  /** Bytes of the room that others have at first. */
  readonly crowd: number;
}

export interface RelayOutcome {
  readonly saved: boolean;
  readonly confirmed: boolean;
  readonly code: string;
  /** What the server has stored. */
  readonly stored: readonly Buffer[];
  /** PUTs that began to arrive, or may have, and were not answered. */
  readonly unanswered: number;
  readonly asked: readonly string[];
}

export const relays: Target = {
  name: 'relays',
  checks: {
    'what is stored is whole, and the outcome says what may still be stored': () =>
      fc.asyncProperty(schedule(), async (one) => {
        const { saved, confirmed, stored, unanswered, asked } = await outcomeOf(one);
        const story = asked.join(', ');
        const isWhole = (body: Buffer) => lengthsOf(one).includes(body.length) && body.equals(pictureOf(body.length));
        if (!stored.every(isWhole)) throw new Error(`stored something else: ${story}`);
        if (saved && stored.length === 0) throw new Error(`saved, and nothing is stored: ${story}`);
        if (confirmed && unanswered > 0) throw new Error(`confirmed, after ${story}`);
        // A connection that ends in disorder may take a PUT with it that has not even arrived.
        if (!confirmed && unanswered === 0 && one.gets.every(isOrderly))
          throw new Error(`not confirmed, after ${story}`);
        if (room.taken !== 0) throw new Error(`${room.taken} bytes of the room are left behind: ${story}`);
      }),
  },
};

export function schedule(): fc.Arbitrary<Schedule> {
  const often = <T>(value: T, other: fc.Arbitrary<T>) => fc.oneof({ arbitrary: fc.constant(value), weight: 3 }, other);
  const size = fc.oneof(fc.nat(20), fc.nat(4_000), fc.nat(900_000));
  const place = fc.oneof(fc.nat(300), fc.nat(4_000), fc.nat(900_000));
  const get = fc.record({
    framing: often<Get['framing']>('length', fc.constantFrom('chunked', 'none')),
    more: often(0, fc.integer({ min: -3, max: 3 })),
    keepAlive: often(true, fc.boolean()),
    status: often<Get['status']>(200, fc.constantFrom(404, 412, 503)),
    cut: often<Get['cut']>(undefined, fc.record({ at: place, reset: fc.boolean() })),
  });
  const put = fc.record({
    status: often<Put['status']>(200, fc.constantFrom(403, 503)),
    answer: often<Put['answer']>('whole', fc.constantFrom('none', 'early')),
    cut: often<number | undefined>(undefined, place),
    changed: often(false, fc.boolean()),
  });
  const crowd = often(0, fc.constantFrom(1, 23_000_000, 23_986_176));
  return fc.record({
    size,
    gets: fc.array(get, { minLength: 1, maxLength: 4 }),
    puts: fc.array(put, { minLength: 1, maxLength: 3 }),
    crowd,
  });
}

function isOrderly({ framing, more, keepAlive, cut }: Get): boolean {
  return framing !== 'none' && more === 0 && keepAlive && cut === undefined;
}

/** How long a whole result is: what is announced, where that is less than what comes. */
function lengthsOf({ size, gets }: Schedule): number[] {
  return gets.map(({ framing, more }) => (framing === 'length' ? Math.max(0, size + Math.min(0, more)) : size));
}

const pictures = Buffer.alloc(900_000);
for (let at = 0; at < pictures.length; at += 4) pictures.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);

function pictureOf(size: number): Buffer {
  return pictures.subarray(0, size);
}

const ids = 'x-oss-request-id: REQ1\r\n';
const errorOf = (code: string) => `<Error><Code>${code}</Code><Message>m</Message><RequestId>REQ1</RequestId></Error>`;
const codes = { 403: 'AccessDenied', 404: 'NoSuchKey', 412: 'PreconditionFailed', 503: 'ServiceUnavailable' } as const;

function answerOf(status: number, body = ''): string {
  return `HTTP/1.1 ${status} X\r\n${ids}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** One relay, and what the server made of it. */
export async function outcomeOf({ size, gets, puts, crowd }: Schedule): Promise<RelayOutcome> {
  const picture = pictureOf(size);
  const stored: Buffer[] = [];
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  let unanswered = 0;
  let nthGet = 0;
  let nthPut = 0;

  function answerGet(socket: Socket): void {
    const { framing, more, keepAlive, status, cut } = gets[Math.min(nthGet++, gets.length - 1)] as Get;
    asked.push(`GET ${status} ${framing} ${more} ${cut?.at}`);
    let wire = Buffer.from(answerOf(status, status === 200 ? '' : errorOf(codes[status])));
    if (status === 200) {
      const connection = keepAlive ? 'Connection: keep-alive\r\n' : 'Connection: close\r\n';
      const announced = Math.max(0, size + more);
      const frame = {
        length: `Content-Length: ${announced}\r\n`,
        chunked: 'Transfer-Encoding: chunked\r\n',
        none: '',
      }[framing];
      const head = `HTTP/1.1 200 OK\r\n${ids}Content-Type: image/png\r\n${connection}${frame}\r\n`;
      const chunk = size === 0 ? '' : `${size.toString(16)}\r\n`;
      const body = framing === 'chunked' ? [chunk, picture, size === 0 ? '' : '\r\n', '0\r\n\r\n'] : [picture];
      wire = Buffer.concat([head, ...body].map((part) => Buffer.from(part)));
    }
    const isCut = cut !== undefined && cut.at < wire.length;
    socket.write(isCut ? wire.subarray(0, cut.at) : wire, () => {
      // What is not announced as it is, and what has no end, would never be over.
      if (isCut && cut.reset) socket.resetAndDestroy();
      else if (isCut || !keepAlive || framing === 'none' || (framing === 'length' && more !== 0)) socket.end();
    });
  }

  /** Gives back how much of what has arrived it is done with. */
  function answerPut(socket: Socket, head: string, body: Buffer, begin: () => Put): number {
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    const { status, answer, cut, changed } = begin();
    if (cut !== undefined && cut <= body.length && cut < length) {
      unanswered += 1;
      socket.resetAndDestroy();
      return Number.POSITIVE_INFINITY;
    }
    if (answer === 'early' && status !== 200) {
      socket.end(answerOf(status, errorOf(codes[status])));
      return Number.POSITIVE_INFINITY;
    }
    if (body.length < length) return 0;
    const arrived = Buffer.from(body.subarray(0, length));
    if (changed) arrived[length >> 1] = ~(arrived[length >> 1] ?? 0);
    const md5 = createHash('md5').update(arrived).digest('base64');
    const isWell = head.includes(`content-md5: ${md5}\r\n`);
    if (status === 200 && isWell) stored.push(arrived);
    if (answer === 'none') {
      unanswered += 1;
      socket.resetAndDestroy();
      return Number.POSITIVE_INFINITY;
    }
    const refused =
      status === 200 ? answerOf(400, errorOf('InvalidDigest')) : answerOf(status, errorOf(codes[status as 403]));
    socket.write(status === 200 && isWell ? answerOf(200) : refused);
    return length;
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    let received: Buffer = Buffer.alloc(0);
    let put: Put | undefined;
    const begin = () => {
      if (put === undefined) {
        put = puts[Math.min(nthPut++, puts.length - 1)] as Put;
        asked.push(`PUT ${put.status} ${put.answer} ${put.cut}`);
      }
      return put;
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const end = received.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = received.subarray(0, end + 2).toString('latin1');
        let used = 0;
        if (head.startsWith('PUT')) {
          used = answerPut(socket, head, received.subarray(end + 4), begin);
          if (used === 0) return;
          put = undefined;
        } else if (head.startsWith('HEAD')) {
          asked.push('HEAD');
          const seen = 'ETag: "AB12"\r\nLast-Modified: Fri, 24 Feb 2012 06:07:48 GMT\r\n';
          socket.write(`HTTP/1.1 200 OK\r\n${ids}${seen}Content-Length: 9\r\n\r\n`);
        } else answerGet(socket);
        received = received.subarray(Math.min(received.length, end + 4 + used));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const others = crowd === 0 ? undefined : room.enter(crowd, true);
  const connection = createConnection();
  const oss = createOss({
    endpoint: resolveEndpoint({
      region: 'cn-hangzhou',
      override: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    }),
    region: 'cn-hangzhou',
    credentials: stubCredentials,
    connection,
    deadline: Date.now() + 60_000,
    sleep: async () => undefined,
  });
  const leaves = setTimeout(() => others?.leave(), 3);
  try {
    const done = await oss
      .relayObject({
        bucket: 'photos',
        key: 'a',
        style: 'image/flip',
        target: { bucket: 'out', key: 'b' },
        relay: { headers: [], tags: [] },
        value: () => undefined,
        etag: 'AB12',
      })
      .catch((error: unknown) => {
        if (error instanceof OssError) return error;
        throw error;
      });
    const { confirmed } = done;
    return done instanceof OssError
      ? { saved: false, confirmed, code: done.code, stored, unanswered, asked }
      : { saved: true, confirmed, code: 'OK', stored, unanswered, asked };
  } finally {
    clearTimeout(leaves);
    others?.leave();
    await connection.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
