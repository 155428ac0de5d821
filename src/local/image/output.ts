// How the result is written: format, quality and interlace collected from the whole style, and applied once at the end.
import type { Sharp } from 'sharp';
import type { ImageOperation, ImageOperationName } from '../../style/catalogue.js';
import { notImplemented } from './error.js';
import type { Source, SupportedFormat } from './source.js';

export interface Encoding {
  readonly format: SupportedFormat;
  readonly quality: number;
  readonly progressive: boolean;
  /** Of colours in a JPEG. */
  readonly chromaSubsampling: '4:2:0' | '4:4:4';
}

export const contentTypes: Readonly<Record<SupportedFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
  avif: 'image/avif',
};

// A source that is no JPEG has no quality to keep. OSS publishes none for it; this is GraphicsMagick's own default.
const defaultQuality = 75;
// OSS's quality acts on JPEG and WebP only, so AVIF always gets the encoder's usual value.
const avifQuality = 50;
// png.ts compresses it anew: this level only keeps large images small until then.
const pngLevel = 4;

/**
 * Format, quality and interlace of the result; of several equal operations the last counts.
 * @throws {ImageError} 501 for HEIC
 */
export function outputOf(operations: readonly ImageOperation[], source: Source): Encoding {
  const wanted = last(operations, 'format')?.value ?? source.format;
  if (wanted === 'heic') throw notImplemented('format,heic');
  const format = wanted === 'gif' ? source.format : wanted;
  const hidden = last(operations, 'blindwatermark');
  return {
    format,
    quality:
      hidden !== undefined && format === 'jpg'
        ? hidden.q
        : qualityOf(last(operations, 'quality'), source.quality, format),
    progressive: last(operations, 'interlace')?.value === 1,
    // OSS keeps the colours of a marked image sharp: seven published pictures.
    chromaSubsampling: last(operations, 'watermark') === undefined ? '4:2:0' : '4:4:4',
  };
}

// q is relative to the source, Q caps it and wins; on WebP q acts like Q.
function qualityOf(
  operation: ImageOperation<'quality'> | undefined,
  source: number | undefined,
  format: SupportedFormat,
): number {
  const cap = operation?.Q ?? (format === 'webp' ? operation?.q : undefined);
  if (cap !== undefined) return Math.min(source ?? 100, cap);
  const own = source ?? defaultQuality;
  return operation?.q === undefined ? own : Math.max(1, Math.round((own * operation.q) / 100));
}

/** The last operation of this name. */
export function last<N extends ImageOperationName>(
  operations: readonly ImageOperation[],
  op: N,
): ImageOperation<N> | undefined {
  return operations.findLast((operation) => operation.op === op) as ImageOperation<N> | undefined;
}

/** Sets the encoder. BMP leaves sharp as raw pixels. */
export function encodeAs(
  image: Sharp,
  { format, quality, progressive, chromaSubsampling }: Encoding,
  source: Source,
): Sharp {
  const { loop, delay } = source;
  const timing = source.frames > 1 ? { loop, delay } : {};
  switch (format) {
    case 'jpg':
      return image.jpeg({ quality, progressive, chromaSubsampling, optimiseCoding: progressive, mozjpeg: false });
    case 'png':
      return image.png({ adaptiveFiltering: true, compressionLevel: pngLevel });
    case 'webp':
      return image.webp({ quality, ...timing });
    case 'gif':
      return image.gif({ ...timing, keepDuplicateFrames: true });
    case 'tiff':
      return image.tiff({ compression: 'lzw', predictor: 'horizontal' });
    case 'avif':
      return image.avif({ quality: avifQuality, effort: 2 });
    case 'bmp':
      return image.raw();
  }
}
