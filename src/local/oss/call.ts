// One request on its way through an operation: what it addresses, who sent it, and the service that it works on.
// Also what most operations share: the checks for permission, bucket and object, and the XML answer.

import type { IncomingHttpHeaders } from 'node:http';
import type { CorsConfiguration } from './answer/cors.js';
import type { AccessKeys, Caller } from './caller/access-key.js';
import { invalidArgument, refuse } from './error.js';
import type { EventRecord } from './object/event.js';
import type { MultipartUpload, MultipartUploads } from './object/uploads.js';
import { versionOf } from './object/versioning.js';
import { checkBucketName, parameter, type Query } from './request/resolve.js';
import type { OssOperationName } from './request/routes.js';
import type { Bucket, BucketAcl, Storage } from './storage/storage.js';
import { toXml, type XmlContent } from './xml.js';

/** The image pipeline. It throws an Error with `status`, `code`, `ec?` and `message` for what OSS would refuse. */
export type ProcessImage = (
  source: Buffer,
  style: string,
  context: {
    readObject(key: string): Promise<Buffer | undefined>;
    immBound: boolean;
    saving: boolean;
    advancedCompression: boolean;
  },
) => Promise<{ body: Buffer; contentType: string }>;

/**
 * What no document says of a GET with x-oss-process. `ifMatch`: whether the header is held against the source's ETag,
 * or ignored, or refused with 412 whatever it names. `framing`: see `Reply`.
 */
export interface ProcessedGet {
  ifMatch: 'honoured' | 'ignored' | 'refused';
  framing: NonNullable<Reply['framing']>;
}

/** What all requests share. */
export interface Service {
  region: string;
  accountId: string;
  keys: AccessKeys;
  storage: Storage;
  uploads: MultipartUploads;
  processImage: ProcessImage;
  immBound: boolean;
  /** Whether ProcessObject can write AVIF. */
  avifByPost: boolean;
  processedGet: ProcessedGet;
  /** The CORS rules of buckets that have none of their own. */
  defaultCors: CorsConfiguration;
  maxObjectSize: number;
  now: () => number;
  maxSkew: number | undefined;
  onEvent: (record: EventRecord) => void;
}

/** One request. `bucketName` and `key` are '' when it addresses none. Its body is read once: by `body`, or `chunks`. */
export interface OssCall {
  service: Service;
  operation: OssOperationName;
  bucketName: string;
  key: string;
  query: Query;
  headers: IncomingHttpHeaders;
  caller: Caller | undefined;
  requestId: string;
  sourceAddress: string;
  body(limit?: number): Promise<Buffer>;
  chunks(): AsyncIterable<Buffer>;
  /** Awaited after the sources are read and before anything is stored or removed; faults put their delay here. */
  beforeStore?: () => Promise<void>;
}

/**
 * An answer. Content-Length (unless there is a Transfer-Encoding), Date and the x-oss-request-id family are added where
 * it is sent. With `cutAfter` the connection ends after that many bytes of the body, at least one. `framing`: by what a
 * client knows the end of the body, `none` being the end of the connection; by default Content-Length.
 */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | string;
  cutAfter?: number;
  framing?: 'length' | 'chunked' | 'none';
}

/** Does what a request asks for, and answers. @throws ServiceError for what is refused */
export type OssOperation = (call: OssCall) => Promise<Reply>;

/** Some operations by their names in the OSS API reference; all tables together are what the server can do. */
export type OssOperations = Partial<Record<OssOperationName, OssOperation>>;

/** What an ACL lets everybody do, by RAM action. */
const anonymousActions: Readonly<Record<Bucket['acl'], readonly string[]>> = {
  private: [],
  'public-read': ['oss:GetObject', 'oss:GetObjectVersion', 'oss:ListObjects'],
  'public-read-write': [
    'oss:GetObject',
    'oss:GetObjectVersion',
    'oss:ListObjects',
    'oss:PutObject',
    'oss:DeleteObject',
  ],
};

/**
 * Checks that the caller may do `action` (as RAM names it: `oss:PutObject`), by default on what the request addresses.
 * With a version it is the action for versions, such as `oss:GetObjectVersion`.
 * @throws ServiceError AccessDenied
 */
export function authorize(
  call: OssCall,
  action: string,
  bucketName = call.bucketName,
  key = call.key,
  versionId?: string,
): void {
  const { caller } = call;
  const named = versionId === undefined ? action : action.replace('Object', 'ObjectVersion');
  const allowed = caller
    ? (caller.key.may?.(named, bucketName || undefined, key || undefined) ?? true)
    : anonymousActions[aclFor(call, bucketName, key, versionId)].includes(named);
  if (allowed) return;
  // A key that has a policy is a session's: https://help.aliyun.com/zh/oss/user-guide/0003-00000301
  const ofSession = { message: "Access denied by authorizer's policy.", ec: '0003-00000301' };
  throw refuse('AccessDenied', caller && ofSession);
}

/** The ACL that counts: that of the object if it has one of its own, else that of the bucket. */
function aclFor({ service: { storage } }: OssCall, bucketName: string, key: string, versionId?: string): BucketAcl {
  const version = versionOf(storage.versions(bucketName, key), versionId);
  const own = version?.deleteMarker ? undefined : version?.acl;
  return own ?? storage.bucket(bucketName)?.acl ?? 'private';
}

/** The bucket of that name. @throws ServiceError NoSuchBucket, InvalidBucketName */
export function requireBucket(call: OssCall, name = call.bucketName): Bucket {
  checkBucketName(name);
  const bucket = call.service.storage.bucket(name);
  if (!bucket) throw refuse('NoSuchBucket', { extra: { BucketName: name } });
  return bucket;
}

/** The multipart upload that a request names, if it is one of that bucket and key. @throws ServiceError NoSuchUpload */
export function requireUpload(call: OssCall): MultipartUpload {
  requireBucket(call);
  const id = parameter(call.query, 'uploadId') ?? '';
  const upload = call.service.uploads.find(id);
  if (upload?.bucketName === call.bucketName && upload.key === call.key) return upload;
  const ec = call.operation === 'UploadPart' ? '0042-00000104' : '0042-00000002';
  throw refuse('NoSuchUpload', { ec, extra: { UploadId: id } });
}

/** A whole number from the query. @throws ServiceError InvalidArgument outside `min`..`max`. */
export function numberParameter(call: OssCall, name: string, fallback: number, min: number, max: number): number {
  const text = parameter(call.query, name);
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const message = `The argument ${name} must be a whole number from ${min} to ${max}.`;
  throw invalidArgument(message, { extra: { ArgumentName: name, ArgumentValue: text } });
}

/** 200 with an XML document. */
export function xmlReply(root: string, content: XmlContent, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers, body: toXml(root, content) };
}
