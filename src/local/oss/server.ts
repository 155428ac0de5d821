// The embedded OSS: an object store that real OSS clients talk to over HTTP, for the demo, the tests and `npm start`.
//
// Imitates, from the vendor's API reference and from what its SDKs and their live tests show (read in November 2026):
//   signature V4 in header, query and form policy; virtual-hosted and path-style addresses; buckets with ACL and styles;
//   put, post, append, copy, multipart, symlink, get with ranges and conditions, list v1 and v2, delete;
//   x-oss-process on GET and ProcessObject with sys/saveas; the errors' XML with code, EC and request id; the events
//   that a trigger receives.
// Gaps, each refused with 501 NotImplemented and its name: versioning, tagging, encryption, object ACL, storage classes
//   other than Standard, callbacks, restore, lifecycle, CORS, policies and the other bucket configurations, UploadPartCopy,
//   OSS Select, live channels, asynchronous processing, video/ doc/ audio/ processing, sys/notify, variables in saveas,
//   HEAD with x-oss-process. Signature V1 and V2 are refused with InvalidArgument. There is no x-oss-hash-crc64ecma.
// Deliberate differences:
//   - path style is understood (live: SecondLevelDomainForbidden), because an endpoint is 127.0.0.1 here;
//   - a raw `+` in a ProcessObject body stays a plus (live: not known, perhaps a space);
//   - keys with `.` and `..` segments are keys like any other (live: not known);
//   - oss:GetObject is asked for besides oss:PostProcessTask (live: documented, not tried);
//   - an object is held in memory whole while it is stored or read, so the largest is `maxObjectSize` (live: 5 GB);
//   - multipart uploads in progress do not survive a restart; a region is one server; everything has one owner;
//   - deleting what is not there raises no event, and a removal is reported with size 0.
// Assumed, because nothing documents it: see operations/process-object.ts.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientGone, readBody } from './body.js';
import type { Call, Operation, ProcessImage, Reply, Service } from './call.js';
import { detect, type OperationName } from './detect.js';
import { errorXml, refuse, ServiceError } from './error.js';
import type { EventRecord } from './event.js';
import { accessKeys, type Keys } from './keys.js';
import { appendObject } from './operations/append-object.js';
import * as buckets from './operations/bucket.js';
import { copyObject } from './operations/copy-object.js';
import { deleteObject } from './operations/delete-object.js';
import { deleteObjects } from './operations/delete-objects.js';
import { getObject, getObjectMeta, headObject } from './operations/get-object.js';
import { listObjects, listObjectsV2 } from './operations/list-objects.js';
import { listMultipartUploads, listParts } from './operations/list-uploads.js';
import * as multipart from './operations/multipart.js';
import { postObject } from './operations/post-object.js';
import { postProcess } from './operations/process-object.js';
import { putObject } from './operations/put-object.js';
import * as styles from './operations/style.js';
import { getSymlink, putSymlink } from './operations/symlink.js';
import { checkBucketName, resolve } from './resolve.js';
import { memoryStorage } from './storage/memory.js';
import type { BucketAcl, Storage } from './storage/storage.js';
import { uploadsInProgress } from './uploads.js';
import { verify } from './verify.js';

const operations: Record<OperationName, Operation> = {
  ListBuckets: buckets.listBuckets,
  PutBucket: buckets.putBucket,
  DeleteBucket: buckets.deleteBucket,
  GetBucketInfo: buckets.getBucketInfo,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketAcl: buckets.getBucketAcl,
  PutBucketAcl: buckets.putBucketAcl,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  PutObject: putObject,
  PostObject: postObject,
  AppendObject: appendObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectMeta: getObjectMeta,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  PutSymlink: putSymlink,
  GetSymlink: getSymlink,
  InitiateMultipartUpload: multipart.initiateMultipartUpload,
  UploadPart: multipart.uploadPart,
  CompleteMultipartUpload: multipart.completeMultipartUpload,
  AbortMultipartUpload: multipart.abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
  PutStyle: styles.putStyle,
  GetStyle: styles.getStyle,
  ListStyle: styles.listStyle,
  DeleteStyle: styles.deleteStyle,
  ProcessObject: postProcess,
};

/**
 * Stands between a request and its operation. `run` does the operation; the reply that comes back is sent. Undefined:
 * the interceptor has dealt with `response` itself (an operation that was run goes on without its client).
 */
export type Intercept = (exchange: {
  call: Call;
  run: () => Promise<Reply>;
  request: IncomingMessage;
  response: ServerResponse;
}) => Promise<Reply | undefined>;

/** Sizes in bytes, times in ms. */
export interface LocalOssOptions {
  processImage: ProcessImage;
  /** Default `cn-hangzhou`. */
  region?: string;
  /** The account that owns everything; default 16 digits. */
  accountId?: string;
  /** Default: in memory. */
  storage?: Storage;
  /** Whether every bucket counts as bound to an IMM project; default true. */
  immBound?: boolean;
  /** Largest object; default 256 MiB. */
  maxObjectSize?: number;
  now?: () => number;
  /** How far the signing time may be off; default 15 minutes. */
  maxSkew?: number;
  /** 24 upper-case hexadecimal digits. */
  requestId?: () => string;
  /** Called after each change, before its answer is sent. */
  onEvent?: (record: EventRecord) => void;
  intercept?: Intercept;
  /** Told of what became 500 InternalError: a bug in this server or an unreadable storage. */
  onBug?: (error: unknown) => void;
}

/** The server without its socket: give `handle` to node:http. */
export interface LocalOss {
  handle(request: IncomingMessage, response: ServerResponse): void;
  keys: Keys;
  /** Makes a bucket; one that is there keeps its content and takes the ACL. @throws ServiceError InvalidBucketName */
  createBucket(name: string, acl?: BucketAcl): void;
  /**
   * Refuses new requests (503) and waits for the running ones, also those whose client is gone. Close the connections
   * first: an upload that stalls runs until its socket ends.
   */
  close(): Promise<void>;
}

/** An embedded OSS. It has no key and, unless the storage brings some, no bucket. */
export function createLocalOss(options: LocalOssOptions): LocalOss {
  const { intercept = ({ run }) => run(), onBug = () => {}, requestId = newRequestId } = options;
  const service: Service = {
    region: options.region ?? 'cn-hangzhou',
    accountId: options.accountId ?? '1000000000000001',
    keys: accessKeys(),
    storage: options.storage ?? memoryStorage(),
    uploads: uploadsInProgress(),
    processImage: options.processImage,
    immBound: options.immBound ?? true,
    maxObjectSize: options.maxObjectSize ?? 256 * 1024 * 1024,
    now: options.now ?? Date.now,
    maxSkew: options.maxSkew,
    onEvent: options.onEvent ?? (() => {}),
  };
  const running = new Set<Promise<void>>();
  let closed = false;

  async function answer(request: IncomingMessage, response: ServerResponse, id: string): Promise<Reply | undefined> {
    if (closed) throw refuse('ServiceUnavailable', { message: 'The embedded OSS is shutting down.' });
    const { method = '', url = '', headers, socket } = request;
    const target = resolve(url, headers.host, service.region);
    const caller = verify(method, target, headers, service);
    const operation = detect(method, target, headers);
    const call: Call = {
      service,
      operation,
      bucketName: target.bucket ?? '',
      key: target.key ?? '',
      query: target.query,
      headers,
      caller,
      requestId: id,
      sourceAddress: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      body: (limit = service.maxObjectSize) => readBody(request, limit),
    };
    return await intercept({ call, run: () => operations[operation](call), request, response });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = requestId();
    const started = performance.now();
    try {
      const reply = await answer(request, response, id);
      if (reply) send(response, reply, { id, started, now: service.now() });
    } catch (error) {
      if (error instanceof ClientGone) return;
      if (!(error instanceof ServiceError)) onBug(error);
      const refusal = error instanceof ServiceError ? error : refuse('InternalError', { cause: error });
      send(response, refusalReply(refusal, id, request), { id, started, now: service.now() });
    }
  }

  return {
    keys: service.keys,
    handle: (request, response) => {
      const work = serve(request, response).finally(() => running.delete(work));
      running.add(work);
    },
    createBucket: (name, acl) => {
      checkBucketName(name);
      const known = service.storage.bucket(name) ?? { name, created: service.now(), acl: 'private', styles: [] };
      service.storage.saveBucket({ ...known, acl: acl ?? known.acl });
    },
    close: async () => {
      closed = true;
      await Promise.all(running);
    },
  };
}

function newRequestId(): string {
  return randomBytes(12).toString('hex').toUpperCase();
}

/**
 * A HEAD has no body, so its error travels in x-oss-err, as base64 of the XML; without the parts that some codes add,
 * which can be larger than clients allow for headers.
 */
function refusalReply(refusal: ServiceError, id: string, request: IncomingMessage): Reply {
  const { status, code, message, ec } = refusal;
  const detail = { ...(ec !== undefined && { ec }) };
  const headers = { ...refusal.headers, ...(ec !== undefined && { 'x-oss-ec': ec }) };
  const host = request.headers.host ?? '';
  if (request.method !== 'HEAD') return { status, headers, body: errorXml(refusal, id, host) };
  const xml = errorXml(new ServiceError(status, code, message, detail), id, host);
  return { status, headers: { ...headers, 'x-oss-err': Buffer.from(xml).toString('base64') } };
}

interface Stamp {
  id: string;
  started: number;
  now: number;
}

function send(response: ServerResponse, reply: Reply, { id, started, now }: Stamp): void {
  const { status, headers = {}, body, cutAfter } = reply;
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader('Server', 'AliyunOSS (embedded)');
  response.setHeader('Date', new Date(now).toUTCString());
  response.setHeader('x-oss-request-id', id);
  response.setHeader('x-oss-server-time', String(Math.round(performance.now() - started)));
  if (typeof body === 'string') response.setHeader('Content-Type', 'application/xml');
  if (status !== 204 && status !== 304) response.setHeader('Content-Length', Buffer.byteLength(body ?? ''));
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cutAfter === undefined) response.end(body);
  else response.write(Buffer.from(body ?? '').subarray(0, cutAfter), () => response.destroy());
}
