// The tags of an EXIF block, named and printed as exiv2 does: OSS's published answers show its hand. A library would
// give a rational as its quotient, where OSS prints both numbers, so this reads the TIFF structure itself (Exif 2.3
// §4.6); the names are those of exif-reader, which has them from exiv2.
// It trusts no offset, no count and no type: what does not fit is left out, at most five directories are read, and each
// tag once.
// Choices where OSS publishes nothing: of a tag that stands twice, in the main image and in its thumbnail, the first
// counts; tags that exiv2 does not name are left out, and so are texts and lists that are longer than these.
import tags, { type Names } from 'exif-reader/tags.js';

const maxText = 1024;
const maxValues = 256;

/** The tags by name, with their values as texts. Damage loses the tags that it hits. */
export function readExif(block: Buffer): Map<string, string> {
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const order = tiff.toString('latin1', 0, 2);
  const found = new Map<string, string>();
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return found;
  const reader = readerOf(tiff, order === 'II');

  // Gives the offset of the directory that is chained to this one.
  const readDirectory = (start: number, names: Names): number => {
    if (!Number.isInteger(start) || start < 0 || start + 2 > tiff.length) return 0;
    const end = start + 2 + 12 * reader.u16(start);
    for (let at = start + 2; at < end && at + 12 <= tiff.length; at += 12) {
      const name = names[reader.u16(at)];
      const text = name === undefined || found.has(name) ? undefined : textOf(reader, at, name);
      if (name !== undefined && text !== undefined) found.set(name, text);
    }
    return end + 4 > tiff.length ? 0 : reader.u32(end);
  };
  const follow = (pointer: string, names: Names) => readDirectory(Number(found.get(pointer)), names);

  const thumbnail = readDirectory(reader.u32(4), tags.Image);
  follow('ExifTag', tags.Photo);
  follow('GPSTag', tags.GPSInfo);
  follow('InteroperabilityTag', tags.Iop);
  if (thumbnail !== 0) readDirectory(thumbnail, tags.Image);
  return found;
}

interface Reader {
  readonly tiff: Buffer;
  u16(at: number): number;
  u32(at: number): number;
}

function readerOf(tiff: Buffer, little: boolean): Reader {
  return {
    tiff,
    u16: (at) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)),
    u32: (at) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at)),
  };
}

interface NumberType {
  readonly bytes: number;
  readonly text: (reader: Reader, at: number) => string;
}
// The types of TIFF by number; floating point, which EXIF does not use, is not read.
const [ascii, rational, undefinedType] = [2, 5, 7];
const byte: NumberType = { bytes: 1, text: ({ tiff }, at) => String(tiff.readUInt8(at)) };
const numberTypes: Readonly<Record<number, NumberType>> = {
  1: byte,
  3: { bytes: 2, text: ({ u16 }, at) => String(u16(at)) },
  4: { bytes: 4, text: ({ u32 }, at) => String(u32(at)) },
  [rational]: { bytes: 8, text: ({ u32 }, at) => `${u32(at)}/${u32(at + 4)}` },
  6: { bytes: 1, text: ({ tiff }, at) => String(tiff.readInt8(at)) },
  [undefinedType]: byte,
  8: { bytes: 2, text: ({ u16 }, at) => String((u16(at) << 16) >> 16) },
  9: { bytes: 4, text: ({ u32 }, at) => String(u32(at) | 0) },
  10: { bytes: 8, text: ({ u32 }, at) => `${u32(at) | 0}/${u32(at + 4) | 0}` },
};

// The value of the entry at this place; undefined: it does not fit.
function textOf(reader: Reader, at: number, name: string): string | undefined {
  const { tiff, u16, u32 } = reader;
  const [type, count] = [u16(at + 2), u32(at + 4)];
  const number = numberTypes[type];
  const bytes = number?.bytes ?? 1;
  const start = bytes * count <= 4 ? at + 8 : u32(at + 8);
  if (count === 0 || start + bytes * count > tiff.length) return undefined;
  if (type === ascii) {
    if (count > maxText) return undefined;
    const text = tiff.toString('utf8', start, start + count).split('\0')[0] ?? '';
    return directions.get(`${name} ${text}`) ?? text;
  }
  if (number === undefined) return undefined;
  // https://github.com/IceyWu/life-palette-utils/blob/main/playground/index.ts has an answer with it.
  if (type === undefinedType && (name === 'MakerNote' || count > maxValues)) return `${count} bytes undefined data`;
  if (count > maxValues) return undefined;
  const values = Array.from({ length: count }, (_, i) => number.text(reader, start + i * bytes));
  return degrees.includes(name) && type === rational ? degreesOf(values) : values.join(' ');
}

// Of all tags, published answers interpret only these four.
const directions: ReadonlyMap<string, string> = new Map([
  ['GPSLatitudeRef N', 'North'],
  ['GPSLatitudeRef S', 'South'],
  ['GPSLongitudeRef E', 'East'],
  ['GPSLongitudeRef W', 'West'],
]);
const degrees: readonly string[] = ['GPSLatitude', 'GPSLongitude'];
const units = ['deg', "'", '"'];
const decimals = [7, 5, 3];

// exiv2's form: `30deg 27' 35.120" `, and `0deg ` for three zeros: zeros at the end are left out, the last blank stays.
function degreesOf(rationals: readonly string[]): string {
  const parts = rationals.map((text) => text.split('/').map(Number));
  if (parts.length !== 3 || parts.some(([, divisor]) => divisor === 0)) return rationals.join(' ');
  const last = parts.findLastIndex(([dividend]) => dividend !== 0);
  return parts
    .slice(0, Math.max(0, last) + 1)
    .map(([dividend = 0, divisor = 1], i) => {
      const digits = dividend % divisor === 0 ? 0 : decimals[i];
      return `${(dividend / divisor).toFixed(digits)}${units[i]} `;
    })
    .join('');
}
