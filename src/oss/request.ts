// A call to OSS from its request to its value: what every call of the client is made of.
import { answerError } from './answer.js';
import type { Connection, WireAnswer, WireRequest } from './connection.js';
import { type Address, addressOf, type Endpoint, wireQuery } from './endpoint.js';
import { notSent, OssError, withHistory } from './error.js';
import { type Gate, openGate } from './limit.js';
import { areUnlikeIds, hasIdOfOss, withoutEcho } from './redact.js';
import { afterFailure, noTries, tellsOfClock, waitAfter } from './retry.js';
import { type Credentials, createSigner } from './sign.js';

export interface OssOptions {
  readonly endpoint: Endpoint;
  readonly region: string;
  readonly credentials: Credentials;
  readonly connection: Connection;
  /** Epoch ms: no request goes on beyond it. */
  readonly deadline: number;
  /** Limits the calls that run at a time, with all their attempts. */
  readonly gate?: Gate;
  /** A call that OSS throttles fails at once, so that its caller can slow down; else it waits for its turn. */
  readonly failsThrottled?: boolean;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface OssRequest {
  readonly bucket: string;
  /** Without one, the request is for the bucket itself. */
  readonly key?: string;
  readonly method: WireRequest['method'];
  readonly query?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** See `WireRequest`. */
  readonly body?: WireRequest['body'];
  /** ms */
  readonly timeout: number;
  readonly maxBytes?: number;
  /** See `WireRequest`; for an answer of 2xx. */
  readonly receive?: WireRequest['receive'];
  /** A status that is an answer too, besides 2xx. Any other is an error. */
  readonly accept?: number;
}

/** The attempt that was answered. */
export interface Attempt {
  /** Which one of the call it is, from 1. */
  readonly nth: number;
  /** OSS answered all before it; false: it may still carry out one that it did not answer. */
  readonly confirmed: boolean;
  /** ms */
  readonly took: number;
}

/** What a call does besides sending its request. */
export interface Answering<T> {
  /** The value that an answer gives. An OssError that it throws is a failure of the attempt. */
  readonly read: (answer: WireAnswer, attempt: Attempt) => T | Promise<T>;
  /**
   * What comes of a call that is not sent again: a value, or 'again', which begins all attempts anew. By default the
   * error is thrown.
   */
  readonly fail?: (error: OssError) => T | 'again' | Promise<T | 'again'>;
  /** The call is made within another one, and at its place in the gate. */
  readonly within?: true;
}

export interface Calls {
  /**
   * A request, sent again as retry.ts allows.
   * @throws OssError with the number of attempts, and whether all were answered
   */
  readonly call: <T>(request: OssRequest, reading: Answering<T>) => Promise<T>;
  /** The same for an attempt that takes several requests, which are sent by `once`. */
  readonly repeat: <T>(
    attempt: (which: Omit<Attempt, 'took'>) => Promise<T>,
    ending: Omit<Answering<T>, 'read'>,
  ) => Promise<T>;
  /** A request that is sent once, within a call. */
  readonly once: (request: OssRequest) => Promise<WireAnswer>;
}

const answerBytes = 65_536;

export function createCalls(options: OssOptions): Calls {
  const { endpoint, region, credentials, connection, deadline, gate = openGate } = options;
  const { failsThrottled = false, now = Date.now, random = Math.random, sleep = sleepWell } = options;
  const sign = createSigner(credentials, { region });
  const unlikeIds = areUnlikeIds(credentials);
  /** OSS's clock minus ours, ms; set once. */
  let skew: number | undefined;

  const call: Calls['call'] = async (request, { read, ...ending }) => {
    const address = addressOf(endpoint, request.bucket, request.key);
    return repeat(async (which) => {
      const began = now();
      const answer = await exchanged(request, address, began);
      return read(answer, { ...which, took: now() - began });
    }, ending);
  };

  const repeat: Calls['repeat'] = async (attempt, { fail, within }) => {
    const place = within ? openGate : gate;
    const free = place.enter();
    if (free !== undefined) await free;
    try {
      let tries = noTries;
      refuseLate();
      for (;;) {
        try {
          return await attempt({ nth: tries.attempts + 1, confirmed: tries.confirmed });
        } catch (error) {
          if (!(error instanceof OssError)) throw error;
          tries = afterFailure(tries, error);
          const final = failsThrottled && error.throttled;
          const wait = final ? undefined : waitAfter(error, tries, deadline - now(), random);
          if (wait === undefined) {
            const last = withHistory(error, tries.attempts, tries.confirmed);
            if (fail === undefined) throw last;
            const value = await fail(last);
            if (value !== 'again') return value;
            tries = { ...noTries, attempts: tries.attempts, confirmed: tries.confirmed };
            refuseLate(tries);
          } else if (tellsOfClock(error)) {
            skew ??= (error.serverTime ?? 0) - now();
          } else {
            await sleep(wait);
          }
        }
      }
    } finally {
      place.leave();
    }
  };

  /** Nothing is begun after the deadline. */
  function refuseLate({ attempts, confirmed } = noTries): void {
    if (now() < deadline) return;
    throw withHistory(notSent('transient', 'DeadlineExceeded', 'no time was left to call OSS'), attempts, confirmed);
  }

  async function once(request: OssRequest): Promise<WireAnswer> {
    refuseLate();
    return exchanged(request, addressOf(endpoint, request.bucket, request.key), now());
  }

  async function exchanged(request: OssRequest, address: Address, time: number): Promise<WireAnswer> {
    const wire = wireOf(request, address, time);
    return checked(await connection.send(wire), wire, request.accept);
  }

  function wireOf(request: OssRequest, { origin, path, uri }: Address, time: number): WireRequest {
    const { method, query, receive } = request;
    const headers = sign({ method, uri, query, headers: request.headers }, time + (skew ?? 0));
    return {
      origin,
      method,
      path: query === undefined ? path : path + wireQuery(query),
      headers,
      body: request.body,
      timeout: Math.max(1, Math.min(request.timeout, deadline - time)),
      // An error's body is read whole, however small the object may be.
      maxBytes: Math.max(request.maxBytes ?? 0, answerBytes),
      receive:
        receive && ((answer, flow) => (isWell(answer) ? receive(checked(answer, { headers }), flow) : undefined)),
    };
  }

  /** @throws OssError for an answer that is an error */
  function checked(answer: WireAnswer, { headers }: Pick<WireRequest, 'headers'>, accept?: number): WireAnswer {
    const succeeded = isWell(answer) || answer.status === accept;
    if (succeeded && unlikeIds && hasIdOfOss(answer)) return answer;
    const { accessKeyId, accessKeySecret, securityToken = '' } = credentials;
    const signature = headers['authorization']?.split('Signature=')[1] ?? '';
    const secrets = [accessKeySecret, securityToken, accessKeyId, signature];
    if (!succeeded) throw answerError(answer, secrets, now());
    return withoutEcho(answer, secrets);
  }

  return { call, repeat, once };
}

function isWell({ status }: WireAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Waits, in ms. */
export function sleepWell(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
