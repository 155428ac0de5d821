// HTTP/1.1 to OSS over undici's pools: one request in, one whole answer out, within a time and a number of bytes.
import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import { type Answer, OssError } from './error.js';

export type WireRequest = {
  /** Scheme, host, port. */
  readonly origin: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query exactly as they go onto the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string | undefined;
  /** For all of it, from connecting to the last byte, ms. */
  readonly timeout: number;
  /** Bytes of the answer's body kept at most. */
  readonly maxBytes: number;
};

/** `truncated`: the body was longer than `maxBytes`. */
export type WireAnswer = Answer & { readonly truncated?: true };

export type Connection = {
  /** @throws OssError kind `transient`, without a status, when there is no whole answer; a redirect is one */
  readonly send: (request: WireRequest) => Promise<WireAnswer>;
  /** To be called as an invocation begins, `at` (epoch ms): drops the sockets that may have died in a frozen instance. */
  readonly refresh: (at: number) => void;
  /** Closes all pools once their calls have ended. */
  readonly close: () => Promise<void>;
};

type Entry = { readonly pool: Dispatcher; lastUsed: number };

// A frozen instance sees no FIN and no RST: a request on a socket that died meanwhile would hang until its time-out.
const IDLE_LIMIT = 3_000;
const POOLS_KEPT = 32;

/** The connections of a process. `now` is the wall clock, in ms: a timer does not see that the instance was frozen. */
export function createConnection({
  now = Date.now,
  connectTimeout = 3_000,
}: {
  now?: () => number;
  connectTimeout?: number;
} = {}): Connection {
  const pools = new Map<string, Entry>();
  const retire = (origin: string, { pool }: Entry) => {
    pools.delete(origin);
    return pool.close(); // waits for the calls in flight
  };

  function poolFor(origin: string): Entry {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    if (pools.size >= POOLS_KEPT) {
      const [idlest] = [...pools].sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
      if (idlest !== undefined) void retire(...idlest);
    }
    const entry = { pool: new Pool(origin, { connect: { timeout: connectTimeout } }), lastUsed: now() };
    pools.set(origin, entry);
    return entry;
  }

  return {
    async send(request) {
      const entry = poolFor(request.origin);
      entry.lastUsed = now();
      try {
        return await exchange(entry.pool, request);
      } finally {
        entry.lastUsed = now();
      }
    },
    refresh(at) {
      for (const [origin, entry] of pools) {
        // A clock set back tells nothing about the time that passed.
        if (at - entry.lastUsed > IDLE_LIMIT || at < entry.lastUsed) void retire(origin, entry);
      }
    },
    async close() {
      await Promise.all([...pools].map((entry) => retire(...entry)));
    },
  };
}

/** `dispatch` with a handler rather than `request`: no stream is made for a body of a few hundred bytes. */
function exchange(pool: Dispatcher, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: Answer['headers'] = {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    let settled = false;

    const settle = (end: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      end();
    };
    const fail = (error: unknown) => settle(() => reject(failure(error, request, controller !== undefined)));
    const timer = setTimeout(() => {
      fail(Object.assign(new Error(`no answer within ${request.timeout} ms`), { code: 'Timeout' }));
      controller?.abort(new Error('timeout'));
    }, request.timeout);

    pool.dispatch(
      {
        origin: request.origin,
        method: request.method,
        path: request.path,
        headers: { ...request.headers },
        body: request.body ?? null,
        // undici gives up the connection after a HEAD unless told otherwise.
        reset: false,
        // The one timer above bounds the whole call.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (settled) started.abort(new Error('timeout'));
        },
        onResponseStart(_, statusCode, received) {
          status = statusCode;
          headers = received;
        },
        onResponseData(_, chunk) {
          if (settled) return;
          const room = request.maxBytes - bytes;
          bytes += chunk.length;
          chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
          if (chunk.length <= room) return;
          settle(() => resolve({ status, headers, body: Buffer.concat(chunks), truncated: true }));
          controller?.abort(new Error('body too long'));
        },
        onResponseEnd() {
          settle(() => resolve({ status, headers, body: Buffer.concat(chunks) }));
        },
        onResponseError(_, error) {
          fail(error);
        },
      },
    );
  });
}

/** Programming errors stay what they are; all else is a network that failed. */
function failure(error: unknown, request: WireRequest, sent: boolean): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '' || code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED' || code === 'ERR_ASSERTION') {
    return error;
  }
  // undici's parser error carries the bytes it stumbled over, and OSS's errors echo signatures.
  if ('data' in error) error.data = undefined;
  return new OssError({
    message: `${request.method} ${request.origin}: ${error.message || code}`,
    code,
    kind: 'transient',
    answered: !sent,
    cause: error,
  });
}
