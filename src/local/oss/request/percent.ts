// Percent-encoding, and UTF-8 that is read strictly.

import type { ServiceError } from '../error.js';

/** Percent-encodes every byte but `A-Z a-z 0-9 - . _ ~`; encodeURIComponent leaves five more. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key as a path has it: percent-encoded but for its slashes. */
export function encodeKey(key: string): string {
  return encode(key).replaceAll('%2F', '/');
}

/**
 * Percent-decodes text whose characters stand for bytes, as node:http hands them over. @throws `refusal` when an escape
 * is broken (without a cause) or the bytes are not UTF-8.
 */
export function percentDecode(raw: string, refusal: (cause?: unknown) => ServiceError): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) throw refusal();
  const bytes = raw.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return utf8(Buffer.from(bytes, 'latin1'), refusal);
}

/** Made once: making one takes longer than decoding. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of some bytes. @throws `refusal` when they are not UTF-8 */
export function utf8(bytes: Buffer, refusal: (cause: unknown) => ServiceError): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw refusal(cause);
  }
}
