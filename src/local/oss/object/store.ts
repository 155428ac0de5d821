// Stores objects, and reports the event that follows. Every operation that stores an object ends here.

import type { IncomingHttpHeaders } from 'node:http';
import { type OssCall, requireBucket } from '../call.js';
import { invalidArgument, refuse } from '../error.js';
import { etagOf } from '../request/body.js';
import type { Bucket, ObjectLabels, StoredObject } from '../storage/storage.js';
import { crc64 } from './crc64.js';
import { type Change, type EventName, eventRecord } from './event.js';
import { nextVersionId, versionHeaders } from './versioning.js';

/**
 * What to store, by default at what the request addresses. `etag` (without quotes) and `crc64` are by default those of
 * the body.
 */
export interface ObjectToStore {
  bucketName?: string;
  key?: string;
  body: Buffer;
  etag?: string;
  crc64?: bigint;
  headers: Readonly<Record<string, string>>;
  labels?: ObjectLabels | undefined;
  type?: StoredObject['type'];
  symlinkTarget?: string;
  event: EventName;
  position?: number;
  /** Takes the place of the version that is there, whatever the bucket's versioning. */
  replaces?: boolean;
  forbidOverwrite?: boolean;
  /** Called at the last moment with the object that is there; throws when nothing may be stored. */
  check?: (existing: StoredObject | undefined) => void;
}

const keptHeaders =
  /^(?:content-type|content-encoding|content-disposition|content-language|cache-control|expires|x-oss-meta-.+)$/;
const maxMeta = 8 * 1024;

/**
 * Stores an object and reports it.
 * @throws ServiceError NoSuchBucket, FileAlreadyExists
 */
export async function storeObject(call: OssCall, what: ObjectToStore): Promise<StoredObject> {
  const { storage, now } = call.service;
  const { bucketName = call.bucketName, key = call.key, body, headers, symlinkTarget, position } = what;
  await call.beforeStore?.();
  requireBucket(call, bucketName);
  const staged = await storage.stage(bucketName, body);
  const existing = storage.object(bucketName, key);
  let bucket: Bucket;
  try {
    bucket = requireBucket(call, bucketName);
    if (what.forbidOverwrite) checkOverwrite(bucket, existing);
    what.check?.(existing);
  } catch (error) {
    staged.discard();
    throw error;
  }
  const size = body.length;
  const etag = what.etag ?? etagOf(body);
  const versionId = what.replaces && existing ? existing.versionId : nextVersionId(bucket, now());
  const described = { key, versionId, size, etag, lastModified: wholeSeconds(now()), headers, symlinkTarget };
  const checksum = String(what.crc64 ?? crc64(body));
  const labels = { ...what.labels, storageClass: what.labels?.storageClass ?? bucket.storageClass };
  const object: StoredObject = { ...described, crc64: checksum, type: what.type ?? 'Normal', ...labels };
  staged.commit(object);
  report(call, what.event, { bucket: bucketName, key, size, previousSize: existing?.size ?? 0, etag, position });
  return object;
}

/**
 * @throws ServiceError FileAlreadyExists for an object that is there; a bucket that has versioning or had it takes the
 * new one all the same: https://www.alibabacloud.com/help/en/oss/developer-reference/putobject
 */
export function checkOverwrite({ versioning }: Bucket, existing: StoredObject | undefined): void {
  if (existing && versioning === undefined) throw refuse('FileAlreadyExists', { extra: { Key: existing.key } });
}

/** A time in ms, as Last-Modified has it. */
export function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

/** The headers by which an answer names an object that is stored: its content and, where there are versions, which. */
export function storedHeaders(call: OssCall, object: StoredObject): Record<string, string> {
  return { ...contentHeaders(object), ...versionHeaders(requireBucket(call), object) };
}

/** The headers by which an answer names the content of an object or part. */
export function contentHeaders(what: { etag: string; crc64?: string | bigint | undefined }): Record<string, string> {
  const checksum = what.crc64 === undefined ? {} : { 'x-oss-hash-crc64ecma': String(what.crc64) };
  return { ETag: `"${what.etag}"`, ...checksum };
}

/**
 * Passes the event of a change to the service's listener. By default it is a change of the object that the request
 * addresses, and there was none before.
 */
export function report(call: OssCall, name: EventName, change: Pick<Change, 'size' | 'etag'> & Partial<Change>): void {
  const { service, bucketName, key, caller, requestId, sourceAddress } = call;
  const { region, accountId } = service;
  const principalId = caller?.key.principalId ?? accountId;
  const request = { time: service.now(), region, accountId, principalId, requestId, sourceAddress };
  service.onEvent(eventRecord({ name, bucket: bucketName, key, previousSize: 0, ...request, ...change }));
}

/**
 * The headers of a request that are kept with an object, over `defaults`.
 * @throws ServiceError MetadataTooLarge, InvalidArgument
 */
export function objectHeaders(
  headers: IncomingHttpHeaders,
  defaults: Readonly<Record<string, string>> = { 'content-type': 'application/octet-stream' },
): Record<string, string> {
  const kept: Record<string, string> = { ...defaults };
  let meta = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !keptHeaders.test(name)) continue;
    kept[name] = headerText(name, String(value));
    if (name.startsWith('x-oss-meta-')) meta += name.length + String(value).length;
  }
  if (meta > maxMeta) throw refuse('MetadataTooLarge');
  return kept;
}

/**
 * A value that may go out as a header again. @throws ServiceError InvalidArgument for control characters or text
 * outside latin1.
 */
export function headerText(name: string, value: string): string {
  if (/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return value;
  throw invalidArgument(`The value of ${name} cannot be a header.`, { extra: { ArgumentName: name } });
}

/** Whether the request forbids to replace an existing object. */
export function forbidsOverwrite(headers: IncomingHttpHeaders): boolean {
  return headers['x-oss-forbid-overwrite'] === 'true';
}
