// info: size, format and EXIF of the stored image, in OSS's own layout of JSON.
// Source: https://help.aliyun.com/en/oss/user-guide/query-the-exif-data-of-an-image-4
import { readExif } from './exif.js';
import type { Source } from './source.js';

/**
 * All values are texts, names in alphabetical order. The size is the one before `auto-orient`, and the orientation what
 * `auto-orient` applies to it.
 */
export function infoText(source: Source): string {
  const { bytes, format, frames, width, height, orientation, density, exif } = source;
  const entries = new Map<string, string>();
  if (density !== undefined) {
    entries.set('ResolutionUnit', String(density.unit));
    entries.set('XResolution', `${density.x}/1`);
    entries.set('YResolution', `${density.y}/1`);
  }
  // OSS returns no EXIF for PNG.
  if (exif !== undefined && format !== 'png') for (const [name, value] of readExif(exif)) entries.set(name, value);
  // The decoder of AVIF and HEIC has turned the pixels already: OSS's answer for a HEIC in which the camera wrote
  // 4032 × 3024 says 3024 × 4032 and orientation 1.
  // https://github.com/IceyWu/life-palette-utils/blob/main/playground/index.ts
  if (entries.has('Orientation')) entries.set('Orientation', String(orientation));
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
