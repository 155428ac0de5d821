// info: size, format and EXIF of the stored image, in OSS's own layout of JSON. The EXIF tags are read by a small
// reader of the TIFF structure that trusts no offset and no length (Exif 2.3 §4.6).
// Source: https://help.aliyun.com/en/oss/user-guide/query-the-exif-data-of-an-image-4
import type { Source } from './source.js';

// Directory 0, the Exif directory and the GPS directory share no tag numbers among these.
const tagNames: Readonly<Record<number, string>> = {
  270: 'ImageDescription',
  271: 'Make',
  272: 'Model',
  274: 'Orientation',
  282: 'XResolution',
  283: 'YResolution',
  296: 'ResolutionUnit',
  305: 'Software',
  306: 'DateTime',
  315: 'Artist',
  531: 'YCbCrPositioning',
  33432: 'Copyright',
  33434: 'ExposureTime',
  33437: 'FNumber',
  34850: 'ExposureProgram',
  34855: 'ISOSpeedRatings',
  36867: 'DateTimeOriginal',
  36868: 'DateTimeDigitized',
  37377: 'ShutterSpeedValue',
  37378: 'ApertureValue',
  37380: 'ExposureBiasValue',
  37381: 'MaxApertureValue',
  37383: 'MeteringMode',
  37384: 'LightSource',
  37385: 'Flash',
  37386: 'FocalLength',
  40961: 'ColorSpace',
  40962: 'PixelXDimension',
  40963: 'PixelYDimension',
  41986: 'ExposureMode',
  41987: 'WhiteBalance',
  41989: 'FocalLengthIn35mmFilm',
  41990: 'SceneCaptureType',
  42036: 'LensModel',
};
const gpsNames: Readonly<Record<number, string>> = {
  1: 'GPSLatitudeRef',
  2: 'GPSLatitude',
  3: 'GPSLongitudeRef',
  4: 'GPSLongitude',
  5: 'GPSAltitudeRef',
  6: 'GPSAltitude',
  7: 'GPSTimeStamp',
  29: 'GPSDateStamp',
};
const references: Readonly<Record<string, string>> = { N: 'North', S: 'South', E: 'East', W: 'West' };
const exifPointer = 0x8769;
const gpsPointer = 0x8825;
const bytesByType: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const maxEntries = 256;
const maxValues = 64;
const maxText = 1024;

/** All values are texts, names in alphabetical order, and the size is the stored one, whatever the orientation. */
export function infoText(source: Source): string {
  const { bytes, format, frames, width, height, density, exif } = source;
  const entries = new Map<string, string>();
  if (density !== undefined) {
    entries.set('ResolutionUnit', String(density.unit));
    entries.set('XResolution', `${density.x}/1`);
    entries.set('YResolution', `${density.y}/1`);
  }
  // OSS returns no EXIF for PNG.
  if (exif !== undefined && format !== 'png') for (const [name, value] of readExif(exif)) entries.set(name, value);
  entries.set('FileSize', String(bytes.length));
  entries.set('Format', format);
  entries.set('FrameCount', String(frames));
  entries.set('ImageHeight', String(height));
  entries.set('ImageWidth', String(width));
  const lines = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `    "${name}": {"value": ${JSON.stringify(value)}}`);
  return `{\n${lines.join(',\n')}}`;
}

// Known tags as OSS writes them: text as it is, numbers in decimal, rationals as `n/d`, coordinates in degrees. Damage
// ends the list.
function readExif(block: Buffer): Map<string, string> {
  const tiff = block.toString('latin1', 0, 6) === 'Exif\0\0' ? block.subarray(6) : block;
  const found = new Map<string, string>();
  const order = tiff.toString('latin1', 0, 2);
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return found;
  const little = order === 'II';
  const read16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const read32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));

  const directory = (
    start: number,
    names: Readonly<Record<number, string>>,
    pointers: readonly number[],
  ): Map<number, number> => {
    const followed = new Map<number, number>();
    if (start + 2 > tiff.length) return followed;
    const count = Math.min(read16(start), maxEntries);
    for (let at = start + 2, i = 0; i < count && at + 12 <= tiff.length; at += 12, i += 1) {
      const tag = read16(at);
      if (pointers.includes(tag)) followed.set(tag, read32(at + 8));
      const name = names[tag];
      const value = name === undefined ? undefined : valueText(at, name);
      if (name !== undefined && value !== undefined) found.set(name, value);
    }
    return followed;
  };

  const valueText = (at: number, name: string): string | undefined => {
    const type = read16(at + 2);
    const count = read32(at + 4);
    const bytes = bytesByType[type];
    if (bytes === undefined || count === 0 || count > maxText) return undefined;
    const start = bytes * count <= 4 ? at + 8 : read32(at + 8);
    if (start + bytes * count > tiff.length) return undefined;
    if (type === 2) {
      const text = (tiff.toString('utf8', start, start + count).split('\0')[0] ?? '').trim();
      return name.endsWith('Ref') ? (references[text] ?? text) : text;
    }
    if (count > maxValues) return undefined;
    const offsets = Array.from({ length: count }, (_, i) => start + i * bytes);
    if (name === 'GPSLatitude' || name === 'GPSLongitude') return type === 5 ? degrees(offsets) : undefined;
    return offsets.map((offset) => numberText(offset, type)).join(' ');
  };

  const numberText = (at: number, type: number): string => {
    if (type === 5) return `${read32(at)}/${read32(at + 4)}`;
    if (type === 10) return `${read32(at) | 0}/${read32(at + 4) | 0}`;
    if (type === 3) return String(read16(at));
    if (type === 4) return String(read32(at));
    return String(type === 9 ? read32(at) | 0 : tiff.readUInt8(at));
  };

  const degrees = (offsets: readonly number[]): string => {
    const parts = offsets.map((at) => (read32(at + 4) === 0 ? 0 : read32(at) / read32(at + 4)));
    const [whole = 0, minutes = 0, seconds = 0] = parts;
    return `${whole}deg ${minutes}' ${Number(seconds.toFixed(3))}"`;
  };

  const pointers = directory(read32(4), tagNames, [exifPointer, gpsPointer]);
  const exifAt = pointers.get(exifPointer);
  const gpsAt = pointers.get(gpsPointer);
  if (exifAt !== undefined) directory(exifAt, tagNames, []);
  if (gpsAt !== undefined) directory(gpsAt, gpsNames, []);
  return found;
}
