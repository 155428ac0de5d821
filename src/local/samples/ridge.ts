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
export type Line = (u: number) => number;

const STEPS = 600;
const WIDTH = 3;

/** The line of a ridge, computed once: a scene asks for it millions of times. `sharp` 1 makes peaks, 0 hills. */
export function ridgeLine(
  noise: Noise,
  { top, rough, scale }: Omit<Ridge, 'colour'>,
  row: number,
  sharp: number,
): Line {
  const line = Float32Array.from({ length: WIDTH * STEPS + 2 }, (_, i) => {
    const peaks = 1 - Math.abs(2 * noise.cloud((i / STEPS) * scale + 3, row * 9.7, 6) - 1) * 1.6;
    const hills = noise.cloud((i / STEPS) * scale, row * 5.1, 6);
    return top - rough * (sharp * peaks + (1 - sharp) * hills);
  });
  return (u) => {
    const at = Math.min(WIDTH * STEPS, Math.max(0, u * STEPS));
    const i = Math.floor(at);
    const a = line[i] ?? 0;
    return a + ((line[i + 1] ?? a) - a) * (at - i);
  };
}

// About a pixel: edges are mixed over this height, or they would be stairs.
const EDGE = 0.0026;
const FRONT: Ink = [0.5, 0.5, 0.5];

/** Inks what is seen here: the nearest of the ridges, listed far to near, or -1 for the sky, with soft edges. */
export function inkNearest(lines: readonly Line[], u: number, v: number, ink: Ink, draw: (i: number) => void): void {
  const i = nearest(lines, lines.length - 1, u, v);
  draw(i);
  const depth = v - (lines[i]?.(u) ?? 0);
  if (i < 0 || depth >= EDGE) return;
  layer(FRONT, ink, 1);
  draw(nearest(lines, i - 1, u, v));
  layer(ink, FRONT, depth / EDGE);
}

function nearest(lines: readonly Line[], from: number, u: number, v: number): number {
  for (let i = from; i >= 0; i -= 1) {
    const line = lines[i];
    if (line !== undefined && v >= line(u)) return i;
  }
  return -1;
}
