// The base64url texts inside styles (watermark text, object keys): to text and back, refusing what Buffer would
// forgive.

import { isUtf8 } from 'node:buffer';

/**
 * The UTF-8 text of a base64url value, or undefined when it is none. Padding is allowed, as OSS's examples show both,
 * and so is the `+` of standard base64, which live OSS takes in the text of a watermark
 * (github.com/ali-sdk/ali-oss, test/node/object.test.js). Its `/` cannot be in a value: it ends the step.
 */
export function decodeText(value: string): string | undefined {
  const bare = value.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+_-]*$/.test(bare) || bare.length % 4 === 1) return undefined;
  const bytes = Buffer.from(bare, 'base64url');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** A text as OSS wants it in a style: UTF-8, base64url, no padding. */
export function encodeText(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
