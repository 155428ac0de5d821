// What a stored image is, learned from its first bytes and its header: refused here, before a pixel is decoded, if OSS
// would not take it.
// Only formats that OSS reads get any further: sharp alone would also open SVG, PDF and more.
// The limits are those of style/source-limits.ts.
import sharp from 'sharp';
import type { CauseName } from '../../style/causes.js';
import { maxAvifSide, maxSourceBytes, maxSourcePixels, maxSourceSide, maxTiffSide } from '../../style/source-limits.js';
import { type BmpHeader, hasBmpAlpha, holdsAllRows, isPlain, readBmpHeader } from './bmp.js';
import { type ImageError, imageError, notImplemented } from './error.js';
import { brandsOf, isWhole } from './iso-boxes.js';
import { type Density, estimateQuality, jfifDensity } from './jpeg.js';

export type SupportedFormat = 'jpg' | 'png' | 'webp' | 'gif' | 'tiff' | 'bmp' | 'avif';

export interface Source {
  readonly bytes: Buffer;
  readonly format: SupportedFormat;
  /** As stored, before any orientation; of one frame. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1–8. */
  readonly orientation: number;
  readonly frames: number;
  readonly loop?: number | undefined;
  readonly delay?: number[] | undefined;
  readonly hasAlpha: boolean;
  /** Estimated, JPEG only. */
  readonly quality?: number | undefined;
  readonly density?: Density | undefined;
  /** The EXIF block as stored: a TIFF structure, often behind "Exif\0\0"; of a TIFF the whole file, which is one. */
  readonly exif?: Buffer | undefined;
  readonly bmp?: BmpHeader;
  /** Grey, of 16 bits, or of another colour space: sharp would turn it into 8-bit sRGB only in the end. */
  readonly isToBeSrgb: boolean;
}

const maxSide: Readonly<Record<SupportedFormat, { side: number; why: CauseName }>> = {
  jpg: { side: maxSourceSide, why: 'jpegSide' },
  png: { side: maxSourceSide, why: 'sourceSide' },
  webp: { side: maxSourceSide, why: 'sourceSide' },
  gif: { side: maxSourceSide, why: 'sourceSide' },
  bmp: { side: maxSourceSide, why: 'bmpSide' },
  tiff: { side: maxTiffSide, why: 'tiffSide' },
  avif: { side: maxAvifSide, why: 'avifSide' },
};
// A BMP is decoded to three bytes a pixel at once, and one of 20 MB with 1 bit a pixel would be 480 MB then.
const maxBmpPixels = 40_000_000;

/**
 * Reads the header of a stored image.
 * @throws {ImageError} 400 for what OSS refuses, 501 for HEIC that is whole, and for run-length encoded BMP
 */
export async function readSource(bytes: Buffer): Promise<Source> {
  if (bytes.length > maxSourceBytes) {
    throw imageError('sourceBytes', `The image has ${bytes.length} bytes; at most ${maxSourceBytes} are processed.`);
  }
  const format = detectFormat(bytes);
  if (format === undefined) throw imageError('sourceFormat', 'This image format is not supported.');
  const source = format === 'bmp' ? readBmp(bytes) : await readWithSharp(bytes, format);
  const { side, why } = maxSide[format];
  if (Math.max(source.width, source.height) > side) {
    throw imageError(
      why,
      `The image is ${source.width} × ${source.height} pixels; at most ${side} a side are processed.`,
    );
  }
  if (source.width * source.height * source.frames > maxSourcePixels) {
    throw imageError('sourcePixels', `The image has more than ${maxSourcePixels} pixels.`);
  }
  return source;
}

/** The error for an image whose bytes turn out to be damaged. */
export function damagedError(format: SupportedFormat | 'heic', cause?: unknown): ImageError {
  const why = damagedCauses[format];
  if (why === undefined) return imageError('damaged', 'The image file may be damaged.', cause);
  return imageError(why, `The ${format} image file may be damaged.`, cause);
}

// Formats of which OSS says so by an EC of their own.
const damagedCauses: Readonly<Partial<Record<string, CauseName>>> = {
  webp: 'webpDamaged',
  heic: 'heicDamaged',
  avif: 'avifDamaged',
};

function detectFormat(bytes: Buffer): SupportedFormat | undefined {
  const ascii = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (ascii(0, 3) === '\xff\xd8\xff') return 'jpg';
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (/^GIF8[79]a$/.test(ascii(0, 6))) return 'gif';
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'webp';
  if (ascii(0, 4) === 'II*\0' || ascii(0, 4) === 'MM\0*') return 'tiff';
  if (ascii(0, 2) === 'BM') return 'bmp';
  if (ascii(4, 8) === 'ftyp') return detectBrand(bytes);
  return undefined;
}

function detectBrand(bytes: Buffer): SupportedFormat | undefined {
  const brands = brandsOf(bytes);
  if (brands.includes('avif') || brands.includes('avis')) return 'avif';
  if (!brands.some((brand) => /^(hei[cxms]|hev[cxms])$/.test(brand))) return undefined;
  throw isWhole(bytes) ? notImplemented('HEIC') : damagedError('heic');
}

function readBmp(bytes: Buffer): Source {
  const bmp = readBmpHeader(bytes);
  if (bmp === undefined) throw damagedError('bmp');
  if (!isPlain(bmp)) throw notImplemented('run-length encoded BMP');
  if (bmp.width * bmp.height > maxBmpPixels && Math.max(bmp.width, bmp.height) <= maxSide.bmp.side) {
    throw imageError('sourcePixels', `The BMP has more than ${maxBmpPixels} pixels.`);
  }
  if (Math.max(bmp.width, bmp.height) <= maxSide.bmp.side && !holdsAllRows(bytes, bmp)) throw damagedError('bmp');
  const { width, height } = bmp;
  const hasAlpha = holdsAllRows(bytes, bmp) && hasBmpAlpha(bytes, bmp);
  return { bytes, format: 'bmp', width, height, orientation: 1, frames: 1, hasAlpha, bmp, isToBeSrgb: false };
}

// Where sharp has another name.
const sharpNames: Readonly<Partial<Record<SupportedFormat, string>>> = { jpg: 'jpeg', avif: 'heif' };

async function readWithSharp(bytes: Buffer, format: SupportedFormat): Promise<Source> {
  const metadata = await sharp(bytes, { limitInputPixels: false, animated: format === 'gif' || format === 'webp' })
    .metadata()
    .catch((error: unknown) => {
      throw damagedError(format, error);
    });
  if (metadata.format !== (sharpNames[format] ?? format)) throw damagedError(format);
  const { loop, delay, exif, hasAlpha, orientation = 1, space, hasProfile } = metadata;
  return {
    bytes,
    format,
    width: metadata.width,
    height: metadata.pageHeight ?? metadata.height,
    orientation,
    frames: format === 'gif' || format === 'webp' ? (metadata.pages ?? 1) : 1,
    hasAlpha,
    loop,
    delay,
    quality: format === 'jpg' ? estimateQuality(bytes) : undefined,
    density: format === 'jpg' ? jfifDensity(bytes) : undefined,
    exif: format === 'tiff' ? bytes : exif,
    // CMYK, and grey by its profile, sharp converts first by itself.
    isToBeSrgb: space !== 'srgb' && space !== 'cmyk' && !(space === 'b-w' && hasProfile),
  };
}
