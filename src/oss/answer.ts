// Reading an answer of OSS: its headers, and the error that it holds when it is not 2xx.
import { Buffer } from 'node:buffer';
import { classify, noCode, OssError } from './error.js';
import { redact } from './redact.js';

/** An answer of OSS, as the connection hands it over. Header names are lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** The first value of a header (lower-case name). */
export function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const requestIdForm = /^[\w-]{1,63}$/;

/** The request id of an answer, if it has one that looks like one. */
export function requestIdOf(answer: Answer): string | undefined {
  return shaped(header(answer, 'x-oss-request-id'), requestIdForm);
}

/**
 * The error that an answer other than 2xx stands for. `secrets` are cut out of whatever OSS or a proxy echoes.
 * `now` (epoch ms) serves only to read a Retry-After that is a date.
 */
export function answerError(answer: Answer, secrets: readonly string[], now: number): OssError {
  const found = errorBody(answer);
  const clean = (text: string | undefined) => (text === undefined ? undefined : redact(text, secrets));
  const code = shaped(clean(found.code), /^[A-Za-z][\w.\- ]{0,63}$/) ?? noCode;
  const requestId = shaped(clean(header(answer, 'x-oss-request-id') ?? found.requestId), requestIdForm);
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
    // Without a request id it was written by a proxy: what OSS does with the request, it does not know either.
    confirmed: requestId !== undefined,
    serverTime: httpDate(header(answer, 'date')),
    retryAfter: retryAfterOf(answer, now),
  });
}

interface ErrorBody {
  code?: string | undefined;
  message?: string | undefined;
  requestId?: string;
  ec?: string;
}

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

const entities: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
]);

function unescapeXml(text: string): string {
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => entities.get(entity) ?? entity);
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
