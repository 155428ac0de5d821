// A call of Function Compute that failed: the service refused it, or there was no answer; and what to do about it.
import { UserError } from '../terminal/user-error.js';

/** A call to FC that did not succeed. Holds no credential, token or signature. */
export class FunctionComputeError extends Error {
  override readonly name = 'FunctionComputeError';
  /** FC's Code, such as `FunctionNotFound`; or ours: `Timeout`, `UnexpectedAnswer`, a network error's code. */
  readonly code: string;
  /** HTTP status; none when there was no answer. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    message: string,
    failure: { code: string; status?: number | undefined; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, failure.cause === undefined ? undefined : { cause: failure.cause });
    this.code = failure.code;
    this.status = failure.status;
    this.requestId = failure.requestId;
  }

  /** What to do about it; undefined: the message is all there is to say. */
  get advice(): string | undefined {
    if (Object.hasOwn(advice, this.code)) return advice[this.code];
    return /^(E[A-Z_]+|UND_ERR_\w+)$/.test(this.code) ? network : undefined;
  }
}

/** By FC's code: https://www.alibabacloud.com/help/en/functioncompute/error-codes */
const advice: Readonly<Record<string, string>> = {
  AccessDenied: 'grant the caller what `npm run policy` prints for the deployer (fc:InvokeFunction, fc:GetFunction, …)',
  AliasNotFound: 'there is no such alias: leave --qualifier out for the newest code',
  EntityTooLarge: 'an event has at most 32 MB, with --async 128 KB',
  FunctionNotFound: 'deploy it (`npm run deploy`), or name another with --function, --region, FUNCTION_NAME, REGION',
  InvalidAccessKeyID: 'the access key does not exist: see ALIBABA_CLOUD_ACCESS_KEY_ID',
  ResourceExhausted: 'the function is stopped or busy: `npm run doctor` says which, `npm run resume` starts it again',
  SignatureNotMatch: 'the secret does not belong to the access key, or this machine’s clock is wrong',
  Timeout: 'it may still be running; wait longer with --timeout, or use --async',
  UnexpectedAnswer:
    'something in between has answered, such as a proxy or the login page of a network; or see --endpoint and --region',
  VersionNotFound: 'there is no such version: leave --qualifier out for the newest code',
};

const network = 'is the endpoint right (--endpoint, --region, ACCOUNT_ID), and is there a network?';

/** The error for people: its message, and on a second line the advice. */
export function refusalText({ message, advice }: FunctionComputeError): string {
  return advice === undefined ? message : `${message}\n  ${advice}`;
}

/**
 * `work`, where an error of Function Compute becomes a user's error.
 * @param onRefusal called with the error first
 * @throws {UserError}
 */
export async function asUserErrors<T>(
  work: () => Promise<T>,
  onRefusal?: (error: FunctionComputeError) => void,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof FunctionComputeError)) throw cause;
    onRefusal?.(cause);
    throw new UserError(refusalText(cause), 1, { cause });
  }
}
