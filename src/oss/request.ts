// One request to OSS, signed when it is sent (once), and a call of one or more attempts (retried): what every call of
// the client is made of.
import type { Buffer } from 'node:buffer';
import { answerError } from './answer.js';
import type { Connection, WireAnswer, WireRequest } from './connection.js';
import { addressOf, type Endpoint, wireQuery } from './endpoint.js';
import type { OssError } from './error.js';
import { redact } from './redact.js';
import { type Retried, retry } from './retry.js';
import { type Credentials, createSigner } from './sign.js';

export interface OssOptions {
  readonly endpoint: Endpoint;
  readonly region: string;
  readonly credentials: Credentials;
  readonly connection: Connection;
  /** Epoch ms: no request goes on beyond it. */
  readonly deadline: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface OssRequest {
  readonly bucket: string;
  /** Without one, the request is for the bucket itself. */
  readonly key?: string;
  readonly method: WireRequest['method'];
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** ms */
  readonly timeout: number;
  readonly maxBytes?: number;
}

export interface Requester {
  /** One request. Statuses in `accepted`, besides 2xx, are answers too; any other is thrown as an OssError. */
  readonly once: (request: OssRequest, accepted?: readonly number[]) => Promise<WireAnswer>;
  readonly retried: <T>(attempt: () => Promise<T>) => Promise<Retried<T>>;
  readonly now: () => number;
}

const answerBytes = 65_536;

export function createRequester(options: OssOptions): Requester {
  const { endpoint, region, credentials, connection, deadline, now = Date.now, random = Math.random } = options;
  const { sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = options;
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? '', credentials.accessKeyId];
  const sign = createSigner(credentials, { region });
  /** OSS's clock minus ours, ms; set once. */
  let skew: number | undefined;

  async function once(request: OssRequest, accepted: readonly number[] = []): Promise<WireAnswer> {
    const { bucket, key, method, query = [], headers = {}, body } = request;
    const time = now() + (skew ?? 0);
    const { origin, path, uri } = addressOf(endpoint, bucket, key);
    const signed = sign({ method, uri, query, headers }, time);
    const answer = await connection.send({
      origin,
      method,
      path: path + wireQuery(query),
      headers: signed,
      body,
      timeout: Math.max(1, Math.min(request.timeout, deadline - now())),
      // An error's body is read whole, however small the object may be.
      maxBytes: Math.max(request.maxBytes ?? 0, answerBytes),
    });
    const sent = [...secrets, signed['authorization']?.split('Signature=')[1] ?? ''];
    if ((answer.status >= 200 && answer.status < 300) || accepted.includes(answer.status)) {
      return withoutEcho(answer, sent);
    }
    throw answerError(answer, sent, now());
  }

  function correctSkew({ serverTime }: OssError): boolean {
    if (serverTime === undefined) return false;
    skew ??= serverTime - now();
    return true;
  }

  return { once, now, retried: (attempt) => retry(attempt, { deadline, now, random, sleep, correctSkew }) };
}

/** The request id is the one header that is logged: whoever answers must not be able to put a secret there. */
function withoutEcho(answer: WireAnswer, secrets: readonly string[]): WireAnswer {
  const requestId = answer.headers['x-oss-request-id'];
  if (requestId === undefined || redact(String(requestId), secrets) === String(requestId)) return answer;
  return { ...answer, headers: { ...answer.headers, 'x-oss-request-id': undefined } };
}
