// What OSS refuses to turn, since it is larger than 4,096 px a side, is asked for once more: with the style that turns
// after shrinking (style/turn-later.ts), for the size and orientation that image/info tells. Called by save.ts after a
// refusal; that the source may change meanwhile is for settle.ts, which looks at it after every write.
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { imageInfo } from '../oss/image-info.js';
import type { SavedObject } from '../oss/save-as.js';
import type { OrientedSize } from '../style/operation.js';
import { turnLater } from '../style/turn-later.js';

type Request = Parameters<Oss['processObject']>[0];

/** `usedStyle`: the style, where it is not the one asked for. */
export type Processed = SavedObject & { readonly usedStyle?: string | undefined };

/** Asks OSS for a derivative: to save it itself, or to have it relayed. */
export type Ask = (request: Request) => Promise<SavedObject>;

/** Asks again after a refusal; throws that where there is nothing else to ask. */
export type AskAgain = (request: Request, refusal: unknown, ask: Ask) => Promise<Processed>;

/** Asks again for the jobs of one source, which all turn by the same image/info: it is asked for at most once. */
export function turningLater(oss: Pick<Oss, 'getObject'>): AskAgain {
  let info: Promise<OrientedSize> | undefined;
  return async (request, refusal, ask) => {
    if (!(refusal instanceof OssError)) throw refusal;
    if (refusal.ec === getOnly && isNamed(request.style)) throw withAdvice(refusal, writtenOut(request, 'be relayed'));
    if (!isTooLargeToTurn(refusal)) throw refusal;
    info ??= imageInfo(oss, request);
    const asked = `image/info, after ${refusal.message}`;
    const image = await info.catch(rethrow(asked, () => refusal.confirmed));
    const usedStyle = equivalent(request, image, refusal);
    const done = await ask({ ...request, style: usedStyle }).catch(
      rethrow(usedStyle, ({ confirmed }) => confirmed && refusal.confirmed),
    );
    return { ...done, usedStyle, confirmed: done.confirmed && refusal.confirmed };
  };
}

/** A format that OSS gives in answer to a GET only, in a named style: rules/relay.ts sees it in any other. */
const getOnly = '0040-00000015';

/** https://help.aliyun.com/zh/oss/support/0040-00000006, and the Code in .../user-guide/common-errors */
function isTooLargeToTurn({ status, code, ec }: OssError): boolean {
  return status === 400 && code === 'BadRequest' && ec === '0040-00000006';
}

function equivalent(request: Request, image: OrientedSize, refusal: OssError): string {
  if (isNamed(request.style)) throw withAdvice(refusal, writtenOut(request, 'turn after shrinking'));
  const { style: turned, blockedBy } = turnLater(request.style, image);
  if (turned !== undefined) return turned;
  throw blockedBy === undefined ? refusal : withAdvice(refusal, shrinkBefore(blockedBy || 'the end'));
}

function isNamed(style: string): boolean {
  return !style.startsWith('image/');
}

function writtenOut({ style }: Request, purpose: string): string {
  return `write ${style} out in the rule, to ${purpose}`;
}

function shrinkBefore(step: string): string {
  return `resize to at most 4096 pixels a side before ${step}, or write auto-orient,0`;
}

/** Rethrows the error of what was asked for after a refusal. `isConfirmed`: OSS answered all that may write. */
function rethrow(asked: string, isConfirmed: (error: OssError) => boolean) {
  return (error: unknown): never => {
    if (!(error instanceof OssError)) throw error;
    const advice = isTooLargeToTurn(error) ? `${asked}; ${shrinkBefore('turning')}` : asked;
    throw withAdvice(error, advice, isConfirmed(error));
  };
}

function withAdvice(error: OssError, advice: string, confirmed = error.confirmed): OssError {
  return new OssError({ ...error, message: `${error.message} (${advice})`, confirmed, cause: error.cause });
}
