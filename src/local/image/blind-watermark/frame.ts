// How the text becomes bits. A header of 32 bits, which a reader can always find: version (3), strength (2), length of
// the text in bytes (11), check (16). Then the payload: the UTF-8 text and a CRC-32 over header and text. Together 53
// bits must be right by chance to see a text where there is none.

import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';

export const strengths = ['low', 'medium', 'high'] as const;
export type Strength = (typeof strengths)[number];

export interface Header {
  readonly strength: Strength;
  /** Bytes of the text. */
  readonly length: number;
}

const version = 1;
export const headerBitCount = 32;
const checkBytes = 4;
export const maxTextBytes = 2 ** 11 - 1;

/** The bits of a header. */
export function headerBits(header: Header): Uint8Array {
  const word = headerWord(header);
  return toBits(Buffer.from([word >> 8, word & 255, ...checkOf(word)]));
}

/** The header in these bits, or undefined when they are none. */
export function readHeader(bits: Uint8Array): Header | undefined {
  const bytes = toBytes(bits);
  const word = bytes.readUInt16BE(0);
  const [high, low] = checkOf(word);
  const strength = strengths[(word >> 11) & 3];
  const sound = bytes[2] === high && bytes[3] === low && word >> 13 === version;
  return sound && strength !== undefined ? { strength, length: word & maxTextBytes } : undefined;
}

/** How many bits a text of this many bytes takes. */
export function payloadBits(textBytes: number): number {
  return (textBytes + checkBytes) * 8;
}

/** The longest text, in bytes, that this many bits hold; negative when not even an empty one fits. */
export function textBytesIn(bits: number): number {
  return Math.min(maxTextBytes, Math.floor(bits / 8) - checkBytes);
}

/** The bits of text and check. */
export function payload(text: Buffer, header: Header): Uint8Array {
  const check = Buffer.alloc(checkBytes);
  check.writeUInt32BE(crcOf(text, header));
  return toBits(Buffer.concat([text, check]));
}

/** The text in these bits, or undefined when the check fails. */
export function readPayload(bits: Uint8Array, header: Header): string | undefined {
  const bytes = toBytes(bits);
  const text = bytes.subarray(0, header.length);
  if (bytes.length !== header.length + checkBytes || bytes.readUInt32BE(header.length) !== crcOf(text, header)) {
    return undefined;
  }
  return isUtf8(text) ? text.toString('utf8') : undefined;
}

function headerWord({ strength, length }: Header): number {
  return (version << 13) | (strengths.indexOf(strength) << 11) | length;
}

function checkOf(word: number): [number, number] {
  const crc = crc32(Buffer.from([word >> 8, word & 255]));
  return [(crc >> 8) & 255, crc & 255];
}

function crcOf(text: Buffer, header: Header): number {
  const word = headerWord(header);
  return crc32(Buffer.concat([Buffer.from([word >> 8, word & 255]), text]));
}

function toBits(bytes: Buffer): Uint8Array {
  return Uint8Array.from({ length: bytes.length * 8 }, (_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
}

function toBytes(bits: Uint8Array): Buffer {
  const bytes = Buffer.alloc(Math.floor(bits.length / 8));
  for (let i = 0; i < bytes.length * 8; i += 1) bytes[i >> 3] = ((bytes[i >> 3] ?? 0) << 1) | (bits[i] ?? 0);
  return bytes;
}
