// The base64url texts inside styles (watermark text, object keys): to text and back, refusing what decoders forgive.
// Not by Buffer, which browsers do not have: the studio's page reads styles, too.

/**
 * The UTF-8 text of a base64url value, or undefined when it is none. Padding is allowed, as OSS's examples show both,
 * and so is the `+` of standard base64, which live OSS takes in the text of a watermark
 * (github.com/ali-sdk/ali-oss, test/node/object.test.js). Its `/` cannot be in a value: it ends the step.
 */
export function decodeText(value: string): string | undefined {
  const bare = value.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+_-]*$/.test(bare) || bare.length % 4 === 1) return undefined;
  const binary = atob(bare.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A text as OSS wants it in a style: UTF-8, base64url, no padding. */
export function encodeText(text: string): string {
  const binary = Array.from(utf8.encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** How many bytes a text has in UTF-8. */
export function byteLength(text: string): number {
  return utf8.encode(text).length;
}

const utf8 = new TextEncoder();
