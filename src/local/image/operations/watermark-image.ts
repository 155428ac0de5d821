// The image of a watermark as a mark: its pixels, with the opacity that the watermark has.

import type { PreparedImage } from '../edit.js';
import { renderPixels } from '../render.js';
import type { Mark } from './mark.js';

/** `opacity` in percent. */
export function imageMark({ source, edits, size, end }: PreparedImage, opacity: number): Mark {
  return {
    ...size,
    reach: 0,
    async draw(window) {
      const whole = window.width === size.width && window.height === size.height;
      const pixels = await renderPixels(source, whole ? edits : [...edits, { do: 'cut', window }], end);
      if (opacity < 100) fade(pixels.data, pixels.channels, opacity);
      return pixels;
    },
  };
}

function fade(data: Buffer, channels: number, opacity: number): void {
  for (let i = channels - 1; i < data.length; i += channels) data[i] = Math.round(((data[i] ?? 0) * opacity) / 100);
}
