// The error that the image pipeline answers with: what OSS would put into its XML.
import { type CauseName, causeOf } from '../../style/causes.js';

/**
 * Why an image was not processed. `status` is the HTTP status (4xx, or 501 for what this pipeline leaves out), `ec`
 * OSS's error code.
 */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly ec: string | undefined,
    message: string,
    /** The row of the table of causes, where there is one. */
    readonly why?: CauseName,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An error from a row of the table of causes. All of them are the caller's: 400. */
export function imageError(why: CauseName, message: string, cause?: unknown): ImageError {
  const { code, ec } = causeOf(why);
  return new ImageError(400, code, ec, message, why, cause === undefined ? undefined : { cause });
}

/** What OSS can do and this pipeline cannot. */
export function notImplemented(what: string): ImageError {
  return new ImageError(501, 'NotImplemented', undefined, `The local image service does not implement ${what}.`);
}
