// The calls that the function makes to OSS. A client is made for each invocation, with that invocation's credentials
// and deadline, and forgotten with it; connections and signing keys outlive it.
//
// A call goes this way: client.ts says what to send and how to read the answer; request.ts checks the names
// (endpoint.ts), waits for a place (limit.ts), signs the request (sign.ts), sends it (connection.ts) and has the answer
// read; answer.ts makes an error of one that is not 2xx, whose kind is decided in error.ts; retry.ts decides whether
// request.ts sends it again. processObject may take more than one request: see save-as.ts. What relayObject does is
// loaded when it is first called for: most rules relay nothing.
import type { Buffer } from 'node:buffer';
import { checkOfOss, etagOf, requestIdOf, unquoted } from './answer.js';
import type { WireAnswer } from './connection.js';
import { checkBucket, checkKey } from './endpoint.js';
import { notSent, OssError } from './error.js';
import { headOf, headRequest, noHead, type ObjectHead } from './head.js';
import { type ListPage, listQuery, readListPage } from './list.js';
import type { ObjectName } from './object-name.js';
import type { RelayRequest } from './relay/relay.js';
import { type Answering, createCalls, type OssOptions, type OssRequest } from './request.js';
import { createProcessObject, type SavedObject } from './save-as.js';

/**
 * All throw OssError. A bucket or key that OSS refuses, or that would arrive as another one, is refused before it is
 * sent.
 */
export interface Oss {
  readonly processObject: (
    request: ObjectName & { readonly style: string; readonly target: ObjectName },
  ) => Promise<SavedObject>;
  /** Has OSS process an object, and stores the result with what sys/saveas cannot give it. */
  readonly relayObject: (request: RelayRequest) => Promise<SavedObject>;
  /** Undefined: there is no such object. */
  readonly headObject: (object: ObjectName) => Promise<ObjectHead | undefined>;
  /** `process`: what to answer instead of the object, such as `image/info`. */
  readonly getObject: (
    request: ObjectName & {
      readonly ifNoneMatch?: string | undefined;
      readonly maxBytes: number;
      readonly process?: string;
    },
  ) => Promise<
    | { readonly unchanged: true; readonly body?: never }
    | { readonly unchanged?: never; readonly body: Buffer; readonly etag: string }
  >;
  readonly putObject: (
    request: ObjectName & { readonly body: Buffer | string; readonly contentType?: string | undefined },
  ) => Promise<{ readonly etag: string; readonly requestId: string | undefined }>;
  /** Within a region, of an object of at most 1 GB. */
  readonly copyObject: (request: ObjectName & { readonly from: ObjectName }) => Promise<void>;
  /**
   * A page of at most `limit` (1 to 1,000) keys that start with `prefix`. `after`: `next` of the previous page;
   * `startAfter`: a key that need not be there, for a first page.
   */
  readonly listObjects: (request: {
    readonly bucket: string;
    readonly prefix: string;
    readonly limit: number;
    readonly after?: string | undefined;
    readonly startAfter?: string | undefined;
  }) => Promise<ListPage>;
  /** Succeeds also when there was nothing to delete. `confirmed`: see `SavedObject`. */
  readonly deleteObject: (object: ObjectName) => Promise<{ readonly confirmed: boolean }>;
}

// ms
const timeout = 15_000;
// A thousand keys of 1,023 bytes, percent-encoded, and the XML around them.
const listBytes = 8_000_000;

export function createOss(options: OssOptions): Oss {
  const calls = createCalls(options);
  const { call } = calls;

  return {
    processObject: createProcessObject(calls),

    async relayObject(request) {
      const { relayObject } = await import('./relay/relay.js').catch(rethrowMissing);
      return relayObject(calls, request);
    },

    headObject: (object) => call(headRequest(object), looking),

    getObject({ bucket, key, ifNoneMatch, maxBytes, process }) {
      const query = process === undefined ? undefined : [['x-oss-process', process] as const];
      const headers = ifNoneMatch === undefined ? undefined : { 'if-none-match': `"${unquoted(ifNoneMatch)}"` };
      const request: OssRequest = { bucket, key, method: 'GET', query, headers, timeout, maxBytes, accept: 304 };
      return call<Awaited<ReturnType<Oss['getObject']>>>(request, {
        read(answer) {
          if (answer.status === 304) return { unchanged: true };
          checkOfOss(answer);
          const { status, truncated, body } = answer;
          if (!truncated && body.length <= maxBytes) return { body, etag: etagOf(answer) };
          const message = `EntityTooLarge: the object is larger than ${maxBytes} bytes`;
          const requestId = requestIdOf(answer);
          throw new OssError({ message, status, code: 'EntityTooLarge', kind: 'permanent', requestId });
        },
      });
    },

    putObject({ bucket, key, body, contentType }) {
      const headers = contentType === undefined ? undefined : { 'content-type': contentType };
      return call({ bucket, key, method: 'PUT', headers, body, timeout }, putting);
    },

    async copyObject({ bucket, key, from }) {
      checkBucket(from.bucket);
      checkKey(from.key);
      // https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject
      const headers = { 'x-oss-copy-source': `/${from.bucket}/${encodeURIComponent(from.key)}` };
      await call({ bucket, key, method: 'PUT', headers, timeout }, putting);
    },

    listObjects({ bucket, prefix, limit, after, startAfter }) {
      const query = listQuery(prefix, limit, after, startAfter);
      return call({ bucket, method: 'GET', query, timeout, maxBytes: listBytes }, { read: readListPage });
    },

    deleteObject: ({ bucket, key }) => call({ bucket, key, method: 'DELETE', timeout }, deleting),
  };
}

/** Who deploys index.js alone gets what needs no relay, and what needs one once relay.js is there too. */
function rethrowMissing(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
  throw notSent('setup', 'NoRelay', 'relay.js is not beside index.js: deploy all of dist/');
}

const looking: Answering<ObjectHead | undefined> = { read: headOf, fail: noHead };

const putting = {
  read(answer: WireAnswer) {
    checkOfOss(answer);
    return { etag: etagOf(answer), requestId: requestIdOf(answer) };
  },
};

const deleting: Answering<{ readonly confirmed: boolean }> = {
  read(answer, { confirmed }) {
    checkOfOss(answer);
    return { confirmed };
  },
  fail(error) {
    if (error.kind !== 'gone') throw error;
    return { confirmed: error.confirmed };
  },
};
