// BMP in and out: sharp's prebuilt binaries know no BMP. bmp-ts writes, and does not read: it takes neither OS/2
// headers nor 4 bits of an odd width, and looks for the rows right behind the header.
// Source: https://learn.microsoft.com/en-us/windows/win32/gdi/bitmap-storage, for OS/2
// https://learn.microsoft.com/en-us/windows/win32/api/wingdi/ns-wingdi-bitmapcoreheader
import { encode } from 'bmp-ts';

export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}
export interface BmpHeader {
  /** The length of the header behind the file header: 12 is OS/2's, 40 and more Windows's. */
  readonly length: number;
  readonly width: number;
  readonly height: number;
  /** The last row is stored first. */
  readonly bottomUp: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly pixelsAt: number;
}

const fileHeader = 14;
const os2Header = 12;
const infoHeader = 40;
// OS/2's second header, in which compression 3 is a fax code.
const os2Header2 = 64;
const uncompressed = [0, 3, 6];
const depths = [1, 4, 8, 16, 24, 32];

/** The header of a BMP, or undefined when it is damaged or of a kind that is not read here. */
export function readBmpHeader(bmp: Buffer): BmpHeader | undefined {
  const length = bmp.length < fileHeader + os2Header ? 0 : bmp.readUInt32LE(14);
  const small = length === os2Header;
  if (!small && (length < infoHeader || bmp.length < fileHeader + infoHeader)) return undefined;
  const height = small ? bmp.readUInt16LE(20) : bmp.readInt32LE(22);
  const header = {
    length,
    width: small ? bmp.readUInt16LE(18) : bmp.readInt32LE(18),
    height: Math.abs(height),
    bottomUp: height > 0,
    bits: bmp.readUInt16LE(small ? 24 : 28),
    compression: small ? 0 : bmp.readUInt32LE(30),
    pixelsAt: bmp.readUInt32LE(10),
  };
  return header.width > 0 && header.height > 0 && depths.includes(header.bits) ? header : undefined;
}

/** Whether the rows are stored plainly (or with bit masks) rather than compressed. */
export function isPlain({ compression, length }: BmpHeader): boolean {
  return uncompressed.includes(compression) && (compression === 0 || length !== os2Header2);
}

/** Whether the file is long enough for all rows that its header announces. */
export function holdsAllRows(bmp: Buffer, header: BmpHeader): boolean {
  return header.pixelsAt + bytesOfRow(header) * header.height <= bmp.length;
}

function bytesOfRow({ width, bits }: BmpHeader): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** Whether a BMP that holds all its rows has alpha. Many writers leave it 0 everywhere: then it is none. */
export function hasBmpAlpha(bmp: Buffer, header: BmpHeader): boolean {
  const { bits, width, height, pixelsAt } = header;
  const mask = bits <= 8 ? 0 : (masksOf(bmp, header)[3] ?? 0);
  if (mask === 0) return false;
  for (let y = 0; y < height; y += 1) {
    const row = pixelsAt + y * bytesOfRow(header);
    for (let x = 0; x < width; x += 1) if ((wordAt(bmp, row, x, bits) & mask) !== 0) return true;
  }
  return false;
}

/** The pixels of a plain BMP that holds all its rows: RGBA, or RGB when it has no alpha. */
export function decodeBmp(bmp: Buffer, header: BmpHeader): Pixels {
  const { width, height, bottomUp, bits, pixelsAt } = header;
  const channels = hasBmpAlpha(bmp, header) ? 4 : 3;
  const values = (bits <= 8 ? paletteOf : fieldsOf)(bmp, header).slice(0, channels);
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, to = 0; y < height; y += 1) {
    const row = pixelsAt + (bottomUp ? height - 1 - y : y) * bytesOfRow(header);
    for (let x = 0; x < width; x += 1, to += channels) {
      const word = wordAt(bmp, row, x, bits);
      for (let c = 0; c < channels; c += 1) data[to + c] = values[c]?.(word) ?? 0;
    }
  }
  return { data, width, height, channels };
}

// The number that stands for a pixel.
function wordAt(bmp: Buffer, row: number, x: number, bits: number): number {
  if (bits > 8) return bmp.readUIntLE(row + (x * bits) / 8, bits / 8);
  const bit = x * bits;
  return ((bmp[row + (bit >> 3)] ?? 0) >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
}

type ValueOf = (word: number) => number | undefined;

// Red, green and blue by index. OS/2 stores three bytes a colour, Windows four.
function paletteOf(bmp: Buffer, { length, bits }: BmpHeader): ValueOf[] {
  const used = length === os2Header ? 0 : bmp.readUInt32LE(46);
  const count = Math.min(2 ** bits, used === 0 ? 2 ** bits : used);
  const bytes = length === os2Header ? 3 : 4;
  return [2, 1, 0].map((place) => {
    const values = Uint8Array.from({ length: count }, (_, i) => bmp[fileHeader + length + i * bytes + place] ?? 0);
    return (index) => values[index];
  });
}

// The bits of red, green, blue and alpha in a word. Where the header gives masks, a fourth one stands in headers of
// version 3 and later, else only with BI_ALPHABITFIELDS.
function masksOf(bmp: Buffer, { length, bits, compression }: BmpHeader): number[] {
  if (bits === 24 || compression === 0) {
    return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, bits === 32 ? 0xff000000 : 0];
  }
  const isMask = (i: number) => (i < 3 || length >= 56 || compression === 6) && 58 + 4 * i <= bmp.length;
  return [0, 1, 2, 3].map((i) => (isMask(i) ? bmp.readUInt32LE(54 + 4 * i) : 0));
}

// The bits of each mask, stretched to 0–255.
function fieldsOf(bmp: Buffer, header: BmpHeader): ValueOf[] {
  return masksOf(bmp, header).map((mask) => {
    const shift = 31 - Math.clz32(mask & -mask);
    const largest = mask >>> shift;
    return mask === 0 ? () => 0 : (word) => Math.round((((word & mask) >>> shift) * 255) / largest);
  });
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
