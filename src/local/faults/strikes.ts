// Which requests to the embedded OSS a fault strikes, and what each of them is, whenever it comes.

import type { OssCall } from '../oss/call.js';
import { parameter } from '../oss/request/resolve.js';
import type { OssOperationName } from '../oss/request/routes.js';
import type { Fault } from './fault.js';
import type { FaultTarget } from './kinds.js';

const families: Readonly<
  Record<Exclude<FaultTarget, 'any' | 'relay' | 'event' | 'instance'>, readonly OssOperationName[]>
> = {
  process: ['ProcessObject'],
  head: ['HeadObject', 'GetObjectMeta'],
  get: ['GetObject', 'GetSymlink'],
  put: [
    ...(['PutObject', 'PostObject', 'AppendObject', 'CopyObject', 'PutSymlink'] as const),
    ...(['InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'] as const),
  ],
  delete: ['DeleteObject', 'DeleteObjects', 'AbortMultipartUpload'],
  list: ['ListObjects', 'ListObjectsV2', 'ListParts', 'ListMultipartUploads', 'ListObjectVersions', 'ListBuckets'],
};

/** The operations that call `beforeStore`. */
const writers: ReadonlySet<OssOperationName> = new Set(
  [...families.process, ...families.put, ...families.delete].filter(
    (operation) => operation !== 'InitiateMultipartUpload' && operation !== 'AbortMultipartUpload',
  ),
);

/** @param byInstance an instance of the function has made the call */
export function strikes({ target, effect }: Fault, call: OssCall, byInstance: boolean): boolean {
  const { operation } = call;
  if (effect.kind === 'late' && !writers.has(operation)) return false;
  if (effect.kind === 'truncate' && families.head.includes(operation)) return false;
  if ((effect.kind === 'grow' || effect.kind === 'unframed') && operation !== 'GetObject') return false;
  if (effect.kind === 'corrupt' && operation !== 'PutObject') return false;
  if (target === 'any') return true;
  if (target === 'instance') return byInstance;
  if (target === 'relay') return byInstance && relays(call);
  return target !== 'event' && families[target].includes(operation);
}

/** A GET of a processed picture, or the PUT of one: what the function writes otherwise, its journal, is JSON. */
function relays(call: OssCall): boolean {
  const { operation, headers } = call;
  if (operation === 'PutObject') return (headers['content-type'] ?? '').startsWith('image/');
  return styleOf(call) !== undefined;
}

/** The style of a GET that processes. */
export function styleOf({ operation, query }: OssCall): string | undefined {
  return operation === 'GetObject' ? parameter(query, 'x-oss-process') || undefined : undefined;
}

/**
 * What a request is, whenever it comes: two outputs of one source differ in the body of their ProcessObject, or in the
 * style of their GET.
 */
export async function identityOf(call: OssCall): Promise<string[]> {
  const { operation, bucketName, key } = call;
  const style = styleOf(call);
  if (style !== undefined) return [operation, bucketName, key, style];
  if (operation !== 'ProcessObject') return [operation, bucketName, key];
  const body = await call.body(64 * 1024);
  call.body = () => Promise.resolve(body);
  return [operation, bucketName, key, body.toString('latin1')];
}
