// Ridges one behind the other: the height of each is a line of noise.
import type { Noise } from './noise.js';
import { type Colour, type Ink, layer } from './paint.js';

export interface Ridge {
  /** The lowest point of the line, and how far it rises above. */
  readonly top: number;
  readonly rough: number;
  readonly scale: number;
  readonly colour: Colour;
}
/** The `v` of a ridge's line at `u`. */
export type RidgeLine = (u: number) => number;

const steps = 600;
const width = 3;

/** The line of a ridge, computed once: a scene asks for it millions of times. `sharp` 1 makes peaks, 0 hills. */
export function ridgeLine(
  noise: Noise,
  { top, rough, scale }: Omit<Ridge, 'colour'>,
  row: number,
  sharp: number,
): RidgeLine {
  const line = Float32Array.from({ length: width * steps + 2 }, (_, i) => {
    const peaks = 1 - Math.abs(2 * noise.cloud((i / steps) * scale + 3, row * 9.7, 6) - 1) * 1.6;
    const hills = noise.cloud((i / steps) * scale, row * 5.1, 6);
    return top - rough * (sharp * peaks + (1 - sharp) * hills);
  });
  return (u) => {
    const at = Math.min(width * steps, Math.max(0, u * steps));
    const i = Math.floor(at);
    const a = line[i] ?? 0;
    return a + ((line[i + 1] ?? a) - a) * (at - i);
  };
}

// About a pixel: edges are mixed over this height, or they would be stairs.
const edge = 0.0026;
const front: Ink = [0.5, 0.5, 0.5];

/** Inks what is seen here: the nearest of the ridges, listed far to near, or -1 for the sky, with soft edges. */
export function inkNearest(
  lines: readonly RidgeLine[],
  u: number,
  v: number,
  ink: Ink,
  draw: (i: number) => void,
): void {
  const i = nearest(lines, lines.length - 1, u, v);
  draw(i);
  const depth = v - (lines[i]?.(u) ?? 0);
  if (i < 0 || depth >= edge) return;
  layer(front, ink, 1);
  draw(nearest(lines, i - 1, u, v));
  layer(ink, front, depth / edge);
}

function nearest(lines: readonly RidgeLine[], from: number, u: number, v: number): number {
  for (let i = from; i >= 0; i -= 1) {
    const line = lines[i];
    if (line !== undefined && v >= line(u)) return i;
  }
  return -1;
}
