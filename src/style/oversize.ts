// How large an image of each format OSS writes, beyond what it writes at all.
import type { Refusal, Size } from './geometry.js';

interface Bound {
  readonly width: number;
  readonly height: number;
  readonly pixels: number;
  readonly why: Refusal['refused'];
}

// https://help.aliyun.com/zh/oss/user-guide/overview-17/ and https://help.aliyun.com/document_detail/44703.html
const bounds: Readonly<Record<string, Bound>> = {
  webp: { width: 16_383, height: 16_383, pixels: Number.POSITIVE_INFINITY, why: 'webpSide' },
  avif: { width: 4096, height: Number.POSITIVE_INFINITY, pixels: 9_437_184, why: 'avifSide' },
  heic: { width: 4096, height: 4096, pixels: Number.POSITIVE_INFINITY, why: 'resizeTooLarge' },
};

/** Why a result of this format and size is refused, if it is. */
export function oversize(format: string | undefined, { width, height }: Size): Refusal | undefined {
  const bound = format !== undefined && Object.hasOwn(bounds, format) ? bounds[format] : undefined;
  if (bound === undefined) return undefined;
  if (width <= bound.width && height <= bound.height && width * height <= bound.pixels) return undefined;
  const limits = [
    Number.isFinite(bound.width) ? `${bound.width} wide` : '',
    Number.isFinite(bound.height) ? `${bound.height} high` : '',
    Number.isFinite(bound.pixels) ? `${bound.pixels} pixels` : '',
  ];
  const most = limits.filter((limit) => limit !== '').join(', ');
  return { refused: bound.why, message: `OSS writes no ${format} of ${width} × ${height} pixels: at most ${most}.` };
}
