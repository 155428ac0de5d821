// ProcessObject as one call: the request (process.ts), a look at the target when OSS's answer says nothing, and the
// request once more when OSS found no source, but the source is there (missing-source.ts).
import { header, httpDate, requestIdOf, unexpectedAnswer } from './answer.js';
import type { WireAnswer } from './connection.js';
import { OssError } from './error.js';
import { headOf, headRequest, noHead } from './head.js';
import { whenMissing } from './missing-source.js';
import type { ObjectName } from './object-name.js';
import { processBody, processResult } from './process.js';
import type { Attempt, Calls } from './request.js';

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

const processTimeout = 90_000;

const query = [['x-oss-process', '']] as const;

/**
 * @throws OssError; kind `gone`: there is no source; `setup` with `NoSuchKey`: an image that the style names is missing
 */
export function createProcessObject({ call, once }: Calls) {
  /** What an answer stands for that says nothing but 2xx. */
  async function unverified(answer: WireAnswer, attempt: Attempt, target: ObjectName): Promise<SavedObject> {
    const head = await once(headRequest(target)).then(headOf).catch(noObject);
    const begun = begunWithin(answer, attempt.took);
    if (head === undefined || head.lastModified < begun.first) {
      const why = `OSS said nothing, and oss://${target.bucket}/${target.key} was not written`;
      throw unexpectedAnswer(answer, why, { code: 'NotSaved' });
    }
    const confirmed = attempt.confirmed && head.lastModified >= begun.last;
    return { ...savedObject(answer, attempt, target), unverified: true, confirmed };
  }

  return async ({
    bucket,
    key,
    style,
    target,
  }: ObjectName & { style: string; target: ObjectName }): Promise<SavedObject> => {
    const body = processBody({ style, target });
    return call<SavedObject>(
      { bucket, key, method: 'POST', query, body, timeout: processTimeout },
      {
        read(answer, attempt) {
          const result = processResult(answer, target);
          if (result === 'empty') return unverified(answer, attempt, target);
          return savedObject(answer, attempt, target, result.bytes);
        },
        fail: whenMissing(call, { bucket, key }),
      },
    );
  };
}

/** What an attempt has saved, by its answer. */
export function savedObject(
  answer: WireAnswer,
  attempt: Pick<Attempt, 'nth' | 'confirmed'>,
  target: ObjectName,
  bytes?: number,
): SavedObject {
  return {
    bucket: target.bucket,
    object: target.key,
    bytes,
    status: 'OK',
    httpStatus: answer.status,
    requestId: requestIdOf(answer),
    unverified: undefined,
    attempts: attempt.nth,
    confirmed: attempt.confirmed,
  };
}

function noObject(error: unknown): undefined {
  if (!(error instanceof OssError)) throw error;
  return noHead(error);
}

/**
 * OSS began to process between these two times, by its own clock, which its answer tells in whole seconds, as
 * Last-Modified does. A target written before `first` was made of an earlier version; one written before `last` may
 * have been. `took`: ms by a clock of whole ms, so one more or less.
 */
function begunWithin(answer: WireAnswer, took: number): { readonly first: number; readonly last: number } {
  const ended = httpDate(header(answer, 'date'));
  if (ended === undefined) return { first: 0, last: Number.POSITIVE_INFINITY };
  return { first: Math.floor((ended - took - 1) / 1000) * 1000, last: ended + 1000 - took + 1 };
}
