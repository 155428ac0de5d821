// What went wrong at OSS: one error class, and the classification of an answer by its HTTP status and Code only.
// EC and Message are for people: OSS changes them without notice (https://help.aliyun.com/document_detail/32005.html).
import { Buffer } from 'node:buffer';
import { redact } from './redact.js';

/**
 * What can become of a failure. `transient`: the same call may work later. `permanent`: these bytes or this request
 * will never work. `setup`: works once someone mends access, a bucket, a style, the account. `gone`: no such source.
 */
export type FailureKind = 'transient' | 'permanent' | 'setup' | 'gone';

export type OssFailure = {
  readonly message: string;
  /** HTTP status; none when there was no HTTP answer. */
  readonly status?: number | undefined;
  /** OSS's Code, or ours: a network error's code, `Timeout`, `DeadlineExceeded`, `UnexpectedResponse`. */
  readonly code: string;
  readonly kind: FailureKind;
  readonly ec?: string | undefined;
  readonly requestId?: string | undefined;
  /** OSS asks for fewer calls; retried without a cap on attempts. */
  readonly throttled?: boolean | undefined;
  /** Default true. False: a request left and no whole answer of OSS came back. */
  readonly answered?: boolean | undefined;
  /** OSS's clock when it answered, epoch ms. */
  readonly serverTime?: number | undefined;
  /** How long OSS asks to wait, ms. */
  readonly retryAfter?: number | undefined;
  readonly attempts?: number | undefined;
  readonly cause?: unknown;
};

/** A call to OSS that did not succeed. Holds no credential, token or signature. */
export class OssError extends Error {
  override readonly name = 'OssError';
  readonly status: number | undefined;
  readonly code: string;
  readonly kind: FailureKind;
  readonly ec: string | undefined;
  readonly requestId: string | undefined;
  readonly throttled: boolean;
  /**
   * False when this call, in any of its attempts, sent a request and got no whole answer: OSS may still carry it out,
   * even after a later attempt was answered. True also when nothing ever left.
   */
  readonly answered: boolean;
  readonly serverTime: number | undefined;
  readonly retryAfter: number | undefined;
  /** Requests sent, or tried to be sent, for the call. */
  readonly attempts: number;

  constructor(failure: OssFailure) {
    super(failure.message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code;
    this.kind = failure.kind;
    this.ec = failure.ec;
    this.requestId = failure.requestId;
    this.throttled = failure.throttled ?? false;
    this.answered = failure.answered ?? true;
    this.serverTime = failure.serverTime;
    this.retryAfter = failure.retryAfter;
    this.attempts = failure.attempts ?? 1;
  }
}

/** The same error, as the end of a call of so many attempts. */
export function withHistory(error: OssError, attempts: number, answered: boolean): OssError {
  if (error.attempts === attempts && error.answered === answered) return error;
  const { message, cause } = error;
  return new OssError({ ...error, message, cause, attempts, answered });
}

/** An answer of OSS, as the connection hands it over. Header names are lower case. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

const TRANSIENT = new Set([
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'InternalError',
  'MirrorFailed',
  'ServiceUnavailable',
  'InvalidSecurityToken',
  'SecurityTokenExpired',
  'AccessKeyIdAndSecurityTokenNotMatch',
]);
const SETUP = new Set([
  'AccessDenied',
  'NoSuchBucket',
  'NoSuchStyle',
  'UserDisable',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'SecondLevelDomainForbidden',
  'PermanentRedirect',
  'TemporaryRedirect',
  'InvalidObjectState', // archived: works once it is restored
  'KeyDisabled', // KMS: https://www.alibabacloud.com/help/en/oss/support/0005-00000215
  'KeyPendingDeletion',
]);
const SETUP_PREFIX = /^(?:InDebt|Kms)/;
// ImageDamage comes with 403, and says that the bytes are no image: https://help.aliyun.com/zh/oss/error-responses
const PERMANENT = new Set(['ImageDamage', 'NotImplemented']);
const GONE = new Set(['NoSuchKey', 'NoSuchFile']);

/**
 * The kind of a failure, by HTTP status and Code. `NoSuchKey` is `gone`: whether it is the source that is missing, and
 * not a watermark image, is for the caller to find out.
 */
export function classify(status: number, code: string): { readonly kind: FailureKind; readonly throttled: boolean } {
  const throttled = status === 429 || (status >= 500 && code.endsWith('LimitExceeded'));
  return { kind: kindOf(status, code), throttled };
}

function kindOf(status: number, code: string): FailureKind {
  if (PERMANENT.has(code) || status === 501) return 'permanent';
  if (TRANSIENT.has(code)) return 'transient';
  if (SETUP.has(code) || SETUP_PREFIX.test(code)) return 'setup';
  if (GONE.has(code)) return 'gone';
  // Without a Code there was no error of OSS's; all that is known is that access was refused.
  if (status === 403 && code === NO_CODE) return 'setup';
  if (status >= 500 || status === 401 || status === 408 || status === 424 || status === 429) return 'transient';
  // A redirect means another endpoint; followed, it would carry the signature to a host that nobody configured.
  if (status >= 300 && status < 400) return 'setup';
  return 'permanent';
}

/** Code of an answer that is no error of OSS's. */
export const NO_CODE = 'BadErrorResponse';

/** The first value of a header (lower-case name). */
export function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const REQUEST_ID = /^[\w-]{1,63}$/;

/** The request id of an answer, if it has one that looks like one. */
export function requestIdOf(answer: Answer): string | undefined {
  return shaped(header(answer, 'x-oss-request-id'), REQUEST_ID);
}

/**
 * The error that an answer other than 2xx stands for. `secrets` are cut out of whatever OSS or a proxy echoes.
 * `now` (epoch ms) serves only to read a Retry-After that is a date.
 */
export function answerError(answer: Answer, secrets: readonly string[], now: number): OssError {
  const found = errorBody(answer);
  const clean = (text: string | undefined) => (text === undefined ? undefined : redact(text, secrets));
  const code = shaped(clean(found.code), /^[A-Za-z][\w.\- ]{0,63}$/) ?? NO_CODE;
  const requestId = shaped(clean(header(answer, 'x-oss-request-id') ?? found.requestId), REQUEST_ID);
  const message = clean(found.message)?.replace(/\s+/g, ' ').slice(0, 512) || 'no message';
  const { kind, throttled } = classify(answer.status, code);
  return new OssError({
    message: `${code} (HTTP ${answer.status}): ${message}`,
    status: answer.status,
    code,
    kind,
    throttled,
    ec: shaped(clean(header(answer, 'x-oss-ec') ?? found.ec), /^[\w-]{1,32}$/),
    requestId,
    // A 5xx without a request id was written by a proxy: what OSS does with the request, it does not know either.
    answered: answer.status < 500 || requestId !== undefined,
    serverTime: httpDate(header(answer, 'date')),
    retryAfter: retryAfterOf(answer, now),
  });
}

type ErrorBody = { code?: string | undefined; message?: string | undefined; requestId?: string; ec?: string };

/**
 * Code, Message, RequestId and EC, and nothing else: SignatureDoesNotMatch echoes the string to sign, with the token.
 * XML, either JSON form, XML in `x-oss-err` when the body is empty; any other text becomes the message, cut short.
 */
function errorBody(answer: Answer): ErrorBody {
  const text = answer.body.subarray(0, 65_536).toString('utf8').trim();
  if (text === '') {
    const encoded = header(answer, 'x-oss-err');
    const xml = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
    return xml === '' ? { message: 'no error body' } : xmlError(xml);
  }
  if (text.startsWith('{')) return jsonError(answer, text) ?? { message: `not an OSS error: ${text}` };
  const error = xmlError(text);
  return error.code === undefined ? { message: `not an OSS error: ${text}` } : error;
}

function xmlError(xml: string): ErrorBody {
  const root = xml.indexOf('<Error>');
  if (root === -1) return { message: `not an OSS error: ${xml}` };
  const found: ErrorBody = {};
  const read = (tag: string) => element(xml, tag, root);
  const [code, message, requestId, ec] = [read('Code'), read('Message'), read('RequestId'), read('EC')];
  if (code !== undefined) found.code = code;
  if (message !== undefined) found.message = message;
  if (requestId !== undefined) found.requestId = requestId;
  if (ec !== undefined) found.ec = ec;
  return found;
}

/** The text of the first such element after `from`; by indexOf, so that no input makes it slow. */
function element(xml: string, tag: string, from: number): string | undefined {
  const start = xml.indexOf(`<${tag}>`, from);
  if (start === -1) return undefined;
  const end = xml.indexOf('<', start + 1);
  return end === -1 ? undefined : unescapeXml(xml.slice(start + tag.length + 2, end)).trim();
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
]);

function unescapeXml(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES.get(entity) ?? entity);
}

// Both forms are in the vendor's SDKs: {"Error":{"Code":…}}, and a bare message beside the header x-oss-error-type.
function jsonError(answer: Answer, text: string): ErrorBody | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const root = record(value);
  const error = record(root?.['Error']) ?? root;
  if (error === undefined) return undefined;
  const read = (name: string) => (typeof error[name] === 'string' ? error[name] : undefined);
  const found: ErrorBody = {
    code: read('Code') ?? header(answer, 'x-oss-error-type'),
    message: read('Message') ?? read('message'),
  };
  const [requestId, ec] = [read('RequestId'), read('EC')];
  if (requestId !== undefined) found.requestId = requestId;
  if (ec !== undefined) found.ec = ec;
  return found.code === undefined && found.message === undefined ? undefined : found;
}

/** A value as a record, if it is a plain JSON object. */
export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

function shaped(value: string | undefined, shape: RegExp): string | undefined {
  return value !== undefined && shape.test(value) ? value : undefined;
}

/** Bandwidth throttling tells ms (https://www.alibabacloud.com/getting-started/oss-limits), Retry-After s or a date. */
function retryAfterOf(answer: Answer, now: number): number | undefined {
  const qos = header(answer, 'x-oss-qos-delay-time');
  if (qos !== undefined && /^\d{1,9}$/.test(qos)) return Number(qos);
  const after = header(answer, 'retry-after');
  if (after === undefined) return undefined;
  if (/^\d{1,6}$/.test(after)) return Number(after) * 1000;
  const date = httpDate(after);
  return date === undefined ? undefined : Math.max(0, date - now);
}

/** A date in the form of HTTP headers, as epoch ms. Date.parse alone takes `-5` for a date. */
export function httpDate(text: string | undefined): number | undefined {
  const date = text?.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}
