// The geometry of operations as data: what to scale to, which window to take, where to place it; or why OSS refuses the size.
import type { CauseName } from './causes.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

/** How one operation changes the size. Parts apply in this order: turn, scale, window, canvas. `size` is what comes out. */
export interface Plan {
  readonly size: Size;
  /** Clockwise degrees. */
  readonly turn?: number;
  readonly scale?: Size;
  readonly window?: Window;
  /** Where the image lies on a canvas of `size`. */
  readonly canvas?: { readonly left: number; readonly top: number };
}
export interface Refusal {
  readonly refused: CauseName;
  readonly message: string;
}
export type Geometry = Plan | Refusal;

export const maxOutputSide = 16_384;
export const maxOutputPixels = 16_777_216;
export const maxRotateSide = 4096;

/** `side × numerator / denominator`, half up, at least 1; exact, as all factors are integers. OSS rounds 937.5 to 938, 133.3 to 133. */
export function proportion(side: number, numerator: number, denominator: number): number {
  return Math.max(1, Math.floor((2 * side * numerator + denominator) / (2 * denominator)));
}

/** Half of what is left over, for centring. Where OSS puts the odd pixel is unpublished; here it goes right and below. */
export function centre(outer: number, inner: number): number {
  return Math.floor((outer - inner) / 2);
}

/** Refuses an image that is too large to be rotated (https://www.alibabacloud.com/help/doc-detail/44690.html). */
export function rotationRefusal({ width, height }: Size): Refusal | undefined {
  if (Math.max(width, height) <= maxRotateSide) return undefined;
  return { refused: 'rotateTooLarge', message: 'Picture exceed the maximum allowable rotation range.' };
}
