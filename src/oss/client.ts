// The calls that the function makes to OSS. A client is made for each invocation, with that invocation's credentials
// and deadline, and forgotten with it; connections and signing keys outlive it.
//
// A call goes this way: client.ts checks the names (endpoint.ts) and makes a request; retry.ts makes the attempts; in
// each of them request.ts signs the request (sign.ts) and sends it (connection.ts); answer.ts reads the answer and
// makes an error of one that is not 2xx, whose kind is decided in error.ts. processObject takes more than one request:
// see save-as.ts.
import type { Buffer } from 'node:buffer';
import { header, requestIdOf, unexpectedAnswer } from './answer.js';
import type { WireAnswer } from './connection.js';
import { checkBucket, checkKey } from './endpoint.js';
import { noCode, OssError } from './error.js';
import { headOf, type ObjectHead, unquoted } from './head.js';
import { type ListPage, listQuery, readListPage } from './list.js';
import type { ObjectName } from './object-name.js';
import { createRequester, type OssOptions, type OssRequest } from './request.js';
import { createProcessObject, type SavedObject } from './save-as.js';

/**
 * All throw OssError. A bucket or key that OSS refuses, or that would arrive as another one, is refused before it is
 * sent.
 */
export interface Oss {
  readonly processObject: (
    request: ObjectName & { readonly style: string; readonly target: ObjectName },
  ) => Promise<SavedObject>;
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
const headTimeout = 5_000;
const objectTimeout = 15_000;
// A thousand keys of 1,023 bytes, percent-encoded, and the XML around them.
const listBytes = 8_000_000;

export function createOss(options: OssOptions): Oss {
  const requester = createRequester(options);
  const { once, retried } = requester;

  async function headOnce(object: ObjectName): Promise<ObjectHead | undefined> {
    try {
      return headOf(await once({ ...object, method: 'HEAD', timeout: headTimeout }));
    } catch (error) {
      if (error instanceof OssError && error.status === 404 && noObject.has(error.code)) return undefined;
      throw error;
    }
  }

  const headObject = async (object: ObjectName) => {
    checkName(object);
    return (await retried(() => headOnce(object))).value;
  };

  return {
    processObject: createProcessObject({ ...requester, headOnce, headObject }),

    headObject,

    async getObject({ bucket, key, ifNoneMatch, maxBytes, process }) {
      checkName({ bucket, key });
      const query = process === undefined ? [] : [['x-oss-process', process] as const];
      const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': `"${unquoted(ifNoneMatch)}"` };
      const { value } = await retried(() =>
        ofOss(once({ bucket, key, method: 'GET', query, headers, timeout: objectTimeout, maxBytes }, [304])),
      );
      if (value.status === 304) return { unchanged: true };
      if (value.truncated || value.body.length > maxBytes) {
        const message = `EntityTooLarge: the object is larger than ${maxBytes} bytes`;
        const requestId = requestIdOf(value);
        throw new OssError({ message, status: value.status, code: 'EntityTooLarge', kind: 'permanent', requestId });
      }
      return { body: value.body, etag: unquoted(header(value, 'etag') ?? '') };
    },

    async putObject({ bucket, key, body, contentType }) {
      checkName({ bucket, key });
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const { value } = await retried(() =>
        ofOss(once({ bucket, key, method: 'PUT', headers, body, timeout: objectTimeout })),
      );
      return { etag: unquoted(header(value, 'etag') ?? ''), requestId: requestIdOf(value) };
    },

    async copyObject({ bucket, key, from }) {
      checkName({ bucket, key });
      checkName(from);
      // https://www.alibabacloud.com/help/en/oss/developer-reference/copyobject
      const headers = { 'x-oss-copy-source': `/${from.bucket}/${encodeURIComponent(from.key)}` };
      await retried(() => ofOss(once({ bucket, key, method: 'PUT', headers, timeout: objectTimeout })));
    },

    async listObjects({ bucket, prefix, limit, after, startAfter }) {
      checkBucket(bucket);
      const query = listQuery(prefix, limit, after, startAfter);
      const call: OssRequest = { bucket, method: 'GET', query, timeout: objectTimeout, maxBytes: listBytes };
      return (await retried(async () => readListPage(await once(call)))).value;
    },

    async deleteObject(object) {
      checkName(object);
      try {
        const { confirmed } = await retried(() => ofOss(once({ ...object, method: 'DELETE', timeout: objectTimeout })));
        return { confirmed };
      } catch (error) {
        if (!(error instanceof OssError) || error.kind !== 'gone') throw error;
        return { confirmed: error.confirmed };
      }
    },
  };
}

/**
 * An answer that OSS has given: it names the object's ETag or the request. A proxy's page with 200 does not, and would
 * be taken for a record that is written, or for what a record holds.
 * https://www.alibabacloud.com/help/en/oss/developer-reference/common-http-headers
 */
async function ofOss(answering: Promise<WireAnswer>): Promise<WireAnswer> {
  const answer = await answering;
  if (answer.status === 304 || unquoted(header(answer, 'etag') ?? '') !== '' || requestIdOf(answer) !== undefined)
    return answer;
  throw unexpectedAnswer(answer, 'neither an ETag nor a request id', { confirmed: false });
}

// The answer to a HEAD has no body: the Code is in the header x-oss-err, or nowhere.
const noObject = new Set(['NoSuchKey', 'NoSuchFile', noCode]);

function checkName({ bucket, key }: ObjectName): void {
  checkBucket(bucket);
  checkKey(key);
}
