// What the operations ask of the pixels: a short list of edits. sharp does most of them, each in one call; the others
// are done here, pixel by pixel, since sharp does not do them as OSS does. An operation knows the image as a canvas,
// and turns its parameters into edits.
import type { OverlayOptions, Sharp } from 'sharp';
import type { ImageOperation, ImageOperationName } from '../../style/catalogue.js';
import type { Size, SizePlan, Window } from '../../style/geometry.js';
import type { Pixels } from './bmp.js';
import type { Pause } from './pause.js';
import { scale } from './scale.js';
import { sharpen } from './sharpen.js';
import type { Source } from './source.js';
import type { TextFont } from './text-font.js';

export type Edit = SharpEdit | PixelEdit;

export type SharpEdit =
  /** Clockwise degrees, on a canvas that grows. */
  | { readonly do: 'turn'; readonly angle: number; readonly background: string }
  | { readonly do: 'mirror'; readonly vertical: boolean; readonly horizontal: boolean }
  | { readonly do: 'cut'; readonly window: Window }
  | { readonly do: 'extend'; readonly edges: Edges; readonly background: string }
  | { readonly do: 'blur'; readonly radius: number; readonly sigma: number }
  /** Lay layers over it, one after the other. */
  | { readonly do: 'overlay'; readonly layers: readonly Layer[] }
  /** Drop the alpha that an overlay left on an opaque image. */
  | { readonly do: 'opaque' }
  /** Every colour value c becomes a × c + b. */
  | { readonly do: 'linear'; readonly a: number; readonly b: number };

export type PixelEdit =
  | { readonly do: 'scale'; readonly size: Size }
  | { readonly do: 'sharpen'; readonly sigma: number };

/**
 * An SVG or pixels, no larger than the image. `atop` paints only where the image is, and leaves its alpha; `dest-out`
 * removes what lies under its paint.
 */
export interface Layer {
  readonly picture: string | Pixels;
  /** Where it lies; 'tile': side by side all over the image, from the upper left corner. */
  readonly at: { readonly left: number; readonly top: number } | 'tile';
  readonly blend: 'over' | 'atop' | 'dest-out';
}

type Edges = Readonly<Record<'top' | 'left' | 'bottom' | 'right', number>>;

/** What an operation knows of the image. */
export interface Canvas {
  readonly before: Size;
  readonly plan: SizePlan;
  /** The result will have no alpha (jpg): what would be transparent is white. */
  readonly opaque: boolean;
  /** The image has alpha by now: new corners are transparent, else white. */
  readonly hasAlpha: boolean;
  readonly orientation: number;
  /** All frames of an animation lie one below the other, and each gets the same. */
  readonly animated: boolean;
  /** The image that a watermark names, prepared for a main image of this size. */
  readonly markImage: (value: string, main: Size) => Promise<PreparedImage>;
  /** The font of a text watermark. */
  readonly textFont: TextFont;
  /** When all must be done, as `performance.now()` counts. */
  readonly end: number;
}

/** Gives the edits of an operation. */
export type Draw<N extends ImageOperationName> = (
  operation: ImageOperation<N>,
  canvas: Canvas,
) => readonly Edit[] | Promise<readonly Edit[]>;

/** A watermark image whose pixels are still to be made. */
export interface PreparedImage {
  readonly source: Source;
  readonly edits: readonly Edit[];
  readonly size: Size;
  /** When its pixels must be made, as `performance.now()` counts. */
  readonly end: number;
}

/** Whether it is done here, rather than by sharp. */
export function isPixelEdit(edit: Edit): edit is PixelEdit {
  return edit.do === 'scale' || edit.do === 'sharpen';
}

/** Does an edit on pixels that are nobody else's. The frames of an animation lie one below the other. */
export async function editPixels(pixels: Pixels, edit: PixelEdit, frames: number, pause: Pause): Promise<Pixels> {
  if (edit.do === 'scale') return scale(pixels, edit.size, frames, pause);
  await sharpen(pixels, edit.sigma, frames, pause);
  return pixels;
}

/** Adds an edit to a sharp pipeline. */
export function applyEdit(image: Sharp, edit: SharpEdit): Sharp {
  switch (edit.do) {
    case 'turn':
      return image.rotate(edit.angle, { background: edit.background });
    case 'mirror':
      return image.flip(edit.vertical).flop(edit.horizontal);
    case 'cut':
      return image.extract(edit.window);
    case 'extend':
      return image.extend({ ...edit.edges, background: edit.background });
    case 'blur':
      return image.blur({ sigma: edit.sigma, precision: 'float', minAmplitude: amplitudeAt(edit.radius, edit.sigma) });
    case 'overlay':
      return image.composite(edit.layers.map(toOverlay));
    case 'opaque':
      return image.removeAlpha();
    case 'linear':
      return image.linear(edit.a, edit.b);
  }
}

/** A layer as sharp takes it. */
export function toOverlay({ picture, at, blend }: Layer): OverlayOptions {
  const place = at === 'tile' ? ({ tile: true, gravity: 'northwest' } as const) : at;
  if (typeof picture === 'string') return { input: Buffer.from(picture), blend, ...place };
  const { data, width, height, channels } = picture;
  return { input: data, raw: { width, height, channels }, blend, ...place };
}

// libvips cuts its Gaussian where it falls below this: between the last tap wanted and the next.
function amplitudeAt(radius: number, sigma: number): number {
  return Math.min(1, Math.max(0.001, Math.exp(-((radius + 0.5) ** 2) / (2 * sigma ** 2))));
}
