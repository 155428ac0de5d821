// The boxes of an ISO base media file, which HEIC and AVIF are: which formats it names, and whether all of it is there.
// Source: ISO/IEC 14496-12, 4.2 (boxes), 4.3 (brands) and 8.11.1 (meta: where images are described)

/** The major brand and the compatible ones, of a file that starts with a box `ftyp`. */
export function brandsOf(bytes: Buffer): string[] {
  const end = Math.min(bytes.length, bytes.readUInt32BE(0), 256);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  return brands;
}

/** Whether images are described, and no box goes on behind the end of the file. */
export function isWhole(bytes: Buffer): boolean {
  let described = false;
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = sizeAt(bytes, at);
    if (size < 8) break;
    described ||= bytes.toString('latin1', at + 4, at + 8) === 'meta';
    at += size;
  }
  return described && at <= bytes.length;
}

function sizeAt(bytes: Buffer, at: number): number {
  const size = bytes.readUInt32BE(at);
  if (size === 0) return bytes.length - at;
  // Then the size is written behind the type, in 64 bits.
  return size === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : size;
}
