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
    fc.property(bytes, bytes, bytes, (a, b, c) => {
      const whole = slowly(Buffer.concat([a, b, c]));
      expect(crc64(Buffer.concat([a, b, c]))).toBe(whole);
      expect(crc64(c, crc64(b, crc64(a)))).toBe(whole);
      expect(combineCrc64([a, b, c].map(pieceOf))).toBe(whole);
    }),
  );
});

const pieceOf = (bytes: Uint8Array) => ({ crc64: crc64(bytes), length: bytes.length });

test('of pieces that are larger than 4 GB together', () => {
  // The checksum of zeros, by doubling: 2³³ of them, then a byte.
  let zeros = pieceOf(new Uint8Array(1));
  while (zeros.length < 2 ** 33) zeros = { crc64: combineCrc64([zeros, zeros]), length: zeros.length * 2 };
  const abc = pieceOf(Buffer.from('abc'));
  const whole = combineCrc64([zeros, pieceOf(Uint8Array.of(1)), abc, abc, abc]);
  expect(whole).toBe(crc64(Buffer.from('\u0001abcabcabc'), zeros.crc64));
});

test('of parts that are equally long, in a fraction of the time that others take', () => {
  const time = (lengthOf: (index: number) => number) => {
    const parts = Array.from({ length: 300 }, (_, index) => ({ crc64: 1n, length: lengthOf(index) }));
    const started = performance.now();
    combineCrc64(parts);
    return performance.now() - started;
  };
  const others = time((index) => 100_000 + index);
  expect(time(() => 100_000)).toBeLessThan(others / 2);
});
