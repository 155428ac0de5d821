// The chunks of a PNG that OSS leaves out and sharp writes.
// Source: PNG specification (third edition), §5.3 and §11.3.4.3

const signatureLength = 8;

/**
 * A PNG without its pixel density (pHYs), which sharp always writes. Moves the chunks before it inside `png`, so that
 * no pixels are copied: what is returned lies in the same memory.
 */
export function withoutDensity(png: Buffer): Buffer {
  for (let at = signatureLength; at + 8 <= png.length; ) {
    const length = 12 + png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    if (name === 'IDAT') break;
    if (name === 'pHYs') {
      png.copyWithin(length, 0, at);
      return png.subarray(length);
    }
    at += length;
  }
  return png;
}
