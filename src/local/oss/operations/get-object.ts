// GetObject, with ranges, conditions, response-* overrides and x-oss-process; HeadObject and GetObjectMeta.
// https://www.alibabacloud.com/help/en/oss/developer-reference/getobject

import { authorize, type OssCall, type OssOperations, type Reply, requireObject } from '../call.js';
import { byteRange, notModified } from '../conditions.js';
import { invalidArgument, refuse } from '../error.js';
import { parseProcess, processObject } from '../process.js';
import { parameter } from '../resolve.js';
import type { StoredObject } from '../storage/storage.js';
import { contentHeaders, headerText } from '../store.js';

export const getOperations = {
  async GetObject(call) {
    authorize(call, 'oss:GetObject');
    const object = requireObject(call);
    if (notModified(call.headers, object)) return { status: 304, headers: validators(object) };
    const process = parameter(call.query, 'x-oss-process') ?? '';
    if (process !== '') return await processed(call, object, process);
    const headers = { ...describe(call, object), ...overrides(call) };
    const range = byteRange(call.headers, object.size);
    const body = await call.service.storage.read(call.bucketName, object.key);
    if (!range) return { status: 200, headers, body };
    const { first, last } = range;
    const partHeaders = { ...headers, 'Content-Range': `bytes ${first}-${last}/${object.size}` };
    return { status: 206, headers: partHeaders, body: body.subarray(first, last + 1) };
  },

  async HeadObject(call) {
    authorize(call, 'oss:GetObject');
    const object = requireObject(call);
    if (notModified(call.headers, object)) return { status: 304, headers: validators(object) };
    return { status: 200, headers: { ...describe(call, object), 'Content-Length': String(object.size) } };
  },

  /** The few headers that do not come from the metadata. */
  async GetObjectMeta(call) {
    authorize(call, 'oss:GetObject');
    const object = requireObject(call);
    return {
      status: 200,
      headers: { ...contentHeaders(object), ...lastModified(object), 'Content-Length': String(object.size) },
    };
  },
} satisfies OssOperations;

/** A processed GET carries the validators of the source and the type of the result; Range does not apply to it. */
async function processed(call: OssCall, object: StoredObject, value: string): Promise<Reply> {
  const { pipes, saveas } = parseProcess(value);
  if (saveas) throw invalidArgument('sys/saveas saves in a POST request only.');
  const { body, contentType } = await processObject(call, { bucketName: call.bucketName, object }, pipes, false);
  const own = { 'Content-Type': contentType, 'x-oss-object-type': object.type };
  return { status: 200, headers: { ...validators(object), ...own, ...overrides(call) }, body };
}

function validators(object: StoredObject): Record<string, string> {
  return { ETag: `"${object.etag}"`, ...lastModified(object) };
}

function lastModified(object: StoredObject): Record<string, string> {
  return { 'Last-Modified': new Date(object.lastModified).toUTCString() };
}

function describe(call: OssCall, object: StoredObject): Record<string, string> {
  const next = object.type === 'Appendable' ? { 'x-oss-next-append-position': String(object.size) } : {};
  // The ETag of a Normal object is its MD5.
  const md5 = object.type === 'Normal' ? { 'Content-MD5': Buffer.from(object.etag, 'hex').toString('base64') } : {};
  return {
    ...object.headers,
    ...contentHeaders(object),
    ...lastModified(object),
    ...md5,
    ...next,
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': object.key === call.key ? object.type : 'Symlink',
    'x-oss-storage-class': 'Standard',
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
