// The errors of STS and of the gateway before it, with their codes, statuses and messages.
// https://help.aliyun.com/zh/oss/how-to-handle-the-common-errors-when-you-access-oss-by-using-sts and, of the gateway,
// https://help.aliyun.com/document_detail/48054.html

/** A request that STS refuses: HTTP status, code, message. */
export class StsError extends Error {
  override readonly name = 'StsError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** 400 for a parameter that is malformed. */
export function wronglyFormed(parameter: string): StsError {
  return new StsError(400, `InvalidParameter.${parameter}`, `The parameter ${parameter} is wrongly formed.`);
}

/** 501 for something that STS has and this server has not; `what` names it. */
export function notImplemented(what: string): StsError {
  return new StsError(501, 'NotImplemented', `The embedded STS does not implement ${what}.`);
}
