// The error of a call to OSS, and the kind of a failure (`classify`), from which retry.ts decides whether to send the
// call again: a 503, say, is `transient`, and is sent again. HTTP status and Code decide the kind, and the EC where
// they leave it open. Message is for people: OSS changes it without notice
// (https://help.aliyun.com/document_detail/32005.html).
import { printable } from '../rules/printable.js';

/**
 * What can become of a failure. `transient`: the same call may work later. `permanent`: these bytes or this request
 * will never work. `setup`: works once someone fixes access, a bucket, a style, the account. `gone`: no such source.
 */
export type OssErrorKind = 'transient' | 'permanent' | 'setup' | 'gone';

/** What an OssError is made of. By default it is one attempt, confirmed and not throttled. */
export type OssFailure = Pick<OssError, 'message' | 'code' | 'kind'> & Partial<Omit<OssError, keyof Error>>;

/** A call to OSS that did not succeed. Holds no credential, token or signature. */
export class OssError extends Error {
  override readonly name = 'OssError';
  /** HTTP status; none when there was no HTTP answer. */
  readonly status: number | undefined;
  /** OSS's Code, or ours: a network error's code, `Timeout`, `DeadlineExceeded`, `UnexpectedResponse`. */
  readonly code: string;
  readonly kind: OssErrorKind;
  readonly ec: string | undefined;
  readonly requestId: string | undefined;
  /** OSS wants fewer calls: retry.ts does not limit the attempts. */
  readonly throttled: boolean;
  /**
   * OSS answered every request of this call, or none was sent. False: a request in any of its attempts got no whole
   * answer, so that OSS may still carry it out, even after a later attempt was answered.
   */
  readonly confirmed: boolean;
  /** OSS's clock when it answered, epoch ms. */
  readonly serverTime: number | undefined;
  /** How long OSS wants us to wait, ms. */
  readonly retryAfter: number | undefined;
  /** Requests sent, or tried to be sent, for the call. */
  readonly attempts: number;

  constructor(failure: OssFailure & { readonly cause?: unknown }) {
    super(printable(failure.message), failure.cause === undefined ? undefined : { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code;
    this.kind = failure.kind;
    this.ec = failure.ec;
    this.requestId = failure.requestId;
    this.throttled = failure.throttled ?? false;
    this.confirmed = failure.confirmed ?? true;
    this.serverTime = failure.serverTime;
    this.retryAfter = failure.retryAfter;
    this.attempts = failure.attempts ?? 1;
  }
}

/** The same error, as the end of a call of so many attempts. */
export function withHistory(error: OssError, attempts: number, confirmed: boolean): OssError {
  if (error.attempts === attempts && error.confirmed === confirmed) return error;
  const { message, cause } = error;
  return new OssError({ ...error, message, cause, attempts, confirmed });
}

/** The error of a call that is refused, or given up, before anything is sent. */
export function notSent(kind: OssErrorKind, code: string, why: string): OssError {
  return new OssError({ message: `${code}: ${why}`, code, kind, attempts: 0 });
}

/** The Code of an answer that is not an error of OSS's own. */
export const noCode = 'BadErrorResponse';

const transient = new Set([
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'InternalError',
  'MirrorFailed',
  'ServiceUnavailable',
  'InvalidSecurityToken',
  'SecurityTokenExpired',
  'AccessKeyIdAndSecurityTokenNotMatch',
]);
const setup = new Set([
  'AccessDenied',
  'NoSuchBucket',
  'NoSuchStyle',
  'UserDisable',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'SecondLevelDomainForbidden',
  'PermanentRedirect',
  'TemporaryRedirect',
  'InvalidObjectState', // archived: works once it is restored
  'KeyDisabled', // KMS: https://www.alibabacloud.com/help/en/oss/support/0005-00000215
  'KeyPendingDeletion',
]);
const setupPrefix = /^(?:InDebt|Kms)/;
// ImageDamage comes with 403, and says that the bytes are no image: https://help.aliyun.com/zh/oss/error-responses
// MemLimitExceeded is no throttling either: the source is too large, https://help.aliyun.com/zh/oss/user-guide/faq-2
const permanent = new Set(['ImageDamage', 'MemLimitExceeded', 'NotImplemented']);
// What is wrong with a signature, such as a region that is not the bucket's, may come as InvalidArgument:
// https://help.aliyun.com/en/oss/user-guide/0002-00000226 and …/0002-00000228. Source protection:
// https://help.aliyun.com/en/oss/user-guide/0040-00000031
const setupEc = /^0002-|^0040-00000031$/;
const gone = new Set(['NoSuchKey', 'NoSuchFile']);

/**
 * The kind of a failure, by HTTP status, Code and EC. `NoSuchKey` is `gone`: whether it is the source that is missing,
 * and not a watermark image, is for the caller to find out.
 */
export function classify(
  status: number,
  code: string,
  ec?: string,
): { readonly kind: OssErrorKind; readonly throttled: boolean } {
  const kind = kindOf(status, code, ec);
  const throttled = kind === 'transient' && (status === 429 || (status >= 500 && code.endsWith('LimitExceeded')));
  return { kind, throttled };
}

function kindOf(status: number, code: string, ec = ''): OssErrorKind {
  if (permanent.has(code) || status === 501) return 'permanent';
  if (transient.has(code)) return 'transient';
  if (setup.has(code) || setupPrefix.test(code) || setupEc.test(ec)) return 'setup';
  if (gone.has(code)) return 'gone';
  // Without a Code it is not an error of OSS's own; all that is known is that access was refused.
  if (status === 403 && code === noCode) return 'setup';
  if (status >= 500 || status === 401 || status === 408 || status === 424 || status === 429) return 'transient';
  // A redirect means another endpoint; followed, it would carry the signature to a host that nobody configured.
  if (status >= 300 && status < 400) return 'setup';
  return 'permanent';
}
