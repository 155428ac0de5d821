// Reading an answer of OSS: its headers, and the error that it is when it is not 2xx (answerError) or does not say what
// it should (unexpectedAnswer).
import { Buffer } from 'node:buffer';
import type { WireAnswer } from './connection.js';
import { classify, noCode, OssError, type OssFailure } from './error.js';
import { redact } from './redact.js';

/** The first value of a header (lower-case name). */
export function header(answer: WireAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const requestIdForm = /^[\w-]{1,63}$/;

/** The request id of an answer, if it has one that looks like one. */
export function requestIdOf(answer: WireAnswer): string | undefined {
  return shaped(header(answer, 'x-oss-request-id'), requestIdForm);
}

/**
 * The error that an answer other than 2xx stands for. `secrets` are cut out of whatever OSS or a proxy echoes.
 * `now` (epoch ms) serves only to read a Retry-After that is a date.
 */
export function answerError(answer: WireAnswer, secrets: readonly string[], now: number): OssError {
  const found = errorBody(answer);
  const clean = (text: string | undefined) => (text === undefined ? undefined : redact(text, secrets));
  const code = shaped(clean(found.code), /^[A-Za-z][\w.\- ]{0,63}$/) ?? noCode;
  const requestId = shaped(clean(header(answer, 'x-oss-request-id') ?? found.requestId), requestIdForm);
  const message = clean(found.message)?.replace(/\s+/g, ' ').slice(0, 512) || 'no message';
  const ec = shaped(clean(header(answer, 'x-oss-ec') ?? found.ec), /^[\w-]{1,32}$/);
  const { kind, throttled } = classify(answer.status, code, ec);
  return new OssError({
    message: `${code} (HTTP ${answer.status}): ${message}`,
    status: answer.status,
    code,
    kind,
    throttled,
    ec,
    requestId,
    // An answer without a request id was written by a proxy, which does not know what OSS does with the request.
    confirmed: requestId !== undefined,
    serverTime: httpDate(header(answer, 'date')),
    retryAfter: retryAfterOf(answer, now),
  });
}

/**
 * OSS has given this answer: it names the object's ETag or the request. A proxy's page with 200 does not, and would be
 * taken for a record that is written, or for what a record holds.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/common-http-headers
 *
 * @throws OssError transient, not confirmed
 */
export function checkOfOss(answer: WireAnswer): void {
  if (etagOf(answer) !== '' || requestIdOf(answer) !== undefined) return;
  throw unexpectedAnswer(answer, 'neither an ETag nor a request id', { confirmed: false });
}

/** Empty where the answer has none. */
export function etagOf(answer: WireAnswer): string {
  return unquoted(header(answer, 'etag') ?? '');
}

/** An ETag as it is compared: without quotes. */
export function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

/** The error for an answer that does not say what an answer of OSS to this call says. */
export function unexpectedAnswer(
  answer: WireAnswer,
  why: string,
  { code = 'UnexpectedResponse', kind = 'transient', confirmed = true }: Partial<OssFailure> = {},
): OssError {
  const { status } = answer;
  const message = `${code} (HTTP ${status}): ${why}`;
  return new OssError({ message, status, code, kind, requestId: requestIdOf(answer), confirmed });
}

interface ErrorBody {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  readonly ec?: string | undefined;
}

/**
 * Code, Message, RequestId and EC, and nothing else: SignatureDoesNotMatch echoes the string to sign, with the token.
 * XML, either JSON form, XML in `x-oss-err` when the body is empty; any other text becomes the message, cut short.
 */
function errorBody(answer: WireAnswer): ErrorBody {
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
  const read = (tag: string) => element(xml, tag, root);
  return { code: read('Code'), message: read('Message'), requestId: read('RequestId'), ec: read('EC') };
}

/** The text of the first such element after `from`; by indexOf, so that no input makes it slow. */
export function element(xml: string, tag: string, from = 0): string | undefined {
  const start = xml.indexOf(`<${tag}>`, from);
  if (start === -1) return undefined;
  const end = xml.indexOf('<', start + 1);
  return end === -1 ? undefined : unescapeXml(xml.slice(start + tag.length + 2, end)).trim();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text that an XML element's content stands for. */
export function unescapeXml(content: string): string {
  return content.replace(/&(amp|lt|gt|quot|apos);/g, (entity, name: string) => entities[name] ?? entity);
}

// Both forms are in the vendor's SDKs: {"Error":{"Code":…}}, and a bare message beside the header x-oss-error-type.
function jsonError(answer: WireAnswer, text: string): ErrorBody | undefined {
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
  const code = read('Code') ?? header(answer, 'x-oss-error-type');
  const message = read('Message') ?? read('message');
  if (code === undefined && message === undefined) return undefined;
  return { code, message, requestId: read('RequestId'), ec: read('EC') };
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
function retryAfterOf(answer: WireAnswer, now: number): number | undefined {
  const qos = header(answer, 'x-oss-qos-delay-time');
  if (qos !== undefined && /^\d{1,9}$/.test(qos)) return Number(qos);
  const after = header(answer, 'retry-after');
  if (after === undefined) return undefined;
  if (/^\d{1,6}$/.test(after)) return Number(after) * 1000;
  const date = httpDate(after);
  return date === undefined ? undefined : Math.max(0, date - now);
}

const dateForm = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * A date in the form of HTTP headers, as epoch ms. Date.parse alone takes `-5` for a date, and years after which there
 * is no later time: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function httpDate(text: string | undefined): number | undefined {
  const date = text !== undefined && dateForm.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}
