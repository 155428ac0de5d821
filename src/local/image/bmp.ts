// BMP in and out, through bmp-ts: sharp's prebuilt binaries know no BMP.
import { decode, encode } from 'bmp-ts';

export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  readonly compression: number;
  readonly pixelsAt: number;
}

const fileHeader = 14;
const infoHeader = 40;
const uncompressed = [0, 3, 6];
const depths = [1, 4, 8, 16, 24, 32];

/** The header of a BMP, or undefined when it is damaged or of a kind that is not read here. */
export function readBmpHeader(bmp: Buffer): BmpHeader | undefined {
  if (bmp.length < fileHeader + infoHeader) return undefined;
  const [width, height] = [bmp.readInt32LE(18), Math.abs(bmp.readInt32LE(22))];
  const header = {
    width,
    height,
    bits: bmp.readUInt16LE(28),
    compression: bmp.readUInt32LE(30),
    pixelsAt: bmp.readUInt32LE(10),
  };
  return bmp.readUInt32LE(14) >= infoHeader && width > 0 && height > 0 && depths.includes(header.bits)
    ? header
    : undefined;
}

/** Whether the rows are stored plainly (or with bit masks) rather than run-length encoded. */
export function isPlain({ compression }: BmpHeader): boolean {
  return uncompressed.includes(compression);
}

/** Whether the file is long enough for all rows that its header announces. */
export function holdsAllRows(bmp: Buffer, { width, height, bits, pixelsAt }: BmpHeader): boolean {
  return pixelsAt + Math.ceil((width * bits) / 32) * 4 * height <= bmp.length;
}

/**
 * The pixels as RGBA, or RGB when the file has no alpha.
 * @throws {Error} when the file is damaged
 */
export function decodeBmp(bmp: Buffer, header: BmpHeader): Pixels {
  // bmp-ts is right about the order of channels only in its own, ABGR.
  const { data: abgr } = decode(bmp, { toRGBA: false });
  const { width, height } = header;
  const stored = storedAlpha(bmp, header);
  const alphaAt = (i: number) => (stored === undefined ? abgr[4 * i] : stored(i)) ?? 255;
  const count = width * height;
  let transparent = header.bits === 32 && (stored !== undefined || hasAlphaMask(bmp, header));
  // Many writers leave the fourth byte 0 everywhere: then it is no alpha.
  if (transparent) {
    transparent = false;
    for (let i = 0; i < count && !transparent; i += 1) transparent = alphaAt(i) !== 0;
  }
  const channels = transparent ? 4 : 3;
  const data = Buffer.allocUnsafe(count * channels);
  for (let i = 0; i < count; i += 1) {
    const to = i * channels;
    data[to] = abgr[4 * i + 3] ?? 0;
    data[to + 1] = abgr[4 * i + 2] ?? 0;
    data[to + 2] = abgr[4 * i + 1] ?? 0;
    if (transparent) data[to + 3] = alphaAt(i);
  }
  return { data, width, height, channels };
}

// The mask behind the three colour masks: always there in headers of version 3 and later, else only with
// BI_ALPHABITFIELDS.
function hasAlphaMask(bmp: Buffer, { compression }: BmpHeader): boolean {
  return (bmp.readUInt32LE(14) >= 56 || compression === 6) && bmp.length >= 70 && bmp.readUInt32LE(66) !== 0;
}

// The fourth byte of a plain 32-bit BMP, which bmp-ts drops when there is no alpha mask.
function storedAlpha(bmp: Buffer, { bits, compression, width, height, pixelsAt }: BmpHeader) {
  if (bits !== 32 || compression !== 0) return undefined;
  const bottomUp = bmp.readInt32LE(22) > 0;
  return (i: number) => {
    const row = Math.floor(i / width);
    return bmp[pixelsAt + ((bottomUp ? height - 1 - row : row) * width + (i % width)) * 4 + 3];
  };
}

/** A 24-bit BMP, or 32-bit when there is alpha. */
export function encodeBmp({ data, width, height, channels }: Pixels): Buffer {
  const alpha = channels % 2 === 0;
  const grey = channels < 3;
  const abgr = Buffer.allocUnsafe(width * height * 4);
  for (let i = 0, from = 0; i < abgr.length; i += 4, from += channels) {
    abgr[i] = alpha ? (data[from + channels - 1] ?? 0) : 255;
    abgr[i + 1] = data[grey ? from : from + 2] ?? 0;
    abgr[i + 2] = data[grey ? from : from + 1] ?? 0;
    abgr[i + 3] = data[from] ?? 0;
  }
  return encode({ data: abgr, width, height, bitPP: alpha ? 32 : 24 }).data;
}
