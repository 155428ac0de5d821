// The calls the function makes to OSS. A client is made for each invocation, with that invocation's credentials and
// deadline, and forgotten with it; connections and signing keys outlive it.
import type { Buffer } from 'node:buffer';
import { answerError, header, httpDate, requestIdOf } from './answer.js';
import type { Connection, WireAnswer, WireRequest } from './connection.js';
import { bucketOrigin, checkBucket, checkKey, type Endpoint, wirePath, wireQuery } from './endpoint.js';
import { NO_CODE, OssError, withHistory } from './error.js';
import { headOf, type ObjectHead, unquoted } from './head.js';
import { type ListPage, listQuery, readListPage } from './list.js';
import { type Place, processBody, processResult } from './process.js';
import { type Retried, retry } from './retry.js';
import { type Credentials, sign } from './sign.js';

export type OssOptions = {
  readonly endpoint: Endpoint;
  readonly region: string;
  readonly credentials: Credentials;
  readonly connection: Connection;
  /** Epoch ms: no call goes on beyond it. */
  readonly deadline: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
};

export type Saved = {
  readonly bucket: string;
  readonly object: string;
  /** Of the saved object, when OSS tells. */
  readonly bytes?: number;
  /** OSS's own word for success. */
  readonly status: 'OK';
  readonly httpStatus: number;
  readonly requestId: string | undefined;
  /** OSS said nothing but 2xx; the target was looked at, and has been written since the call began. */
  readonly unverified?: true;
  readonly attempts: number;
  /** False: an earlier attempt got no answer, and may still write the target after this one. */
  readonly answered: boolean;
};

/** All throw OssError. A key or bucket that cannot stand on the wire as it is is refused before anything is sent. */
export type Oss = {
  readonly processObject: (request: Place & { readonly style: string; readonly target: Place }) => Promise<Saved>;
  /** Undefined: there is no such object. */
  readonly headObject: (place: Place) => Promise<ObjectHead | undefined>;
  readonly getObject: (
    request: Place & { readonly ifNoneMatch?: string | undefined; readonly maxBytes: number },
  ) => Promise<
    { readonly unchanged: true } | { readonly unchanged?: never; readonly body: Buffer; readonly etag: string }
  >;
  readonly putObject: (
    request: Place & { readonly body: Buffer | string; readonly contentType?: string | undefined },
  ) => Promise<{ readonly etag: string; readonly requestId: string | undefined }>;
  /** A page of at most `limit` (1 to 1,000) keys that start with `prefix`, after the page that said `after`. */
  readonly listObjects: (request: {
    readonly bucket: string;
    readonly prefix: string;
    readonly limit: number;
    readonly after?: string | undefined;
  }) => Promise<ListPage>;
  /** Well also when there was nothing to delete. `answered`: see `Saved`. */
  readonly deleteObject: (place: Place) => Promise<{ readonly answered: boolean }>;
};

// ms
const HEAD_TIMEOUT = 5_000;
const OBJECT_TIMEOUT = 15_000;
const PROCESS_TIMEOUT = 90_000;
const ANSWER_BYTES = 65_536;
// A thousand keys of 1,023 bytes, percent-encoded, with what stands around them.
const LIST_BYTES = 8_000_000;

type Call = {
  readonly bucket: string;
  /** Absent: the bucket itself. */
  readonly key?: string;
  readonly method: WireRequest['method'];
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly timeout: number;
  readonly maxBytes?: number;
};

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
  const secrets = [credentials.accessKeySecret, credentials.securityToken ?? '', credentials.accessKeyId];
  /** OSS's clock minus ours, ms; set once. */
  let skew: number | undefined;

  /** One request, signed now. Statuses in `accepted`, besides 2xx, are answers too. */
  async function once(call: Call, accepted: readonly number[] = []): Promise<WireAnswer> {
    const { bucket, key, method, query = [], headers = {}, body } = call;
    const signed = sign({ method, bucket, key: key ?? '', query, headers }, credentials, {
      region,
      now: now() + (skew ?? 0),
    });
    const answer = await connection.send({
      origin: bucketOrigin(endpoint, bucket),
      method,
      path: wirePath(endpoint, bucket, key) + wireQuery(query),
      headers: signed,
      body,
      timeout: Math.max(1, Math.min(call.timeout, deadline - now())),
      // An error is read whole, however small the object may be.
      maxBytes: Math.max(call.maxBytes ?? 0, ANSWER_BYTES),
    });
    if ((answer.status >= 200 && answer.status < 300) || accepted.includes(answer.status)) return answer;
    throw answerError(answer, [...secrets, signed['authorization']?.split('Signature=')[1] ?? ''], now());
  }

  function correctSkew({ serverTime }: OssError): boolean {
    if (serverTime === undefined) return false;
    skew ??= serverTime - now();
    return true;
  }

  const retried = <T>(attempt: () => Promise<T>): Promise<Retried<T>> =>
    retry(attempt, { deadline, now, random, sleep, correctSkew });

  async function headOnce(place: Place): Promise<ObjectHead | undefined> {
    try {
      return headOf(await once({ ...place, method: 'HEAD', timeout: HEAD_TIMEOUT }));
    } catch (error) {
      if (error instanceof OssError && error.status === 404 && NO_OBJECT.has(error.code)) return undefined;
      throw error;
    }
  }

  const headObject = async (place: Place) => {
    checkPlace(place);
    return (await retried(() => headOnce(place))).value;
  };

  /** What `NoSuchKey` means for a source: it is gone, or it is there and the style names an image that is not. */
  async function missing(error: OssError, source: Place): Promise<unknown> {
    try {
      return (await headObject(source)) === undefined ? error : partMissing(error);
    } catch (unknown) {
      if (!(unknown instanceof OssError)) return unknown;
      return withHistory(unknown, error.attempts + unknown.attempts, error.answered);
    }
  }

  return {
    async processObject({ bucket, key, style, target }) {
      checkPlace({ bucket, key });
      const body = processBody({ style, target });
      const call: Call = {
        bucket,
        key,
        method: 'POST',
        query: [['x-oss-process', '']],
        body,
        timeout: PROCESS_TIMEOUT,
      };
      try {
        const { value, attempts, answered } = await retried(async () => {
          const begun = now();
          const answer = await once(call);
          const took = now() - begun;
          const result = processResult(answer, target);
          if (result !== 'empty') return { answer, result, verified: true };
          const head = await headOnce(target);
          if (head === undefined || head.lastModified < begunAt(answer, took)) throw notThere(answer, target);
          return { answer, result: {}, verified: false };
        });
        return {
          bucket: target.bucket,
          object: target.key,
          ...value.result,
          status: 'OK',
          httpStatus: value.answer.status,
          requestId: requestIdOf(value.answer),
          ...(value.verified ? undefined : { unverified: true as const }),
          attempts,
          answered,
        };
      } catch (error) {
        if (!(error instanceof OssError) || error.kind !== 'gone') throw error;
        throw await missing(error, { bucket, key });
      }
    },

    headObject,

    async getObject({ bucket, key, ifNoneMatch, maxBytes }) {
      checkPlace({ bucket, key });
      const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': `"${unquoted(ifNoneMatch)}"` };
      const { value } = await retried(() =>
        once({ bucket, key, method: 'GET', headers, timeout: OBJECT_TIMEOUT, maxBytes }, [304]),
      );
      if (value.status === 304) return { unchanged: true };
      if (value.truncated || value.body.length > maxBytes) throw tooLarge(value, maxBytes);
      return { body: value.body, etag: unquoted(header(value, 'etag') ?? '') };
    },

    async putObject({ bucket, key, body, contentType }) {
      checkPlace({ bucket, key });
      const headers = contentType === undefined ? {} : { 'content-type': contentType };
      const { value } = await retried(() =>
        once({ bucket, key, method: 'PUT', headers, body, timeout: OBJECT_TIMEOUT }),
      );
      return { etag: unquoted(header(value, 'etag') ?? ''), requestId: requestIdOf(value) };
    },

    async listObjects({ bucket, prefix, limit, after }) {
      checkBucket(bucket);
      const query = listQuery(prefix, limit, after);
      const call: Call = { bucket, method: 'GET', query, timeout: OBJECT_TIMEOUT, maxBytes: LIST_BYTES };
      return (await retried(async () => readListPage(await once(call)))).value;
    },

    async deleteObject(place) {
      checkPlace(place);
      try {
        const { answered } = await retried(() => once({ ...place, method: 'DELETE', timeout: OBJECT_TIMEOUT }));
        return { answered };
      } catch (error) {
        if (!(error instanceof OssError) || error.kind !== 'gone') throw error;
        return { answered: error.answered };
      }
    },
  };
}

// A HEAD has no body: the code is in x-oss-err, or nowhere.
const NO_OBJECT = new Set(['NoSuchKey', 'NoSuchFile', NO_CODE]);

function checkPlace({ bucket, key }: Place): void {
  checkBucket(bucket);
  checkKey(key);
}

/**
 * When OSS began, by its own clock, in whole seconds as Last-Modified has them: what is there since longer was made of an
 * earlier version.
 */
function begunAt(answer: WireAnswer, took: number): number {
  const ended = httpDate(header(answer, 'date'));
  return ended === undefined ? 0 : Math.floor((ended - took) / 1000) * 1000;
}

function notThere(answer: WireAnswer, target: Place): OssError {
  return new OssError({
    message: `NotSaved (HTTP ${answer.status}): OSS said nothing, and oss://${target.bucket}/${target.key} was not written`,
    status: answer.status,
    code: 'NotSaved',
    kind: 'transient',
    requestId: requestIdOf(answer),
  });
}

/** NoSuchKey although the source is there: a watermark image that the style names is missing. */
function partMissing(error: OssError): OssError {
  const { message, cause } = error;
  return new OssError({
    ...error,
    message: `${message} (the source is there: an image that the style names is missing)`,
    kind: 'setup',
    cause,
  });
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
