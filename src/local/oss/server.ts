// The embedded OSS: an object store that real OSS clients talk to over HTTP, for the demo, the tests and `npm start`.
//
// Imitates, from the vendor's API reference and from what its SDKs and their live tests show (read in November 2026):
//   signature V4 in header, query and form policy; virtual-hosted and path-style addresses; buckets with ACL, tags,
//   versioning, styles and CORS rules, preflights; put, post, append, copy, multipart, symlink, get with ranges,
//   conditions and gzip, list v1 and v2, delete; versions and delete markers; ACL, tags and storage class of objects;
//   CRC-64 and MD5 of what is stored; x-oss-process on GET, with ranges, and ProcessObject with sys/saveas; the
//   errors' XML with code, EC and request id; the events that a trigger receives.
// Gaps, each refused with 501 NotImplemented and its name: encryption, callbacks, restore, lifecycle, policies and the
//   other bucket configurations, UploadPartCopy, OSS Select, live channels, asynchronous processing, video/ doc/ audio/
//   processing, sys/notify, variables in saveas, HEAD with x-oss-process; and whatever else is in a query that the
//   operation does not understand (live passes over what it does not know). Signatures V1 and V2 are refused as for new
//   accounts.
// Deliberate differences:
//   - path style is understood but at the service's own names, because an endpoint is 127.0.0.1 here (live:
//     SecondLevelDomainForbidden everywhere);
//   - the header x-oss-traffic-limit slows nothing down (in a query or a form, it is refused);
//   - a raw `+` in a ProcessObject body stays a plus (live: not known, perhaps a space);
//   - ProcessObject refuses AVIF and HEIC, unless `avifByPost` allows AVIF (live: vendor sources disagree);
//   - keys with `.` and `..` segments are keys like any other (live: not known);
//   - oss:GetObject is required besides oss:PostProcessTask (live: documented, not tried);
//   - an object is in memory as a whole while it is stored or read, so the largest is `maxObjectSize` (live: 5 GB);
//   - multipart uploads in progress do not survive a restart; a region is one server; everything has one owner;
//   - without a configuration of its own a bucket has the CORS rules that the service was given (live: none);
//   - pictures are shown by a browser, in a sandbox, HTML and SVG downloaded (live, by default: all downloaded);
//   - deleting what is not there raises no event, and a removal is reported with size 0;
//   - public access is never blocked (live: that of new buckets is, until their owner allows it);
//   - a delete marker raises the event of a deletion (live: the documents disagree), and so does removing one;
//   - storage class and redundancy are shown only: every object can be read at once (live: restored first).
// Assumed, because nothing documents it: see operations/process-object.ts; and that a GET with x-oss-process honours
//   If-Match by the source's ETag, and tells the length of its result: `processedGet` has what live OSS may do instead.
//   Its Range counts in the result, by the rules for objects (live: 206, by one report). No document says what a HEAD
//   with x-oss-process tells.

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allowsOrigin, type CorsConfiguration, corsHeaders, noCors } from './answer/cors.js';
import { withForcedDownload } from './answer/force-download.js';
import { asSent, lowerCaseHeaders } from './answer/headers.js';
import type { OssCall, OssOperation, ProcessedGet, ProcessImage, Reply, Service } from './call.js';
import type { AccessKeys } from './caller/access-key.js';
import { verify } from './caller/verify-request.js';
import { errorXml, refuse, ServiceError } from './error.js';
import type { EventRecord } from './object/event.js';
import { uploadsInProgress } from './object/uploads.js';
import { bucketOperations, saveBucket } from './operations/bucket.js';
import { bucketInfoOperations } from './operations/bucket-info.js';
import { copyOperations } from './operations/copy-object.js';
import { corsOperations } from './operations/cors.js';
import { deleteOperations } from './operations/delete-object.js';
import { getOperations } from './operations/get-object.js';
import { listOperations } from './operations/list-objects.js';
import { listUploadsOperations } from './operations/list-uploads.js';
import { listVersionsOperations } from './operations/list-versions.js';
import { multipartOperations } from './operations/multipart.js';
import { objectAclOperations } from './operations/object-acl.js';
import { postOperations } from './operations/post-object.js';
import { processOperations } from './operations/process-object.js';
import { putOperations } from './operations/put-object.js';
import { styleOperations } from './operations/style.js';
import { symlinkOperations } from './operations/symlink.js';
import { taggingOperations } from './operations/tagging.js';
import { versioningOperations } from './operations/versioning.js';
import { checkAddressed } from './request/addressed.js';
import { bodyChunks, ClientGone, readBody } from './request/body.js';
import { detect } from './request/detect.js';
import { checkBucketName, type RequestTarget, resolve } from './request/resolve.js';
import type { OssOperationName } from './request/routes.js';
import { memoryStorage } from './storage/memory.js';
import type { BucketAcl, Storage } from './storage/storage.js';

const operations: Record<OssOperationName, OssOperation> = {
  ...bucketOperations,
  ...bucketInfoOperations,
  ...copyOperations,
  ...corsOperations,
  ...deleteOperations,
  ...getOperations,
  ...listOperations,
  ...listUploadsOperations,
  ...listVersionsOperations,
  ...multipartOperations,
  ...objectAclOperations,
  ...postOperations,
  ...processOperations,
  ...putOperations,
  ...styleOperations,
  ...symlinkOperations,
  ...taggingOperations,
  ...versioningOperations,
};

/**
 * Stands between a request and its operation. `run` does the operation; the reply that comes back is sent. Undefined:
 * the interceptor has dealt with `response` itself (an operation that was run goes on without its client).
 */
export type Intercept = (exchange: {
  call: OssCall;
  run: () => Promise<Reply>;
  request: IncomingMessage;
  response: ServerResponse;
}) => Promise<Reply | undefined>;

/** Sizes in bytes, times in ms. */
export interface LocalOssOptions {
  processImage: ProcessImage;
  /** Default `cn-hangzhou`. */
  region?: string | undefined;
  /** The account that owns everything; default 16 digits. */
  accountId?: string | undefined;
  /** Default: in memory. */
  storage?: Storage | undefined;
  /** Whether every bucket counts as bound to an IMM project; default true. */
  immBound?: boolean | undefined;
  /** Whether ProcessObject can write AVIF, which OSS's pages deny and a sample of the vendor does; default false. */
  avifByPost?: boolean | undefined;
  /** How a GET with x-oss-process is answered; by default If-Match is honoured, and Content-Length sent. */
  processedGet?: Partial<ProcessedGet> | undefined;
  /** The CORS rules of buckets that have none of their own; default: none. */
  defaultCors?: CorsConfiguration | undefined;
  /** Largest object; default 256 MiB. */
  maxObjectSize?: number | undefined;
  now?: (() => number) | undefined;
  /** How far the signing time may be off; default 15 minutes. */
  maxSkew?: number | undefined;
  /** Called after each change, before its answer is sent. */
  onEvent?: ((record: EventRecord) => void) | undefined;
  intercept?: Intercept | undefined;
  /** Called with what became 500 InternalError: a bug in this server or an unreadable storage. */
  onBug?: ((error: unknown) => void) | undefined;
}

/** The server without its socket: give `handle` to node:http. */
export interface LocalOss {
  /** Answers a request; with a `refusal`, a message, it is answered with AccessForbidden, and nothing is done. */
  handle(request: IncomingMessage, response: ServerResponse, refusal?: string | undefined): void;
  /** Whether CORS rules let a page of `origin` send the request. It may always ask (preflight): that does nothing. */
  allows(request: IncomingMessage, origin: string): boolean;
  keys: AccessKeys;
  /**
   * Makes a bucket; an existing one keeps its content and gets the ACL, if one is given. @throws ServiceError
   * InvalidBucketName
   */
  createBucket(name: string, acl?: BucketAcl): void;
  /**
   * Refuses new requests (503) and waits for the running ones, also those whose client has left. Close the connections
   * first: an upload that stalls runs until its socket ends.
   */
  close(): Promise<void>;
}

/** An embedded OSS. It has no key and, unless the storage brings some, no bucket. */
export function createLocalOss(options: LocalOssOptions): LocalOss {
  const { intercept = ({ run }) => run(), onBug = () => {} } = options;
  const service: Service = {
    region: options.region ?? 'cn-hangzhou',
    accountId: options.accountId ?? '1000000000000001',
    keys: new Map(),
    storage: options.storage ?? memoryStorage(),
    uploads: uploadsInProgress(),
    processImage: options.processImage,
    immBound: options.immBound ?? true,
    avifByPost: options.avifByPost ?? false,
    processedGet: { ifMatch: 'honoured', framing: 'length', ...options.processedGet },
    defaultCors: options.defaultCors ?? noCors,
    maxObjectSize: options.maxObjectSize ?? 256 * 1024 * 1024,
    now: options.now ?? Date.now,
    maxSkew: options.maxSkew,
    onEvent: options.onEvent ?? (() => {}),
  };
  const running = new Set<Promise<void>>();
  let closed = false;

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    target: RequestTarget,
  ): Promise<Reply | undefined> {
    const { method = '', headers, socket } = request;
    checkAddressed(method, target, service.storage);
    const caller = method === 'OPTIONS' ? undefined : verify(method, target, headers, service);
    const operation = detect(method, target, headers);
    const call: OssCall = {
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
      chunks: () => bodyChunks(request),
    };
    const reply = await intercept({ call, run: () => operations[operation](call), request, response });
    return reply && (operation === 'GetObject' || operation === 'HeadObject') ? withForcedDownload(reply) : reply;
  }

  /** What a request addresses, or the refusal of one that cannot be read. */
  function addressOf({ url = '', headers }: IncomingMessage): RequestTarget | ServiceError {
    try {
      return resolve(url, headers.host, service.region);
    } catch (error) {
      if (error instanceof ServiceError) return error;
      throw error;
    }
  }

  /**
   * The CORS rules for what a request addresses: those of its bucket, and the default for a bucket that is not there or
   * whose name cannot be read. The service as a whole has none.
   */
  function corsOf(address: RequestTarget | ServiceError): CorsConfiguration {
    if (address instanceof ServiceError) return service.defaultCors;
    const { bucket } = address;
    return bucket === undefined ? noCors : (service.storage.bucket(bucket)?.cors ?? service.defaultCors);
  }

  async function serve(request: IncomingMessage, response: ServerResponse, refusal?: string): Promise<void> {
    const id = randomBytes(12).toString('hex').toUpperCase();
    const started = performance.now();
    let cors: Readonly<Record<string, string>> = {};
    const stamp = () => ({
      ...cors,
      Server: 'AliyunOSS (embedded)',
      Date: new Date(service.now()).toUTCString(),
      'x-oss-request-id': id,
      'x-oss-server-time': String(Math.round(performance.now() - started)),
    });
    try {
      if (refusal !== undefined) throw refuse('AccessForbidden', { message: refusal });
      const address = addressOf(request);
      cors = corsHeaders(corsOf(address), request.headers.origin, request.method ?? '');
      if (closed) throw refuse('ServiceUnavailable', { message: 'The embedded OSS is shutting down.' });
      if (address instanceof ServiceError) throw address;
      const reply = await answer(request, response, id, address);
      if (reply) send(response, reply, stamp());
    } catch (error) {
      if (error instanceof ClientGone) return;
      if (!(error instanceof ServiceError)) onBug(error);
      const refusal = error instanceof ServiceError ? error : refuse('InternalError', { cause: error });
      send(response, refusalReply(refusal, id, request), stamp());
    }
    // What is left of a refused body: a client that sends it to its end before it reads the answer would wait for ever.
    if (!request.complete) request.resume();
  }

  return {
    keys: service.keys,
    allows: (request, origin) =>
      request.method === 'OPTIONS' || allowsOrigin(corsOf(addressOf(request)), origin, request.method ?? ''),
    handle: (request, response, refusal) => {
      const work = serve(request, response, refusal)
        .catch((error) => {
          onBug(error);
          response.destroy();
        })
        .finally(() => running.delete(work));
      running.add(work);
    },
    createBucket: (name, acl) => {
      checkBucketName(name);
      saveBucket(service, name, acl);
    },
    close: async () => {
      closed = true;
      await Promise.all(running);
    },
  };
}

/**
 * A HEAD has no body, so its error travels in x-oss-err, as base64 of the XML; without the parts that some codes add,
 * which can be larger than clients allow for headers.
 */
function refusalReply(refusal: ServiceError, id: string, request: IncomingMessage): Reply {
  const { status, code, message, detail } = refusal;
  const { ec } = detail;
  const headers = { ...detail.headers, ...(ec !== undefined && { 'x-oss-ec': ec }) };
  const host = request.headers.host ?? '';
  if (request.method !== 'HEAD') return { status, headers, body: errorXml(refusal, id, host) };
  const xml = errorXml(new ServiceError(status, code, message, { ec }), id, host);
  return { status, headers: { ...headers, 'x-oss-err': Buffer.from(xml).toString('base64') } };
}

function send(response: ServerResponse, reply: Reply, stamp: Readonly<Record<string, string>>): void {
  const { status, body, cutAfter, framing = 'length' } = reply;
  const headers = lowerCaseHeaders(reply);
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  for (const [name, value] of Object.entries(stamp)) response.setHeader(name, value);
  if (typeof body === 'string') response.setHeader('Content-Type', 'application/xml');
  if (framing === 'chunked') headers['transfer-encoding'] = 'chunked';
  // Node then closes the connection at the end of the body.
  if (framing === 'none') response.useChunkedEncodingByDefault = false;
  const bodiless = status === 204 || status === 304;
  const measured = !bodiless && framing !== 'none' && headers['transfer-encoding'] === undefined;
  // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
  if (response.req.httpVersion === '1.0') delete headers['transfer-encoding'];
  if (measured) response.setHeader('Content-Length', Buffer.byteLength(body ?? ''));
  for (const [name, value] of Object.entries(headers)) {
    // CORS has its own.
    if (name === 'vary') response.appendHeader(asSent(name), value);
    else response.setHeader(asSent(name), value);
  }
  if (cutAfter === undefined) response.end(body);
  else response.write(Buffer.from(body ?? '').subarray(0, cutAfter), () => response.destroy());
}
