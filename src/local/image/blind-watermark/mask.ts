// Where the eye notices a change least: how it should be shared among the blocks. Busy blocks take more than smooth
// ones, and where the image is at the end of its range, black or white, nothing can be changed.
import { blockSize } from './dct.js';
import type { Plane } from './plane.js';

const half = blockSize / 2;
const none = 1e-4;
// How much a standard deviation of one level within a block hides, and the most that any block takes, as multiples of a
// smooth block.
const perLevel = 0.8;
const most = 8;

/** The weight of every point of the plane; all points of a block share one. */
export function maskOf({ side, luminance, room }: Plane): Float32Array {
  const weights = new Float32Array(luminance.length);
  for (let top = 0; top < side; top += blockSize) {
    for (let left = 0; left < side; left += blockSize) {
      const corner = top * side + left;
      const space = Math.max(none, mean(room, corner, side, blockSize) ** 2);
      // An edge beside a smooth area hides nothing in it: the two smoothest quarters decide.
      const quarters = [0, half, half * side, half * side + half]
        .map((offset) => deviation(luminance, corner + offset, side))
        .sort((a, b) => a - b);
      const hidden = Math.min(most, 1 + (perLevel * ((quarters[0] ?? 0) + (quarters[1] ?? 0))) / 2);
      for (let y = 0; y < blockSize; y += 1)
        weights.fill(space * hidden, corner + y * side, corner + y * side + blockSize);
    }
  }
  return weights;
}

function mean(values: Float32Array, corner: number, stride: number, size: number): number {
  let sum = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) sum += values[corner + y * stride + x] ?? 0;
  }
  return sum / (size * size);
}

function deviation(values: Float32Array, corner: number, stride: number): number {
  const middle = mean(values, corner, stride, half);
  let sum = 0;
  for (let y = 0; y < half; y += 1) {
    for (let x = 0; x < half; x += 1) sum += ((values[corner + y * stride + x] ?? 0) - middle) ** 2;
  }
  return Math.sqrt(sum / (half * half));
}
