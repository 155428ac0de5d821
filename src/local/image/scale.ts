// Brings an image to another size. Where it shrinks, a pixel is the mean of the area that it covers in the source, with
// the shares of the pixels that it covers in part: so does OSS, and so does OpenCV's INTER_AREA. All weights are
// integers, and their sums stay below 2^53: the means are exact.
// Source: the outputs of OSS that ali-oss has stored: all values of a PNG of 1024 × 768 as resize,w_200 are these.
// Choices where OSS publishes nothing: an axis that grows is interpolated with a cubic (Catmull-Rom) about the centres
// of the pixels, whatever the other axis does.
import type { Size } from '../../style/geometry.js';
import type { Pixels } from './bmp.js';
import type { Pause } from './pause.js';
import { addRow, storeRow } from './rows.js';

// Of what each new pixel is made along one axis: of `count` old ones from `first` on, with weights that lie `room`
// apart. The weights of each new pixel come to `total`.
interface Axis {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float64Array;
  readonly room: number;
  readonly total: number;
}

/**
 * The frames of an animation lie one below the other; `size` is that of each. An image that shrinks is overwritten: the
 * rows of the result end before the rows that are still to be read.
 */
export async function scale(
  { data, width, height, channels }: Pixels,
  size: Size,
  frames: number,
  pause: Pause,
): Promise<Pixels> {
  const frameHeight = height / frames;
  const across = axis(width, size.width);
  const down = axis(frameHeight, size.height);
  const length = size.width * size.height * frames * channels;
  const isShrunk = size.width <= width && size.height <= frameHeight;
  const scaled = isShrunk ? data.subarray(0, length) : Buffer.alloc(length);
  const levels = new Uint8ClampedArray(scaled.buffer, scaled.byteOffset, length);
  const tall = new Float64Array(width * channels);
  const row = new Float64Array(size.width * channels);
  for (let y = 0; y < size.height * frames; y += 1) {
    await pause();
    const inFrame = y % size.height;
    const top = ((y - inFrame) / size.height) * frameHeight + (down.first[inFrame] ?? 0);
    tall.fill(0);
    for (let k = 0; k < (down.count[inFrame] ?? 0); k += 1) {
      addRow(tall, data, (top + k) * tall.length, channels, down.weights[inFrame * down.room + k] ?? 0);
    }
    sumAcross(tall, across, row, channels);
    storeRow(row, across.total * down.total, levels, y * row.length, channels);
  }
  return { ...size, height: size.height * frames, channels, data: scaled };
}

function sumAcross(values: Float64Array, axis: Axis, sums: Float64Array, channels: number): void {
  const { first, count, weights, room } = axis;
  sums.fill(0);
  for (let x = 0, to = 0; x < count.length; x += 1, to += channels) {
    let from = (first[x] as number) * channels;
    const end = x * room + (count[x] as number);
    for (let k = x * room; k < end; k += 1, from += channels) {
      const weight = weights[k] as number;
      for (let c = 0; c < channels; c += 1) {
        sums[to + c] = (sums[to + c] as number) + (values[from + c] as number) * weight;
      }
    }
  }
}

function axis(from: number, to: number): Axis {
  return from < to ? cubic(from, to) : area(from, to);
}

// In units of which an old pixel has `to`, and a new one `from`.
function area(from: number, to: number): Axis {
  const room = Math.ceil(from / to) + 1;
  const [first, count, weights] = [new Int32Array(to), new Int32Array(to), new Float64Array(to * room)];
  for (let i = 0; i < to; i += 1) {
    const [start, end] = [i * from, (i + 1) * from];
    first[i] = Math.floor(start / to);
    count[i] = Math.ceil(end / to) - Math.floor(start / to);
    for (let k = 0; k < (count[i] ?? 0); k += 1) {
      const left = ((first[i] ?? 0) + k) * to;
      weights[i * room + k] = Math.min(end, left + to) - Math.max(start, left);
    }
  }
  return { first, count, weights, room, total: from };
}

const cubicTaps = 4;

// Beyond an edge, its pixel goes on.
function cubic(from: number, to: number): Axis {
  const [first, count] = [new Int32Array(to), new Int32Array(to)];
  const weights = new Float64Array(to * cubicTaps);
  for (let i = 0; i < to; i += 1) {
    const at = ((i + 0.5) * from) / to - 0.5;
    const taps = Array.from({ length: cubicTaps }, (_, k) => Math.floor(at) - 1 + k);
    const inside = (place: number) => Math.min(from - 1, Math.max(0, place));
    const start = inside(taps[0] ?? 0);
    first[i] = start;
    count[i] = inside(taps[cubicTaps - 1] ?? 0) - start + 1;
    for (const tap of taps) {
      const k = i * cubicTaps + inside(tap) - start;
      weights[k] = (weights[k] ?? 0) + catmullRom(Math.abs(at - tap));
    }
  }
  return { first, count, weights, room: cubicTaps, total: 1 };
}

function catmullRom(x: number): number {
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}
