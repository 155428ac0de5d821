// One signed request to Function Compute 3.0 and its whole answer. @alicloud/fc2 makes the headers and the FC
// signature; the request itself is sent here, because fc2's own loses what FC 3.0 answers: its errors know `ErrorCode`
// but not `Code`, so code, message and request id are lost (fc2 2.6.6, lib/client.js, `request`); a JSON result is
// parsed and cannot be given back byte for byte; and HTML with a JSON content type ends in a SyntaxError.
import { createHash } from 'node:crypto';
import Client from '@alicloud/fc2';
import { type Connection, createConnection, type WireAnswer } from '../oss/connection.js';
import { OssError } from '../oss/error.js';
import { redact } from '../oss/redact.js';
import type { Credentials } from '../oss/sign.js';
import { jsonObjectIn } from '../terminal/text.js';
import { FunctionComputeError } from './error.js';

export interface TransportOptions {
  readonly accountId: string;
  readonly region: string;
  /** Default `https://ACCOUNT.REGION.fc.aliyuncs.com`. */
  readonly endpoint?: string | undefined;
  readonly credentials: Credentials;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the version, percent-encoded: `/functions/name`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes as they are, or an object as JSON. */
  readonly body?: Buffer | object;
  /** ms, for all of it. */
  readonly timeout: number;
}

/** @throws FunctionComputeError when FC answers anything else than 2xx, or nothing */
export type Send = (call: Call) => Promise<WireAnswer>;

const apiVersion = '2023-03-30';
/** A function's result is 32 MB at most; with the log tail it stays below this. */
const maxAnswerBytes = 33 * 1024 * 1024;

export function createTransport(options: TransportOptions, connection: Connection = createConnection()): Send {
  const { credentials } = options;
  const client = clientOf(options);
  const origin = new URL(client.endpoint).origin;
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? '', credentials.accessKeyId];

  return async ({ method, path, query = {}, headers: given = {}, body, timeout }) => {
    const signedPath = `/${apiVersion}${path}`;
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    // Without the host: fc2 drops its port. The signature does not cover it.
    const { host: _, ...common } = client.buildHeaders();
    const headers: Record<string, string> = { ...common, ...given };
    if (bytes !== undefined) {
      headers['content-type'] = bytes === body ? 'application/octet-stream' : 'application/json';
      // Of the hexadecimal digits, as fc2 has always sent it.
      headers['content-md5'] = Buffer.from(createHash('md5').update(bytes).digest('hex')).toString('base64');
      headers['content-length'] = String(bytes.length);
    }
    const { accessKeyID, accessKeySecret } = client;
    const authorization = Client.getSignature(accessKeyID, accessKeySecret, method, signedPath, headers);
    const search = new URLSearchParams(query).toString();
    let answer: WireAnswer;
    try {
      answer = await connection.send({
        origin,
        method,
        path: search === '' ? signedPath : `${signedPath}?${search}`,
        headers: { ...headers, authorization },
        body: bytes,
        timeout,
        maxBytes: maxAnswerBytes,
      });
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      const message = `${error.message} (${method} ${signedPath})`;
      throw new FunctionComputeError(message, { code: error.code, cause: error });
    }
    if (answer.truncated) throw unexpected(answer, `an answer of more than ${maxAnswerBytes} bytes`);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(answer, [...secrets, authorization.split(':')[1] ?? '']);
  };
}

function clientOf({ accountId, region, endpoint, credentials }: TransportOptions): Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  if (accessKeyId.startsWith('STS') && securityToken === undefined) {
    throw new FunctionComputeError('a temporary access key (STS…) needs its security token', {
      code: 'NoSecurityToken',
    });
  }
  const config = { accessKeyID: accessKeyId, accessKeySecret, region, secure: true, endpoint, securityToken };
  const client = new Client(accountId, config);
  client.version = apiVersion;
  // fc2 keeps it only beside a key id that starts with STS; STS issues others, such as TMP.
  client.securityToken = securityToken;
  return client;
}

/**
 * An error of FC 3.0 is `{RequestId, Code, Message}`; of what a proxy in between answers, only the status is repeated.
 */
function refusal(answer: WireAnswer, secrets: readonly string[]): FunctionComputeError {
  const fields = jsonObjectIn(answer.body.toString('utf8')) ?? {};
  const text = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? redact(value, secrets).slice(0, 1_000) : undefined;
  };
  const code = text('Code') ?? text('ErrorCode');
  if (code === undefined) return unexpected(answer, 'an answer that is no error of Function Compute');
  const message = text('Message') ?? text('ErrorMessage') ?? 'no message';
  const requestId = requestIdOf(answer) ?? text('RequestId');
  const about = requestId === undefined ? '' : `, request ${requestId}`;
  const whole = `${code} (HTTP ${answer.status}${about}): ${message}`;
  return new FunctionComputeError(whole, { code, status: answer.status, requestId });
}

/** The error for an answer that FC would not give. */
export function unexpected(answer: WireAnswer, what: string): FunctionComputeError {
  const requestId = requestIdOf(answer);
  const about = requestId === undefined ? '' : `, request ${requestId}`;
  const message = `HTTP ${answer.status}${about}: ${what}`;
  return new FunctionComputeError(message, { code: 'UnexpectedAnswer', status: answer.status, requestId });
}

/** The body as JSON; undefined when it is none. */
export function jsonOf(answer: WireAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export function requestIdOf(answer: WireAnswer): string | undefined {
  return headerOf(answer, 'x-fc-request-id')?.slice(0, 128);
}

/** A header's only or first value. */
export function headerOf({ headers }: WireAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
