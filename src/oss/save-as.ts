// ProcessObject as one call: the request (process.ts), a look at the target when OSS's answer says nothing, and the
// request once more when OSS found no source, but the source is there: it may have been stored only after the request.
import { header, httpDate, requestIdOf, unexpectedAnswer } from './answer.js';
import type { WireAnswer } from './connection.js';
import { checkBucket, checkKey } from './endpoint.js';
import { OssError, withHistory } from './error.js';
import type { ObjectHead } from './head.js';
import type { ObjectName } from './object-name.js';
import { processBody, processResult } from './process.js';
import type { OssRequest, Requester } from './request.js';

export interface SavedObject {
  readonly bucket: string;
  readonly object: string;
  /** Of the saved object, when OSS tells. */
  readonly bytes?: number | undefined;
  /** OSS's own word for success. */
  readonly status: 'OK';
  readonly httpStatus: number;
  readonly requestId: string | undefined;
  /** The answer says nothing but 2xx; a look at the target showed that it was written since the call began. */
  readonly unverified?: true | undefined;
  readonly attempts: number;
  /**
   * OSS answered every request of this call. False: an earlier attempt got no answer and may still write after this
   * one, or the target may have been written by another call.
   */
  readonly confirmed: boolean;
}

type Calls = Requester & {
  /** Undefined: there is no such object. */
  readonly headOnce: (object: ObjectName) => Promise<ObjectHead | undefined>;
  /** The same, retried. */
  readonly headObject: (object: ObjectName) => Promise<ObjectHead | undefined>;
};

const processTimeout = 90_000;

// A source that is deleted and stored again during each call is left to the events of its new versions.
const maxLooks = 3;

/**
 * @throws OssError; kind `gone`: there is no source; `setup` with `NoSuchKey`: an image that the style names is missing
 */
export function createProcessObject({ once, retried, headOnce, headObject, now }: Calls) {
  /** Looks at a source that a call did not find; an error of the look ends the call. */
  async function lookAfter(error: OssError, source: ObjectName): Promise<ObjectHead | undefined> {
    try {
      return await headObject(source);
    } catch (unknown) {
      if (!(unknown instanceof OssError)) throw unknown;
      throw withHistory(unknown, error.attempts + unknown.attempts, error.confirmed);
    }
  }

  return async ({
    bucket,
    key,
    style,
    target,
  }: ObjectName & { style: string; target: ObjectName }): Promise<SavedObject> => {
    checkBucket(bucket);
    checkKey(key);
    const body = processBody({ style, target });
    const query = [['x-oss-process', '']] as const;
    const request: OssRequest = { bucket, key, method: 'POST', query, body, timeout: processTimeout };
    const attempt = async () => {
      const sent = now();
      const answer = await once(request);
      const took = now() - sent;
      const result = processResult(answer, target);
      if (result !== 'empty') return { answer, result, verified: true, sure: true };
      const head = await headOnce(target);
      const begun = begunWithin(answer, took);
      if (head === undefined || head.lastModified < begun.first) {
        const why = `OSS said nothing, and oss://${target.bucket}/${target.key} was not written`;
        throw unexpectedAnswer(answer, why, { code: 'NotSaved' });
      }
      return { answer, result: {}, verified: false, sure: head.lastModified >= begun.last };
    };
    let before = { attempts: 0, confirmed: true };
    let present: ObjectHead | undefined;
    for (let looks = 0; ; looks += 1) {
      try {
        const { value, attempts, confirmed } = await retried(attempt);
        return {
          bucket: target.bucket,
          object: target.key,
          ...value.result,
          status: 'OK',
          httpStatus: value.answer.status,
          requestId: requestIdOf(value.answer),
          unverified: value.verified ? undefined : true,
          attempts: before.attempts + attempts,
          confirmed: before.confirmed && confirmed && value.sure,
        };
      } catch (thrown) {
        if (!(thrown instanceof OssError)) throw thrown;
        const error = withHistory(thrown, before.attempts + thrown.attempts, before.confirmed && thrown.confirmed);
        if (error.kind !== 'gone' || looks === maxLooks) throw error;
        const head = await lookAfter(error, { bucket, key });
        if (head === undefined) throw error;
        // The source was there before and after a call that found something missing: that is not the source.
        if (present !== undefined && sameObject(present, head)) throw partMissing(error);
        // The source is there, but was perhaps stored only after the call.
        present = head;
        before = error;
      }
    }
  };
}

function sameObject(one: ObjectHead, other: ObjectHead): boolean {
  return one.etag === other.etag && one.lastModified === other.lastModified && one.versionId === other.versionId;
}

/**
 * OSS began to process between these two times, by its own clock, which its answer tells in whole seconds, as
 * Last-Modified does. A target written before `first` was made of an earlier version; one written before `last` may
 * have been.
 */
function begunWithin(answer: WireAnswer, took: number): { readonly first: number; readonly last: number } {
  const ended = httpDate(header(answer, 'date'));
  if (ended === undefined) return { first: 0, last: Number.POSITIVE_INFINITY };
  return { first: Math.floor((ended - took) / 1000) * 1000, last: ended + 1000 - took };
}

/** NoSuchKey although the source was there all the time: a watermark image that the style names is missing. */
function partMissing(error: OssError): OssError {
  const message = `${error.message} (the source is there: an image that the style names is missing)`;
  return new OssError({ ...error, message, kind: 'setup', cause: error.cause });
}
