// GetObject, with ranges, conditions, response-* overrides and x-oss-process; HeadObject and GetObjectMeta.
// https://www.alibabacloud.com/help/en/oss/developer-reference/getobject

import { authorize, type Call, type Operation, type Reply, requireObject } from '../call.js';
import { byteRange, notModified } from '../conditions.js';
import { refuse } from '../error.js';
import { processObject } from '../image.js';
import { parseProcess } from '../process.js';
import { parameter } from '../resolve.js';
import type { StoredObject } from '../storage/storage.js';
import { headerText } from '../store.js';

export const getObject: Operation = async (call) => {
  const { bucketName, key, service } = call;
  authorize(call, 'oss:GetObject', bucketName, key);
  const object = requireObject(call);
  if (notModified(call.headers, object)) return { status: 304, headers: validators(object) };
  const process = parameter(call.query, 'x-oss-process') ?? '';
  if (process !== '') return await processed(call, object, process);
  const headers = { ...describe(call, object), ...overrides(call) };
  const range = byteRange(call.headers, object.size);
  const body = await service.storage.read(bucketName, object.key);
  if (!range) return { status: 200, headers, body };
  const { first, last } = range;
  const part = body.subarray(first, last + 1);
  return { status: 206, headers: { ...headers, 'Content-Range': `bytes ${first}-${last}/${object.size}` }, body: part };
};

/** A processed GET carries the validators of the source and the type of the result; Range does not apply to it. */
async function processed(call: Call, object: StoredObject, value: string): Promise<Reply> {
  const { pipes, saveas } = parseProcess(value);
  if (saveas) throw refuse('InvalidArgument', { message: 'sys/saveas saves in a POST request only.' });
  const { body, contentType } = await processObject(call, { bucketName: call.bucketName, object }, pipes, false);
  const headers = {
    ...validators(object),
    'Content-Type': contentType,
    'x-oss-object-type': object.type,
    ...overrides(call),
  };
  return { status: 200, headers, body };
}

export const headObject: Operation = async (call) => {
  authorize(call, 'oss:GetObject', call.bucketName, call.key);
  const object = requireObject(call);
  if (notModified(call.headers, object)) return { status: 304, headers: validators(object) };
  return { status: 200, headers: { ...describe(call, object), 'Content-Length': String(object.size) } };
};

/** The few headers that need no look at the metadata. */
export const getObjectMeta: Operation = async (call) => {
  authorize(call, 'oss:GetObject', call.bucketName, call.key);
  const object = requireObject(call);
  return { status: 200, headers: { ...validators(object), 'Content-Length': String(object.size) } };
};

function validators(object: StoredObject): Record<string, string> {
  return { ETag: `"${object.etag}"`, 'Last-Modified': new Date(object.lastModified).toUTCString() };
}

function describe(call: Call, object: StoredObject): Record<string, string> {
  const next = object.type === 'Appendable' ? { 'x-oss-next-append-position': String(object.size) } : {};
  const linked = object.key === call.key ? object.type : 'Symlink';
  return {
    ...object.headers,
    ...validators(object),
    ...next,
    'Accept-Ranges': 'bytes',
    'x-oss-object-type': linked,
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
function overrides(call: Call): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of overridable) {
    const value = parameter(call.query, `response-${name}`);
    if (value === undefined) continue;
    if (!call.caller) throw refuse('InvalidRequest', { message: `response-${name} needs a signed request.` });
    headers[name] = headerText(`response-${name}`, Buffer.from(value).toString('latin1'));
  }
  return headers;
}
