// Enlarges and samples rows of numbers with a Lanczos kernel of six taps. sharp enlarges with a softer kernel, which
// would dull the mark.

const reach = 3;
const tapCount = 2 * reach;

/**
 * For each of `to` points, spread evenly over a row of `from` values: the places and the weights of the values it is
 * made of.
 */
export interface Taps {
  readonly places: Uint16Array;
  readonly weights: Float32Array;
}

/** The taps that bring a row of `from` values to `to` values. Pixels are areas: both rows cover the same length. */
export function tapsOf(from: number, to: number): Taps {
  const places = new Uint16Array(to * tapCount);
  const weights = new Float32Array(to * tapCount);
  for (let i = 0; i < to; i += 1) {
    const at = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(at) - reach + 1;
    let sum = 0;
    for (let k = 0; k < tapCount; k += 1) sum += lanczos(at - first - k);
    for (let k = 0; k < tapCount; k += 1) {
      places[i * tapCount + k] = Math.min(from - 1, Math.max(0, first + k));
      weights[i * tapCount + k] = lanczos(at - first - k) / sum;
    }
  }
  return { places, weights };
}

/** Point `i` of the new row; the old row's values begin at `start` and lie `stride` apart. */
export function sample(
  values: Float32Array,
  start: number,
  stride: number,
  { places, weights }: Taps,
  i: number,
): number {
  let sum = 0;
  for (let k = i * tapCount; k < i * tapCount + tapCount; k += 1) {
    sum += (values[start + (places[k] ?? 0) * stride] ?? 0) * (weights[k] ?? 0);
  }
  return sum;
}

/** Every row of a plane brought to another width. */
export function resampleRows(values: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return values;
  const taps = tapsOf(from, to);
  const rows = values.length / from;
  const wide = new Float32Array(rows * to);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < to; x += 1) wide[y * to + x] = sample(values, y * from, 1, taps, x);
  }
  return wide;
}

/** Every column of a plane `width` wide brought to another height. */
export function resampleColumns(values: Float32Array, width: number, to: number): Float32Array {
  if (values.length === width * to) return values;
  const taps = tapsOf(values.length / width, to);
  const tall = new Float32Array(width * to);
  for (let y = 0; y < to; y += 1) {
    for (let x = 0; x < width; x += 1) tall[y * width + x] = sample(values, x, width, taps, y);
  }
  return tall;
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= reach) return 0;
  const angle = Math.PI * x;
  return (reach * Math.sin(angle) * Math.sin(angle / reach)) / (angle * angle);
}
