// One signed request to Function Compute 3.0 and its whole answer. @alicloud/fc2 makes the headers and the FC
// signature, which FC 3.0 does not document; where the service refuses it, the one that it documents is used from then
// on (acs3.ts). The request itself is sent here, because fc2's own loses what FC 3.0 answers: its errors know
// `ErrorCode` but not `Code`, so code, message and request id are lost (fc2 2.6.6, lib/client.js, `request`); a JSON
// result is parsed and cannot be given back byte for byte; and HTML with a JSON content type ends in a SyntaxError.
import { type Connection, createConnection, type WireAnswer } from '../oss/connection.js';
import { wireQuery } from '../oss/endpoint.js';
import { OssError } from '../oss/error.js';
import { redact } from '../oss/redact.js';
import { jsonObjectIn } from '../terminal/text.js';
import { signAcs3 } from './acs3.js';
import { FunctionComputeError } from './error.js';
import { apiVersion, type Fc2Options, fc2Client, signFc2 } from './fc2-signature.js';

export interface TransportOptions extends Fc2Options {
  /** Prints a line: that the service refuses fc2's signature, and takes the other. */
  readonly note: (line: string) => void;
}

export interface Call {
  /** The operation's name, such as InvokeFunction. */
  readonly action: string;
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

/** A function's result is 32 MB at most; with the log tail it stays below this. */
const maxAnswerBytes = 33 * 1024 * 1024;

export function createTransport(options: TransportOptions, connection: Connection = createConnection()): Send {
  const { credentials, note } = options;
  const client = fc2Client(options);
  const { origin, host } = new URL(client.endpoint);
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? '', credentials.accessKeyId];
  let signature: Signature = 'fc2';

  async function attempt(call: Call, by: Signature): Promise<WireAnswer | FunctionComputeError> {
    const { action, method, query = {}, timeout, body } = call;
    const path = `/${apiVersion}${call.path}`;
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const type = bytes === body ? 'application/octet-stream' : 'application/json';
    const given = bytes === undefined ? { ...call.headers } : { ...call.headers, 'content-type': type };
    const headers =
      by === 'fc2'
        ? signFc2(client, method, path, given, bytes)
        : signAcs3(
            { method, path, query, headers: { accept: 'application/json', ...given, host }, body: bytes },
            { action, version: apiVersion },
            credentials,
            Date.now(),
          );
    let answer: WireAnswer;
    try {
      answer = await connection.send({
        origin,
        method,
        path: path + wireQuery(Object.entries(query)),
        headers: bytes === undefined ? headers : { ...headers, 'content-length': String(bytes.length) },
        body: bytes,
        timeout,
        maxBytes: maxAnswerBytes,
      });
    } catch (error) {
      if (!(error instanceof OssError)) throw error;
      const message = `${error.message} (${method} ${path})`;
      return new FunctionComputeError(message, { code: error.code, cause: error });
    }
    if (answer.truncated) return unexpected(answer, `an answer of more than ${maxAnswerBytes} bytes`);
    if (answer.status >= 200 && answer.status < 300) return answer;
    return refusal(answer, [...secrets, headers['authorization']?.split(/:|Signature=/)[1] ?? '']);
  }

  return async (call) => {
    let answer = await attempt(call, signature);
    if (signature === 'fc2' && refusesSignature(answer)) {
      const { code } = answer;
      answer = await attempt(call, 'acs3');
      if (signature === 'fc2' && takesSignature(answer)) {
        signature = 'acs3';
        note(`note: Function Compute refuses the signature of @alicloud/fc2 (${code}) and takes ACS3-HMAC-SHA256`);
      }
    }
    if (answer instanceof FunctionComputeError) throw answer;
    return answer;
  };
}

type Signature = 'fc2' | 'acs3';

/**
 * Whether the service has refused a request for how it is signed, and so has not run it. FC's own codes, and those of
 * the gateway before Alibaba Cloud's other services; a signature of another form is an InvalidArgument.
 * https://www.alibabacloud.com/help/en/functioncompute/error-codes https://help.aliyun.com/document_detail/48054.html
 */
function refusesSignature(answer: WireAnswer | FunctionComputeError): answer is FunctionComputeError {
  if (!(answer instanceof FunctionComputeError)) return false;
  return (
    answer.status === 401 || /^(Signature\w*Match|IncompleteSignature|InvalidArgument|Missing\w+)$/.test(answer.code)
  );
}

/** Whether the service has looked at what a request asks for, whatever it says to that. */
function takesSignature(answer: WireAnswer | FunctionComputeError): boolean {
  if (!(answer instanceof FunctionComputeError)) return true;
  return answer.status !== undefined && answer.code !== 'UnexpectedAnswer' && !refusesSignature(answer);
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
