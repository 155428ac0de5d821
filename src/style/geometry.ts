// The geometry of operations as data: what to scale to, which window to take, where to place it; or why OSS refuses the
// size.
import type { CauseName } from './causes.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * How one operation changes the size. Parts apply in this order: turn, scale, window, canvas. `size` is what comes out.
 */
export interface SizePlan {
  readonly size: Size;
  /** Clockwise degrees. */
  readonly turn?: number | undefined;
  readonly scale?: Size | undefined;
  readonly window?: Window | undefined;
  /** Where the image lies on a canvas of `size`. */
  readonly canvas?: { readonly left: number; readonly top: number };
}
export interface SizeRefusal {
  readonly refused: CauseName;
  readonly message: string;
}
export type Geometry = SizePlan | SizeRefusal;

type Alignment = 'start' | 'middle' | 'end';

export const maxOutputSide = 16_384;
export const maxOutputPixels = 16_777_216;

/**
 * auto-orient and rotate take no larger image, by https://www.alibabacloud.com/help/doc-detail/44690.htm and
 * https://help.aliyun.com/zh/oss/support/0040-00000006.
 */
export const maxTurnedSide = 4096;

/**
 * `side × numerator / denominator`, half up, at least 1; exact, as all factors are integers. OSS rounds 937.5 to 938,
 * 133.3 to 133.
 */
export function proportion(side: number, numerator: number, denominator: number): number {
  return Math.max(1, Math.floor((2 * side * numerator + denominator) / (2 * denominator)));
}

/**
 * Half of what is left over, for centring. Where OSS puts the odd pixel is unpublished; here it goes right and below.
 */
export function centre(outer: number, inner: number): number {
  return Math.floor((outer - inner) / 2);
}

/** Where a rectangle lies in the middle of another. */
export function centred(outer: Size, inner: Size): { readonly left: number; readonly top: number } {
  return { left: centre(outer.width, inner.width), top: centre(outer.height, inner.height) };
}

/** Where one of the nine places of `g` lies, from left to right. */
export function alignedAcross(g: string): Alignment {
  if (['north', 'center', 'south'].includes(g)) return 'middle';
  return ['ne', 'east', 'se'].includes(g) ? 'end' : 'start';
}

/** Where one of the nine places of `g` lies, from top to bottom. */
export function alignedDown(g: string): Alignment {
  if (['west', 'center', 'east'].includes(g)) return 'middle';
  return ['sw', 'south', 'se'].includes(g) ? 'end' : 'start';
}

type Given<Keys extends string> = { readonly [K in Keys]?: number | undefined };

/** What `crop` cuts out, clipped to the image; undefined where it starts outside. `w` or `h` of 0: all there is. */
export function cropWindow(
  { width: W, height: H }: Size,
  { w = 0, h = 0, x = 0, y = 0, g = 'nw' }: Given<'w' | 'h' | 'x' | 'y'> & { readonly g?: string | undefined },
): Window | undefined {
  const width = w === 0 ? W : Math.min(w, W);
  const height = h === 0 ? H : Math.min(h, H);
  const left = x + { start: 0, middle: centre(W, width), end: W - width }[alignedAcross(g)];
  const top = y + { start: 0, middle: centre(H, height), end: H - height }[alignedDown(g)];
  if (left >= W || top >= H) return undefined;
  return { left, top, width: Math.min(width, W - left), height: Math.min(height, H - top) };
}

/**
 * The slice that `indexcrop` takes, the whole image where there is none of this index; undefined where a slice is
 * larger than the image. A last slice that is narrower than the others is returned as it is; whether OSS counts it is
 * unpublished.
 */
export function sliceWindow(size: Size, { x = 0, y, i = 0 }: Given<'x' | 'y' | 'i'>): Window | undefined {
  const [side, slice] = y === undefined ? [size.width, x] : [size.height, y];
  if (slice > side) return undefined;
  const start = i * slice;
  if (start >= side) return cropWindow(size, {});
  return cropWindow(size, y === undefined ? { x: start, w: slice } : { y: start, h: slice });
}

/**
 * The sides of the box around a turned rectangle, rounded to millionths: sines are not exact, and a side of exactly ….5
 * would else be rounded up or down by chance.
 */
export function turnedBox({ width, height }: Size, degrees: number): Size {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  const cut = (side: number) => Number(side.toFixed(6));
  return { width: cut(width * cos + height * sin), height: cut(width * sin + height * cos) };
}

/**
 * Why OSS refuses to write a result of this format and size, if it does.
 * Sources: https://help.aliyun.com/zh/oss/user-guide/overview-17/ and
 * https://help.aliyun.com/document_detail/44703.html
 */
export function oversize(format: string | undefined, { width, height }: Size): SizeRefusal | undefined {
  const side = Math.max(width, height);
  const pixels = `${width} × ${height} pixels`;
  if (format === 'webp' && side > 16_383) {
    return { refused: 'webpSide', message: `A WebP of ${pixels} is above 16383 a side.` };
  }
  if (format === 'avif' && (width > 4096 || width * height > 9_437_184)) {
    return { refused: 'avifSide', message: `An AVIF of ${pixels} is wider than 4096 or above 9437184 pixels.` };
  }
  if (format === 'heic' && side > 4096) {
    return { refused: 'heicSide', message: `A HEIC of ${pixels} is above 4096 a side.` };
  }
  return undefined;
}
