// CRC-64 as OSS gives it in x-oss-hash-crc64ecma: ECMA-182's polynomial, reflected, all bits inverted before and after
// (CRC-64/XZ), written as an unsigned decimal number.
// https://www.alibabacloud.com/help/en/oss/developer-reference/check-data-transmission-integrity-by-using-crc-64

const polynomial = 0xc96c5795d7870f42n;
const allBits = (1n << 64n) - 1n;

/**
 * Eight tables of 256 entries, in two halves of 32 bits, since BigInts are slow: entry `256 * n + byte` is what `byte`
 * makes of the checksum when `n` more bytes follow.
 */
const low = new Int32Array(8 * 256);
const high = new Int32Array(8 * 256);

for (let byte = 0; byte < 256; byte++) {
  let entry = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) entry = timesX(entry);
  low[byte] = Number(BigInt.asIntN(32, entry));
  high[byte] = Number(BigInt.asIntN(32, entry >> 32n));
}
for (let at = 256; at < low.length; at++) {
  const [l = 0, h = 0] = [low[at - 256], high[at - 256]];
  low[at] = ((l >>> 8) | (h << 24)) ^ (low[l & 255] ?? 0);
  high[at] = (h >>> 8) ^ (high[l & 255] ?? 0);
}

/** The checksum of some bytes; with `before`, of what has that checksum with the bytes behind it. */
export function crc64(bytes: Uint8Array, before = 0n): bigint {
  const start = before ^ allBits;
  let l = Number(BigInt.asIntN(32, start));
  let h = Number(BigInt.asIntN(32, start >> 32n));
  // Every index is inside its table or the bytes; the assertions spare the inner loop a test each.
  const byte = (at: number) => bytes[at] as number;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const a = l ^ (byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24));
    const b = h ^ (byte(at + 4) | (byte(at + 5) << 8) | (byte(at + 6) << 16) | (byte(at + 7) << 24));
    l = eight(low, a, b);
    h = eight(high, a, b);
  }
  for (; at < bytes.length; at++) {
    const entry = (l ^ byte(at)) & 255;
    l = ((l >>> 8) | (h << 24)) ^ (low[entry] as number);
    h = (h >>> 8) ^ (high[entry] as number);
  }
  return ((BigInt(h >>> 0) << 32n) | BigInt(l >>> 0)) ^ allBits;
}

/** Eight bytes in one step: `a` holds the first four, `b` the last four. */
function eight(table: Int32Array, a: number, b: number): number {
  return (
    (table[1792 + (a & 255)] as number) ^
    (table[1536 + ((a >>> 8) & 255)] as number) ^
    (table[1280 + ((a >>> 16) & 255)] as number) ^
    (table[1024 + (a >>> 24)] as number) ^
    (table[768 + (b & 255)] as number) ^
    (table[512 + ((b >>> 8) & 255)] as number) ^
    (table[256 + ((b >>> 16) & 255)] as number) ^
    (table[b >>> 24] as number)
  );
}

/** The checksum of some pieces in a row, of `length` bytes each. */
export function combineCrc64(pieces: Iterable<{ crc64: bigint; length: number }>): bigint {
  const powers = new Map<number, bigint>();
  let sum = 0n;
  for (const { crc64, length } of pieces) {
    // What is before a piece moves up by 8 × length bits: it is multiplied by x to that power. Most are equally long.
    const power = powers.get(length) ?? powerOf(length);
    powers.set(length, power);
    sum = product(sum, power) ^ crc64;
  }
  return sum;
}

/** x to the power of 8 × length, by squaring. */
function powerOf(length: number): bigint {
  let result = 1n << 63n; // x⁰ is the highest bit
  let power = 1n << 55n; // x⁸
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = product(result, power);
    power = product(power, power);
  }
  return result;
}

/** The product of two polynomials, modulo the polynomial of the checksum. */
function product(a: bigint, b: bigint): bigint {
  let sum = 0n;
  let shifted = b;
  for (let bit = 1n << 63n; bit > 0n; bit >>= 1n) {
    if (a & bit) sum ^= shifted;
    shifted = timesX(shifted);
  }
  return sum;
}

function timesX(value: bigint): bigint {
  return value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
}
