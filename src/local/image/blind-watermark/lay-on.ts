// Lays a change of luminance, given on the square plane, on the pixels of the full image: the same whole number on red,
// green and blue, so that chroma stays as it was, and alpha too. Only a colour at the end of its range takes less.
import type { Pixels } from '../bmp.js';
import { resampleRows, sample, tapsOf } from './resample.js';

/** Changes the pixels in place. */
export function layOn({ data, width, height, channels }: Pixels, change: Float32Array, side: number): void {
  const wide = resampleRows(change, side, width);
  const rows = tapsOf(side, height);
  const line = new Float32Array(width);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) line[x] = sample(wide, x, width, rows, y);
    addLine(data, y * width * channels, channels, line, y);
  }
}

function addLine(data: Buffer, start: number, channels: number, line: Float32Array, y: number): void {
  const colours = channels < 3 ? 1 : 3;
  for (let x = 0, at = start; x < line.length; x += 1, at += channels) {
    const opacity = colours === channels ? 1 : (data[at + colours] ?? 0) / 255;
    const whole = Math.floor((line[x] ?? 0) * opacity + threshold(x, y));
    if (whole === 0 || opacity === 0) continue;
    for (let c = 0; c < colours; c += 1) data[at + c] = Math.min(255, Math.max(0, (data[at + c] ?? 0) + whole));
  }
}

// Rounds a part of the pixels up and the others down, so that changes of less than a level are not lost: interleaved
// gradient noise (Jimenez, 2014).
function threshold(x: number, y: number): number {
  const inner = 0.06711056 * x + 0.00583715 * y;
  const outer = 52.9829189 * (inner - Math.floor(inner));
  return outer - Math.floor(outer);
}
