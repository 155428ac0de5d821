// The marker segments of a JPEG: reading the few that matter here, and putting the JFIF segment in that OSS writes and sharp leaves out.
// Source: ITU-T T.81 annex B, ITU-T T.871 (JFIF), Exif 2.3 §4.5

interface Segment {
  readonly marker: number;
  readonly data: Buffer;
}
const soiLength = 2;
const app0 = 0xe0;
const dqt = 0xdb;
const startOfScan = 0xda;

/** The segments before the first scan. Stops quietly where the file is damaged. */
export function* segments(jpeg: Buffer): Generator<Segment> {
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

/** The quantisation tables by their number (0 is luminance), 64 values each, in zigzag order. */
export function quantisationTables(jpeg: Buffer): Map<number, number[]> {
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
