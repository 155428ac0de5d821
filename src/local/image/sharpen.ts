// Sharpens an image as OSS does: a 3 × 3 kernel, minus a Gaussian, its centre twice the Gaussian's sum; beyond an edge
// the image is mirrored about its last pixel.
// Source: the published sizes of sharpen,100 of the sample image of OSS's SDKs, 23,015 bytes, and 24,183 later.
import type { Pixels } from './bmp.js';
import type { Pause } from './pause.js';
import { addRow, storeRow } from './rows.js';

/** Changes the pixels in place. The frames of an animation lie one below the other. */
export async function sharpen(
  { data, width, height, channels }: Pixels,
  sigma: number,
  frames: number,
  pause: Pause,
): Promise<void> {
  const bytes = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  const length = width * channels;
  const frameHeight = height / frames;
  // The Gaussian is 1 in the middle, `side` beside it, and side² in the corners: a row of it times a column of it.
  const side = Math.exp(-1 / (2 * sigma * sigma));
  const total = (1 + 2 * side) ** 2;
  const [down, sharp] = [new Float64Array(length), new Float64Array(length)];
  for (let frame = 0; frame < frames; frame += 1) {
    let [above, row, below] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
    const read = (line: Float64Array, y: number) => {
      line.fill(0);
      addRow(line, data, (frame * frameHeight + y) * length, channels, 1);
    };
    read(row, 0);
    read(above, Math.min(1, frameHeight - 1));
    for (let y = 0; y < frameHeight; y += 1) {
      await pause();
      if (y + 1 < frameHeight) read(below, y + 1);
      else below.set(above);
      for (let i = 0; i < length; i += 1) {
        down[i] = (row[i] as number) + side * ((above[i] as number) + (below[i] as number));
      }
      for (let i = 0; i < length; i += 1) {
        const left = down[i < channels ? mirrored(i, channels, length) : i - channels] as number;
        const right = down[i + channels < length ? i + channels : mirrored(i, -channels, length)] as number;
        sharp[i] = (2 * total + 1) * (row[i] as number) - (down[i] as number) - side * (left + right);
      }
      storeRow(sharp, total + 1, bytes, (frame * frameHeight + y) * length, channels);
      [above, row, below] = [row, below, above];
    }
  }
}

// The value beside `i`, or `i` itself in an image of one pixel's width.
function mirrored(i: number, step: number, length: number): number {
  return i + step >= 0 && i + step < length ? i + step : i;
}
