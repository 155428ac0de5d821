// The calls the function makes to OSS. A client is made for each invocation, with that invocation's credentials and
// deadline, and forgotten with it; connections and signing keys outlive it.
import type { Buffer } from 'node:buffer';
import { header, requestIdOf } from './answer.js';
import type { Connection, WireAnswer } from './connection.js';
import { checkBucket, checkKey, type Endpoint } from './endpoint.js';
import { noCode, OssError } from './error.js';
import { headOf, type ObjectHead, unquoted } from './head.js';
import { type ListPage, listQuery, readListPage } from './list.js';
import type { ObjectName } from './object-name.js';
import { createRequester, type OssRequest } from './request.js';
import { createProcessObject, type SavedObject } from './save-as.js';
import type { Credentials } from './sign.js';

export interface OssOptions {
  readonly endpoint: Endpoint;
  readonly region: string;
  readonly credentials: Credentials;
  readonly connection: Connection;
  /** Epoch ms: no call goes on beyond it. */
  readonly deadline: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
}

/** All throw OssError. A key or bucket that cannot stand on the wire as it is is refused before anything is sent. */
export interface Oss {
  readonly processObject: (
    request: ObjectName & { readonly style: string; readonly target: ObjectName },
  ) => Promise<SavedObject>;
  /** Undefined: there is no such object. */
  readonly headObject: (place: ObjectName) => Promise<ObjectHead | undefined>;
  readonly getObject: (
    request: ObjectName & { readonly ifNoneMatch?: string | undefined; readonly maxBytes: number },
  ) => Promise<
    { readonly unchanged: true } | { readonly unchanged?: never; readonly body: Buffer; readonly etag: string }
  >;
  readonly putObject: (
    request: ObjectName & { readonly body: Buffer | string; readonly contentType?: string | undefined },
  ) => Promise<{ readonly etag: string; readonly requestId: string | undefined }>;
  /** A page of at most `limit` (1 to 1,000) keys that start with `prefix`, after the page that said `after`. */
  readonly listObjects: (request: {
    readonly bucket: string;
    readonly prefix: string;
    readonly limit: number;
    readonly after?: string | undefined;
  }) => Promise<ListPage>;
  /** Well also when there was nothing to delete. `confirmed`: see `Saved`. */
  readonly deleteObject: (place: ObjectName) => Promise<{ readonly confirmed: boolean }>;
}

// ms
const headTimeout = 5_000;
const objectTimeout = 15_000;
// A thousand keys of 1,023 bytes, percent-encoded, with what stands around them.
const listBytes = 8_000_000;

export function createOss({
  endpoint,
  region,
  credentials,
  connection,
  deadline,
  now = Date.now,
  random = Math.random,
  sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: OssOptions): Oss {
  const { once, retried } = createRequester({
    endpoint,
    region,
    credentials,
    connection,
    deadline,
    now,
    random,
    sleep,
  });

  async function headOnce(place: ObjectName): Promise<ObjectHead | undefined> {
    try {
      return headOf(await once({ ...place, method: 'HEAD', timeout: headTimeout }));
    } catch (error) {
      if (error instanceof OssError && error.status === 404 && noObject.has(error.code)) return undefined;
      throw error;
    }
  }

  const headObject = async (place: ObjectName) => {
    checkPlace(place);
    return (await retried(() => headOnce(place))).value;
  };

  return {
    processObject: createProcessObject({ once, retried, headOnce, headObject, now }),

    headObject,

    async getObject({ bucket, key, ifNoneMatch, maxBytes }) {
      checkPlace({ bucket, key });
      const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': `"${unquoted(ifNoneMatch)}"` };
      const { value } = await retried(() =>
        once({ bucket, key, method: 'GET', headers, timeout: objectTimeout, maxBytes }, [304]),
      );
      if (value.status === 304) return { unchanged: true };
      if (value.truncated || value.body.length > maxBytes) throw tooLarge(value, maxBytes);
      return { body: value.body, etag: unquoted(header(value, 'etag') ?? '') };
    },

    async putObject({ bucket, key, body, contentType }) {
      checkPlace({ bucket, key });
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const { value } = await retried(() =>
        once({ bucket, key, method: 'PUT', headers, body, timeout: objectTimeout }),
      );
      return { etag: unquoted(header(value, 'etag') ?? ''), requestId: requestIdOf(value) };
    },

    async listObjects({ bucket, prefix, limit, after }) {
      checkBucket(bucket);
      const query = listQuery(prefix, limit, after);
      const call: OssRequest = { bucket, method: 'GET', query, timeout: objectTimeout, maxBytes: listBytes };
      return (await retried(async () => readListPage(await once(call)))).value;
    },

    async deleteObject(place) {
      checkPlace(place);
      try {
        const { confirmed } = await retried(() => once({ ...place, method: 'DELETE', timeout: objectTimeout }));
        return { confirmed };
      } catch (error) {
        if (!(error instanceof OssError) || error.kind !== 'gone') throw error;
        return { confirmed: error.confirmed };
      }
    },
  };
}

// A HEAD has no body: the code is in x-oss-err, or nowhere.
const noObject = new Set(['NoSuchKey', 'NoSuchFile', noCode]);

function checkPlace({ bucket, key }: ObjectName): void {
  checkBucket(bucket);
  checkKey(key);
}

function tooLarge(answer: WireAnswer, maxBytes: number): OssError {
  return new OssError({
    message: `EntityTooLarge: the object is larger than ${maxBytes} bytes`,
    status: answer.status,
    code: 'EntityTooLarge',
    kind: 'permanent',
    requestId: requestIdOf(answer),
  });
}
