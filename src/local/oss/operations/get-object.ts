// GetObject, with ranges, conditions, response-* overrides and x-oss-process; HeadObject and GetObjectMeta.
// https://www.alibabacloud.com/help/en/oss/developer-reference/getobject

import type { IncomingHttpHeaders } from 'node:http';
import { asGzip } from '../answer/gzip.js';
import { authorize, type OssCall, type OssOperations, type Reply, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { contentHeaders, headerText, storedHeaders } from '../object/headers.js';
import { parseProcess, processObject } from '../object/process.js';
import { requireObject, requireVersion } from '../object/require-object.js';
import { requestedVersion, versionHeaders } from '../object/versioning.js';
import { byteRange, notModified } from '../request/conditions.js';
import { parameter } from '../request/resolve.js';
import type { StoredObject } from '../storage/storage.js';

export const getOperations = {
  async GetObject(call) {
    const object = requestedObject(call);
    const process = parameter(call.query, 'x-oss-process') ?? '';
    const conditions = process === '' ? call.headers : conditionsOfProcessed(call);
    if (notModified(conditions, object)) return { status: 304, headers: validators(call, object) };
    if (process !== '') return await processed(call, object, process);
    const headers = { ...describe(call, object), ...overrides(call) };
    const body = await call.service.storage.read(call.bucketName, object.key, object.versionId);
    return await asGzip(call.headers, inRange(call, headers, body), object.size);
  },

  async HeadObject(call) {
    const object = requestedObject(call);
    if (notModified(call.headers, object)) return { status: 304, headers: validators(call, object) };
    const headers = { ...describe(call, object), 'Content-Length': String(object.size) };
    return await asGzip(call.headers, { status: 200, headers }, object.size);
  },

  /** The few headers that do not come from the metadata; of a symlink those of its own. */
  async GetObjectMeta(call) {
    const object = requireVersion(call, call.bucketName, call.key, readableVersion(call));
    return {
      status: 200,
      headers: { ...storedHeaders(call, object), ...lastModified(object), 'Content-Length': String(object.size) },
    };
  },
} satisfies OssOperations;

function requestedObject(call: OssCall): StoredObject {
  return requireObject(call, call.bucketName, call.key, readableVersion(call));
}

/** The version that a request names and its caller may read; undefined: the newest, which processing takes too. */
function readableVersion(call: OssCall): string | undefined {
  const versionId = parameter(call.query, 'x-oss-process') ? undefined : requestedVersion(call.query);
  authorize(call, 'oss:GetObject', call.bucketName, call.key, versionId);
  return versionId;
}

/** A 206 with the bytes that the request asks for, or a 200 with all. @throws ServiceError InvalidRange */
function inRange({ headers: asked }: OssCall, headers: Readonly<Record<string, string>>, body: Buffer): Reply {
  const range = byteRange(asked, body.length);
  if (!range) return { status: 200, headers, body };
  const { first, last } = range;
  const part = { ...headers, 'Content-Range': `bytes ${first}-${last}/${body.length}` };
  return { status: 206, headers: part, body: body.subarray(first, last + 1) };
}

/** A processed GET carries the validators of the source and the type of the result, of which Range takes its part. */
async function processed(call: OssCall, object: StoredObject, value: string): Promise<Reply> {
  const { pipes, saveas } = parseProcess(value);
  if (saveas) throw invalidArgument('sys/saveas saves in a POST request only.');
  const { body, contentType } = await processObject(call, { bucketName: call.bucketName, object }, pipes, false);
  const own = { 'content-type': contentType, 'x-oss-object-type': object.type };
  const headers = { ...validators(call, object), ...own, ...overrides(call) };
  return { ...inRange(call, headers, body), framing: call.service.processedGet.framing };
}

/** The headers by which a processed GET is conditional. @throws ServiceError PreconditionFailed */
function conditionsOfProcessed({ headers, service }: OssCall): IncomingHttpHeaders {
  const { ifMatch } = service.processedGet;
  if (ifMatch === 'honoured' || headers['if-match'] === undefined) return headers;
  if (ifMatch === 'refused') throw refuse('PreconditionFailed', { extra: { Condition: 'If-Match' } });
  return { ...headers, 'if-match': undefined };
}

function validators(call: OssCall, object: StoredObject): Record<string, string> {
  const version = versionHeaders(requireBucket(call), object);
  return { ETag: `"${object.etag}"`, ...lastModified(object), ...version };
}

function lastModified(object: StoredObject): Record<string, string> {
  return { 'Last-Modified': new Date(object.lastModified).toUTCString() };
}

/**
 * All that the headers say of an object. Through a symlink, size, checksums and storage class are those of its target,
 * the rest is its own: https://www.alibabacloud.com/help/zh/doc-detail/31984.htm
 */
function describe(call: OssCall, object: StoredObject): Record<string, string> {
  const { bucketName, key, query } = call;
  const asked = object.key === key ? object : requireVersion(call, bucketName, key, requestedVersion(query));
  const next = asked.type === 'Appendable' ? { 'x-oss-next-append-position': String(object.size) } : {};
  // The ETag of a Normal object is its MD5.
  const md5 = object.type === 'Normal' ? { 'Content-MD5': Buffer.from(object.etag, 'hex').toString('base64') } : {};
  const { 'content-type': type = 'application/octet-stream' } = object.headers;
  return {
    'content-type': type,
    ...asked.headers,
    ...contentHeaders(object),
    ...versionHeaders(requireBucket(call), asked),
    ...lastModified(asked.lastModified > object.lastModified ? asked : object),
    ...md5,
    ...next,
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': asked.type,
    'x-oss-storage-class': object.storageClass ?? 'Standard',
    ...(asked.tags && asked.tags.length > 0 && { 'x-oss-tagging-count': String(asked.tags.length) }),
  };
}

const overridable = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

/** `response-content-type=…` in the query of a signed request replaces that header. Text goes out as UTF-8 bytes. */
function overrides(call: OssCall): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of overridable) {
    const value = parameter(call.query, `response-${name}`);
    if (value === undefined) continue;
    if (!call.caller) throw refuse('InvalidRequest', { message: `response-${name} needs a signed request.` });
    headers[name] = headerText(`response-${name}`, Buffer.from(value).toString('latin1'));
  }
  return headers;
}
