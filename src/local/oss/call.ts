// One request on its way through an operation: what it addresses, who asks, and the service that it works on.
// The guards that most operations share (permission, bucket, object) are functions of it.

import type { IncomingHttpHeaders } from 'node:http';
import type { OperationName } from './detect.js';
import { refuse } from './error.js';
import type { EventRecord } from './event.js';
import type { Keys } from './keys.js';
import { checkBucketName, parameter, type Query } from './resolve.js';
import type { Bucket, Storage, StoredObject } from './storage/storage.js';
import type { Upload, Uploads } from './uploads.js';
import type { Caller } from './verify.js';

/** The image pipeline. It throws an Error with `status`, `code`, `ec?` and `message` for what OSS would refuse. */
export type ProcessImage = (
  source: Buffer,
  style: string,
  context: { readObject(key: string): Promise<Buffer | undefined>; immBound: boolean; saving: boolean },
) => Promise<{ body: Buffer; contentType: string }>;

/** What all requests share. */
export interface Service {
  region: string;
  accountId: string;
  keys: Keys;
  storage: Storage;
  uploads: Uploads;
  processImage: ProcessImage;
  immBound: boolean;
  maxObjectSize: number;
  now: () => number;
  maxSkew: number | undefined;
  onEvent: (record: EventRecord) => void;
}

/** One request. `body` may be called once. */
export interface Call {
  service: Service;
  operation: OperationName;
  bucketName: string;
  key: string;
  query: Query;
  headers: IncomingHttpHeaders;
  caller: Caller | undefined;
  requestId: string;
  sourceAddress: string;
  body(limit?: number): Promise<Buffer>;
  /** Awaited after the sources are read and before anything is stored or removed; faults put their delay here. */
  beforeStore?: () => Promise<void>;
}

/**
 * An answer. Content-Length, Date and the x-oss-request-id family are added where it is sent. `cutAfter`: so many bytes of
 * the body, one at least, then the connection ends.
 */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string;
  cutAfter?: number;
}

export type Operation = (call: Call) => Promise<Reply>;

/** What a bucket's ACL lets everybody do, by RAM action. */
const anonymousActions: Readonly<Record<Bucket['acl'], readonly string[]>> = {
  private: [],
  'public-read': ['oss:GetObject', 'oss:ListObjects'],
  'public-read-write': ['oss:GetObject', 'oss:ListObjects', 'oss:PutObject', 'oss:DeleteObject'],
};

/** @throws ServiceError AccessDenied unless the caller may do `action` (as RAM names it: `oss:PutObject`) on that resource. */
export function authorize(call: Call, action: string, bucketName?: string, key?: string): void {
  const { caller, service } = call;
  const allowed = caller
    ? (caller.key.may?.(action, bucketName, key) ?? true)
    : bucketName !== undefined &&
      anonymousActions[service.storage.bucket(bucketName)?.acl ?? 'private'].includes(action);
  if (!allowed) throw refuse('AccessDenied');
}

/** The bucket of that name. @throws ServiceError NoSuchBucket, InvalidBucketName */
export function requireBucket(call: Call, name = call.bucketName): Bucket {
  checkBucketName(name);
  const bucket = call.service.storage.bucket(name);
  if (!bucket) throw refuse('NoSuchBucket', { extra: { BucketName: name } });
  return bucket;
}

/**
 * The object under a key, through a symlink if it is one.
 * @throws ServiceError NoSuchBucket, NoSuchKey, SymlinkTargetNotExist, InvalidTargetType
 */
export function requireObject(call: Call, bucketName = call.bucketName, key = call.key): StoredObject {
  requireBucket(call, bucketName);
  const object = call.service.storage.object(bucketName, key);
  if (!object) throw refuse('NoSuchKey', { extra: { Key: key } });
  if (object.symlinkTarget === undefined) return object;
  const target = call.service.storage.object(bucketName, object.symlinkTarget);
  if (!target) throw refuse('SymlinkTargetNotExist', { extra: { Key: key } });
  if (target.symlinkTarget !== undefined) throw refuse('InvalidTargetType', { extra: { Key: key } });
  return target;
}

/** A whole number from the query. @throws ServiceError InvalidArgument outside `min`..`max`. */
export function numberParameter(call: Call, name: string, fallback: number, min: number, max: number): number {
  const text = parameter(call.query, name);
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const extra = { ArgumentName: name, ArgumentValue: text };
  throw refuse('InvalidArgument', {
    message: `The argument ${name} must be a whole number from ${min} to ${max}.`,
    extra,
  });
}

/** The upload that a request names, if it is one of that bucket and key. @throws ServiceError NoSuchUpload */
export function requireUpload(call: Call): Upload {
  requireBucket(call);
  const id = parameter(call.query, 'uploadId') ?? '';
  const upload = call.service.uploads.find(id);
  if (upload?.bucketName === call.bucketName && upload.key === call.key) return upload;
  throw refuse('NoSuchUpload', { extra: { UploadId: id } });
}
