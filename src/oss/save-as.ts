// ProcessObject as one call: asked, verified when OSS says nothing, and asked once more when it may have missed a source
// that was stored only then.
import { header, httpDate, requestIdOf } from './answer.js';
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
  readonly bytes?: number;
  /** OSS's own word for success. */
  readonly status: 'OK';
  readonly httpStatus: number;
  readonly requestId: string | undefined;
  /** OSS said nothing but 2xx; the target was looked at, and has been written since the call began. */
  readonly unverified?: true;
  readonly attempts: number;
  /** False: the target may not be of this call, or an earlier attempt got no answer and may still write after this one. */
  readonly confirmed: boolean;
}

type Calls = Requester & {
  /** Undefined: there is no such object. */
  readonly headOnce: (place: ObjectName) => Promise<ObjectHead | undefined>;
  /** The same, retried. */
  readonly headObject: (place: ObjectName) => Promise<ObjectHead | undefined>;
  readonly now: () => number;
};

const processTimeout = 90_000;

// A source that is deleted and stored again under each call is left to the events of its new versions.
const maxLooks = 3;

/** @throws OssError; kind `gone`: there is no source; `setup` with `NoSuchKey`: an image that the style names is missing */
export function createProcessObject({ once, retried, headOnce, headObject, now }: Calls) {
  /** Looks at a source that a call did not find; what the look cannot tell ends the call. */
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
    const call: OssRequest = {
      bucket,
      key,
      method: 'POST',
      query: [['x-oss-process', '']],
      body,
      timeout: processTimeout,
    };
    const attempt = async () => {
      const asked = now();
      const answer = await once(call);
      const took = now() - asked;
      const result = processResult(answer, target);
      if (result !== 'empty') return { answer, result, verified: true, sure: true };
      const head = await headOnce(target);
      const begun = begunWithin(answer, took);
      if (head === undefined || head.lastModified < begun.first) throw notThere(answer, target);
      return { answer, result: {}, verified: false, sure: head.lastModified >= begun.last };
    };
    const before = { attempts: 0, confirmed: true };
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
          ...(value.verified ? undefined : { unverified: true as const }),
          attempts: before.attempts + attempts,
          confirmed: before.confirmed && confirmed && value.sure,
        };
      } catch (thrown) {
        if (!(thrown instanceof OssError)) throw thrown;
        const error = withHistory(thrown, before.attempts + thrown.attempts, before.confirmed && thrown.confirmed);
        if (error.kind !== 'gone' || looks === maxLooks) throw error;
        const head = await lookAfter(error, { bucket, key });
        if (head === undefined) throw error;
        // There before and after a call that missed something: it is not the source.
        if (present !== undefined && sameObject(present, head)) throw partMissing(error);
        // There, but perhaps stored only after the call: asked once more.
        present = head;
        before.attempts = error.attempts;
        before.confirmed = error.confirmed;
      }
    }
  };
}

function sameObject(one: ObjectHead, other: ObjectHead): boolean {
  return one.etag === other.etag && one.lastModified === other.lastModified && one.versionId === other.versionId;
}

/**
 * Between which times OSS began, by its own clock, which its answer tells in whole seconds, as Last-Modified does: what is
 * there since before was made of an earlier version, what is not as late as the last may have been.
 */
function begunWithin(answer: WireAnswer, took: number): { readonly first: number; readonly last: number } {
  const ended = httpDate(header(answer, 'date'));
  if (ended === undefined) return { first: 0, last: Number.POSITIVE_INFINITY };
  return { first: Math.floor((ended - took) / 1000) * 1000, last: ended + 1000 - took };
}

function notThere(answer: WireAnswer, target: ObjectName): OssError {
  return new OssError({
    message: `NotSaved (HTTP ${answer.status}): OSS said nothing, and oss://${target.bucket}/${target.key} was not written`,
    status: answer.status,
    code: 'NotSaved',
    kind: 'transient',
    requestId: requestIdOf(answer),
  });
}

/** NoSuchKey although the source was there all the time: a watermark image that the style names is missing. */
function partMissing(error: OssError): OssError {
  const { message, cause } = error;
  return new OssError({
    ...error,
    message: `${message} (the source is there: an image that the style names is missing)`,
    kind: 'setup',
    cause,
  });
}
