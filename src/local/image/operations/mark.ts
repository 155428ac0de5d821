// A watermark before it is placed: its size, and its pixels on demand, so that of a mark larger than the image only
// what shows is made.
import sharp from 'sharp';
import { intersection, type Mixture } from '../../../style/catalogue/watermark-place.js';
import type { Size, Window } from '../../../style/geometry.js';
import type { Pixels } from '../bmp.js';
import { type Layer, toOverlay } from '../edit.js';

export interface Mark extends Size {
  /** How many pixels its shadow reaches beyond the right and the lower edge. */
  readonly reach: number;
  /** The pixels in this window of the mark, with alpha. */
  draw(window: Window): Promise<Pixels>;
}

/** Image and text side by side, as one mark. */
export function mixedMark(image: Mark, text: Mark, { width, height, ...places }: Mixture): Mark {
  return {
    width,
    height,
    reach: Math.max(image.reach, text.reach),
    async draw(window) {
      const layers = [await layerOf(image, places.image, window), await layerOf(text, places.text, window)];
      return flatten(
        window,
        layers.flatMap((layer) => layer ?? []),
      );
    },
  };
}

/**
 * What of a mark and its shadow shows through a window when it lies at `place`, counted from the window's corner;
 * undefined when nothing does.
 */
export async function layerOf(mark: Mark, place: Window, window: Window): Promise<Layer | undefined> {
  const painted = { ...place, width: place.width + mark.reach, height: place.height + mark.reach };
  const shown = intersection(painted, window);
  if (shown === undefined) return undefined;
  const { left, top, width, height } = shown;
  const picture = await mark.draw({ left: left - place.left, top: top - place.top, width, height });
  return { picture, at: { left: left - window.left, top: top - window.top }, blend: 'over' };
}

/** Layers on a transparent canvas. */
export async function flatten({ width, height }: Size, layers: readonly Layer[]): Promise<Pixels> {
  const data = await sharp({ create: { width, height, channels: 4, background: '#00000000' } })
    .composite(layers.map(toOverlay))
    .raw()
    .toBuffer();
  return { data, width, height, channels: 4 };
}
