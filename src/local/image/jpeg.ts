// The marker segments of a JPEG: the pixel density, the quality that it was saved with (OSS re-encodes at the quality
// of the source), and the JFIF segment that OSS writes and sharp leaves out.
// Source: ITU-T T.81 annex B, ITU-T T.871 (JFIF), Exif 2.3 §4.5

interface Segment {
  readonly marker: number;
  readonly data: Buffer;
}
const soiLength = 2;
const app0 = 0xe0;
const dqt = 0xdb;
const startOfScan = 0xda;

// The segments before the first scan. Stops quietly where the file is damaged.
function* segments(jpeg: Buffer): Generator<Segment> {
  let at = soiLength;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === startOfScan) return;
    const length = jpeg.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > jpeg.length) return;
    yield { marker, data: jpeg.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

// The tables of ITU-T T.81 annex K.1, in zigzag order: luminance, chrominance.
const standardTable = [
  [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
  ],
  [
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
  ],
];

/** The libjpeg quality (1–100) whose tables are nearest to this JPEG's; undefined when it has none. */
export function estimateQuality(jpeg: Buffer): number | undefined {
  const tables = [...quantisationTables(jpeg)].filter(([number]) => number < standardTable.length);
  if (tables.length === 0) return undefined;
  let best = { quality: 100, distance: Number.POSITIVE_INFINITY };
  for (let quality = 100; quality >= 1; quality -= 1) {
    let distance = 0;
    for (const [number, table] of tables) {
      const standard = standardTable[number] ?? [];
      for (const [i, value] of table.entries()) distance += Math.abs(value - scaled(standard[i] ?? 0, quality));
    }
    if (distance < best.distance) best = { quality, distance };
  }
  return best.quality;
}

// How libjpeg scales the standard tables for a quality of 1–100.
function scaled(value: number, quality: number): number {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100)));
}

// The quantisation tables by their number (0 is luminance), 64 values each, in zigzag order.
function quantisationTables(jpeg: Buffer): Map<number, number[]> {
  const tables = new Map<number, number[]>();
  for (const { marker, data } of segments(jpeg)) {
    if (marker !== dqt) continue;
    for (let at = 0; at < data.length; ) {
      const head = data.readUInt8(at);
      const bytes = head >> 4 === 0 ? 1 : 2;
      if (at + 1 + 64 * bytes > data.length) break;
      const start = at + 1;
      tables.set(
        head & 15,
        Array.from({ length: 64 }, (_, i) =>
          bytes === 1 ? data.readUInt8(start + i) : data.readUInt16BE(start + 2 * i),
        ),
      );
      at = start + 64 * bytes;
    }
  }
  return tables;
}

export interface Density {
  /** As EXIF counts: 1 none, 2 inch, 3 centimetre. */
  readonly unit: number;
  readonly x: number;
  readonly y: number;
}

/** The pixel density in the JFIF segment. */
export function jfifDensity(jpeg: Buffer): Density | undefined {
  for (const { marker, data } of segments(jpeg)) {
    if (marker !== app0 || data.length < 12 || data.toString('latin1', 0, 5) !== 'JFIF\0') continue;
    return { unit: data.readUInt8(7) + 1, x: data.readUInt16BE(8), y: data.readUInt16BE(10) };
  }
  return undefined;
}

// APP0, 16 bytes: "JFIF\0", version 1.01, no unit, density 1/1, no thumbnail.
const jfifSegment = Buffer.from('ffe000104a46494600010100000100010000', 'hex');

/** Puts OSS's JFIF segment after SOI, and behind it an EXIF segment that holds the orientation, if it is not 1. */
export function withHeader(jpeg: Buffer, orientation: number): Buffer {
  const parts = [jpeg.subarray(0, soiLength), jfifSegment];
  if (orientation > 1) parts.push(orientationSegment(orientation));
  return Buffer.concat([...parts, jpeg.subarray(soiLength)]);
}

function orientationSegment(orientation: number): Buffer {
  // APP1: "Exif\0\0", big-endian TIFF header, one directory with one entry: tag 0x0112, SHORT, one value.
  const segment = Buffer.from(
    'ffe10022457869660000' + '4d4d002a00000008' + '0001' + '0112000300000001' + '00000000' + '00000000',
    'hex',
  );
  segment.writeUInt16BE(orientation, segment.length - 8);
  return segment;
}
