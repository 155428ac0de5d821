// A call to which OSS answered that something is missing: whether that is the source, or what its style names, only a
// look at the source can tell; and the source may have been stored only after the call.
import { OssError, withHistory } from './error.js';
import { headOf, headRequest, noHead, type ObjectHead } from './head.js';
import type { ObjectName } from './object-name.js';
import type { Calls } from './request.js';

// A source that is deleted and stored again during each call is left to the events of its new versions.
const maxLooks = 3;

/**
 * What comes of the failures of one call: 'again', or the error is thrown. Kind `gone`: there is no source; `setup` and
 * `NoSuchKey`: an image that the style names is missing.
 */
export function whenMissing(call: Calls['call'], source: ObjectName): (error: OssError) => Promise<'again'> {
  let present: ObjectHead | undefined;
  let looks = 0;
  return async (error) => {
    if (error.kind !== 'gone' || looks === maxLooks) throw error;
    looks += 1;
    const head = await lookAfter(call, error, source);
    if (head === undefined) throw error;
    // The source was there before and after a call that found something missing: that is not the source.
    if (present !== undefined && sameObject(present, head)) throw partMissing(error);
    // The source is there, but was perhaps stored only after the call.
    present = head;
    return 'again';
  };
}

/** Looks at the source of a call that has failed, within that call; an error of the look ends the call. */
export async function lookAfter(
  call: Calls['call'],
  error: OssError,
  source: ObjectName,
): Promise<ObjectHead | undefined> {
  try {
    return await call<ObjectHead | undefined>(headRequest(source), { read: headOf, fail: noHead, within: true });
  } catch (unknown) {
    if (!(unknown instanceof OssError)) throw unknown;
    throw withHistory(unknown, error.attempts + unknown.attempts, error.confirmed);
  }
}

function sameObject(one: ObjectHead, other: ObjectHead): boolean {
  return one.etag === other.etag && one.lastModified === other.lastModified && one.versionId === other.versionId;
}

/** NoSuchKey although the source was there all the time: a watermark image that the style names is missing. */
function partMissing(error: OssError): OssError {
  const message = `${error.message} (the source is there: an image that the style names is missing)`;
  return new OssError({ ...error, message, kind: 'setup', cause: error.cause });
}
