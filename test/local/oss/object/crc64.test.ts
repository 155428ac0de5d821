// CRC-64 as OSS computes it: known values, and what must hold for any bytes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc64, crc64 } from '../../../../src/local/oss/object/crc64.js';

/** The definition, a bit at a time. */
function slowly(bytes: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
  }
  return crc ^ 0xffffffffffffffffn;
}

test.each([
  ['', 0n],
  ['123456789', 0x995dc9bbdf1939fan],
  ['This is a test of the emergency broadcast system.', 0x27db187fc15bbc72n],
  ['hello world', 5981764153023615706n],
])('of %j', (text, expected) => {
  expect(crc64(Buffer.from(text))).toBe(expected);
});

test('of any bytes, in one piece, continued, or combined', () => {
  const bytes = fc.uint8Array({ maxLength: 100 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const whole = slowly(Buffer.concat([a, b]));
      expect(crc64(Buffer.concat([a, b]))).toBe(whole);
      expect(crc64(b, crc64(a))).toBe(whole);
      expect(combineCrc64(crc64(a), crc64(b), b.length)).toBe(whole);
    }),
  );
});

test('of pieces that are larger than 4 GB together', () => {
  // The checksum of zeros, by doubling: 2³³ of them, then a byte.
  let zeros = crc64(new Uint8Array(1));
  for (let size = 1; size < 2 ** 33; size *= 2) zeros = combineCrc64(zeros, zeros, size);
  const one = crc64(Uint8Array.of(1));
  const rest = combineCrc64(zeros, one, 1);
  // Put together from the other end.
  let moved = rest;
  for (let index = 0; index < 3; index++) moved = combineCrc64(moved, crc64(Buffer.from('abc')), 3);
  expect(moved).toBe(crc64(Buffer.from('\u0001abcabcabc'), zeros));
});
