// A photo made to order: of a format, and of a number of bytes, for rules that ask for both.
import sharp from 'sharp';
import { encodeBmp } from '../image/bmp.js';

/** Formats that can be written here; HEIC is none of them. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'bmp';

/** Bytes, both inclusive. */
export interface ByteRange {
  readonly min: number;
  readonly max: number;
}

/** The longer sides to try, in pixels: that of a phone's photo first, where the format is quick enough for it. */
const sides = [4000, 1600, 400, 100, 16];
const quick: readonly PhotoFormat[] = ['jpeg', 'webp'];

/** What is enlarged: waves of colour, 48 × 36. */
const drawing = { width: 48, height: 36, channels: 3 } as const;

/**
 * A photo of this format, the largest that fits; with zeros behind its end, which readers skip, where it is too short.
 * @param tried longer sides in pixels, the one that is liked best first
 * @returns undefined: none has so few bytes
 */
export async function photoOf(
  format: PhotoFormat,
  { min, max }: ByteRange,
  tried: readonly number[] = sides.slice(quick.includes(format) ? 0 : 1),
): Promise<Buffer | undefined> {
  for (const side of tried) {
    // No format has less than that.
    if (side ** 2 / 100 > max) continue;
    const body = await encoded(format, side);
    if (body.length <= max) return body.length < min ? Buffer.concat([body, Buffer.alloc(min - body.length)]) : body;
  }
  return undefined;
}

async function encoded(format: PhotoFormat, width: number): Promise<Buffer> {
  const height = Math.round((width * drawing.height) / drawing.width);
  const pixels = Uint8Array.from({ length: drawing.width * drawing.height * drawing.channels }, (_, at) =>
    Math.round(128 + 100 * Math.sin(at * 0.37 + (at % 3) * 2)),
  );
  const image = sharp(pixels, { raw: drawing }).resize(width, height, { fit: 'fill', kernel: 'linear' });
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality: 80 }).toBuffer();
    case 'png':
      return image.png({ compressionLevel: 1 }).toBuffer();
    case 'webp':
      return image.webp({ quality: 70, effort: 0 }).toBuffer();
    case 'gif':
      return image.gif({ effort: 1, colours: 32 }).toBuffer();
    case 'tiff':
      return image.tiff({ compression: 'lzw' }).toBuffer();
    case 'avif':
      return image.avif({ quality: 40, effort: 0 }).toBuffer();
    case 'bmp':
      return encodeBmp({ data: await image.raw().toBuffer(), width, height, channels: 3 });
  }
}
