// Stores objects, and reports the event that follows. Every operation that stores an object ends here.

import { type OssCall, requireBucket } from '../call.js';
import { refuse } from '../error.js';
import { etagOf } from '../request/body.js';
import type { Bucket, ObjectLabels, StoredObject } from '../storage/storage.js';
import { crc64 } from './crc64.js';
import { type Change, type EventName, eventRecord } from './event.js';
import { nextVersionId } from './versioning.js';

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
  /**
   * Goes on with the object that is there, which stays one version with its headers and labels:
   * https://help.aliyun.com/zh/oss/developer-reference/appendobject
   */
  continues?: boolean;
  forbidOverwrite?: boolean;
  /** Called at the last moment with the object that is there; throws when nothing may be stored. */
  check?: (existing: StoredObject | undefined) => void;
  /** Called in the same step, when the object is stored. */
  stored?: () => void;
}

/**
 * Stores an object and reports it.
 * @throws ServiceError NoSuchBucket, FileAlreadyExists
 */
export async function storeObject(call: OssCall, what: ObjectToStore): Promise<StoredObject> {
  const { storage, now } = call.service;
  const { bucketName = call.bucketName, key = call.key, body, symlinkTarget, position } = what;
  await call.beforeStore?.();
  requireBucket(call, bucketName);
  const staged = await storage.stage(bucketName, body).catch((error) => {
    // Its folder may have gone with it.
    requireBucket(call, bucketName);
    throw error;
  });
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
  const continued = what.continues ? existing : undefined;
  const versionId = continued?.versionId ?? nextVersionId(bucket, now());
  const { headers } = continued ?? what;
  const described = { key, versionId, size, etag, lastModified: wholeSeconds(now()), headers, symlinkTarget };
  const checksum = String(what.crc64 ?? crc64(body));
  const { acl, tags, storageClass = bucket.storageClass } = continued ?? what.labels ?? {};
  const labels = { acl, tags, storageClass };
  const object: StoredObject = { ...described, crc64: checksum, type: what.type ?? 'Normal', ...labels };
  staged.commit(object);
  what.stored?.();
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
