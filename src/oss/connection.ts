// HTTP/1.1 to OSS over undici's client: one request in, one whole answer out, within a time and a number of bytes.
import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import Client from 'undici/lib/dispatcher/client.js';
import { OssError } from './error.js';

export interface WireRequest {
  /** Scheme, host, port. */
  readonly origin: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query exactly as they go onto the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces are sent as the network takes them; their sum is then in the header `content-length`. */
  readonly body?: Buffer | string | Iterable<Buffer> | undefined;
  /** From connecting to the last byte, ms. */
  readonly timeout: number;
  /** How many bytes of the answer's body are kept at most. */
  readonly maxBytes: number;
  /** Undefined for a body that is kept: see `maxBytes`. What it throws ends the exchange. */
  readonly receive?: ((answer: WireAnswer, flow: Flow) => ((chunk: Buffer) => void) | undefined) | undefined;
}

/** Holds back the body of an answer that the server sends with `Connection: keep-alive`, and lets it come again. */
export interface Flow {
  readonly pause: () => void;
  readonly resume: () => void;
}

export interface WireAnswer {
  readonly status: number;
  /** Names are lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The body was longer than `maxBytes`. */
  readonly truncated?: true;
}

export interface Connection {
  /** @throws OssError kind `transient`, without a status, when there is no whole answer (a redirect is an answer) */
  readonly send: (request: WireRequest) => Promise<WireAnswer>;
  /** Call it when an invocation begins, `at` (epoch ms): it closes sockets that may have died in a frozen instance. */
  readonly refresh: (at: number) => void;
  /** Closes the idle sockets at once, and each of the others when its call ends. */
  readonly close: () => Promise<void>;
}

/**
 * The clients of one origin, each of which is one connection. `idle`: those without a call, the one used last at the
 * end.
 */
interface Origin {
  readonly idle: Dispatcher[];
  lastUsed: number;
  retired: boolean;
}

// A frozen instance sees no FIN and no RST: a request on a socket that died meanwhile would hang until its time-out.
const idleLimit = 3_000;
const originsKept = 32;

/**
 * The connections of a process. `now` is the wall clock, in ms: a timer does not see that the instance was frozen.
 *
 * Not undici's Pool: it takes a client for busy until the next turn of the event loop, so that a call made right after
 * another (POST, then HEAD) opens a second connection, with a TLS handshake of its own.
 */
export function createConnection({
  now = Date.now,
  connectTimeout = 3_000,
}: {
  now?: () => number;
  connectTimeout?: number;
} = {}): Connection {
  const origins = new Map<string, Origin>();

  function retire(name: string, origin: Origin): Promise<unknown> {
    origins.delete(name);
    origin.retired = true;
    return Promise.all(origin.idle.splice(0).map((client) => client.close()));
  }

  function originOf(name: string): Origin {
    const known = origins.get(name);
    if (known !== undefined) return known;
    if (origins.size >= originsKept) {
      const [oldest] = [...origins].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
      if (oldest !== undefined) void retire(...oldest);
    }
    const origin: Origin = { idle: [], lastUsed: now(), retired: false };
    origins.set(name, origin);
    return origin;
  }

  return {
    // Inside the promise, so that whatever is thrown rejects it.
    send: (request) =>
      new Promise((resolve, reject) => {
        const origin = originOf(request.origin);
        const client = origin.idle.pop() ?? new Client(request.origin, { connect: { timeout: connectTimeout } });
        origin.lastUsed = now();
        exchange(client, request, (error, answer) => {
          origin.lastUsed = now();
          const whole = answer !== undefined && answer.truncated === undefined;
          if (whole && !origin.retired) origin.idle.push(client);
          // Not at once: undici is in the middle of telling how the exchange ended.
          else queueMicrotask(() => void (whole ? client.close() : client.destroy()));
          if (answer === undefined) reject(error);
          else resolve(answer);
        });
      }),
    refresh(at) {
      for (const [name, origin] of origins) {
        // Where the clock was set back, nobody knows how much time passed.
        if (at - origin.lastUsed > idleLimit || at < origin.lastUsed) void retire(name, origin);
      }
    },
    async close() {
      await Promise.all([...origins].map((origin) => retire(...origin)));
    },
  };
}

/**
 * Sends one request and calls `done` once, with an error or with the answer. By `dispatch` with a handler, not by
 * `request`, which would make a stream for a body of a few hundred bytes.
 */
function exchange(client: Dispatcher, request: WireRequest, done: (error: unknown, answer?: WireAnswer) => void): void {
  let sent = false;
  let status = 0;
  let headers: WireAnswer['headers'] = {};
  let take: ((chunk: Buffer) => void) | undefined;
  const chunks: Buffer[] = [];
  let room = request.maxBytes;
  let settled = false;

  const settle = (error: unknown, answer?: WireAnswer) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    done(answer === undefined ? failure(error, request, sent) : undefined, answer);
  };
  const timer = setTimeout(() => {
    settle(Object.assign(new Error(`no answer within ${request.timeout} ms`), { code: 'Timeout' }));
  }, request.timeout);

  client.dispatch(
    {
      method: request.method,
      path: request.path,
      headers: request.headers,
      // Of what it takes, its types leave out the iterables.
      body: (request.body ?? null) as Buffer | string | null,
      // undici gives up the connection after a HEAD unless told otherwise.
      reset: false,
      // The one timer above bounds the whole call.
      headersTimeout: 0,
      bodyTimeout: 0,
    },
    {
      onRequestStart() {
        sent = true;
      },
      onResponseStart(flow, statusCode, received) {
        status = statusCode;
        headers = received;
        take = request.receive?.({ status, headers, body: empty }, flow);
      },
      onResponseData(_, chunk) {
        if (settled) return;
        if (take !== undefined) {
          take(chunk);
          return;
        }
        chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        room -= chunk.length;
        if (room < 0) settle(undefined, { status, headers, body: joined(chunks), truncated: true });
      },
      onResponseEnd() {
        settle(undefined, { status, headers, body: joined(chunks) });
      },
      onResponseError(_, error) {
        settle(error);
      },
    },
  );
}

/** Most bodies are one chunk, or none. */
function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length > 1 ? Buffer.concat(chunks) : (chunks[0] ?? empty);
}

const empty = Buffer.alloc(0);

/**
 * Programming errors stay as they are; any other error is a failure of the network. After the request was sent, undici
 * asserts what an answer holds, such as a status of 100 at least.
 */
function failure(error: unknown, request: WireRequest, sent: boolean): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return error;
  if (error instanceof OssError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const asserted = mistakes.has(code);
  if (asserted && !sent) return error;
  // undici's parser error holds the bytes that it could not parse, and OSS's errors echo signatures.
  if ('data' in error) error.data = undefined;
  return new OssError({
    message: `${request.method} ${request.origin}: ${asserted ? 'the answer cannot be read' : error.message || code}`,
    code,
    kind: 'transient',
    confirmed: !sent,
    cause: error,
  });
}

const mistakes = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'ERR_ASSERTION']);
