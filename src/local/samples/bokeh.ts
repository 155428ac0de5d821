// Lights out of focus: the background of the scenes that are seen from near.
import { randomFrom } from './noise.js';
import { type Colour, glow, type Ink, smooth } from './paint.js';

export interface Spot {
  readonly u: number;
  readonly v: number;
  readonly r: number;
  readonly colour: Colour;
  readonly light: number;
}

/** Lights out of focus behind a subject, in a strip of this width. */
export function bokeh(seed: number, count: number, width: number, colours: readonly Colour[]): Spot[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => ({
    u: random() * width,
    v: random() * 0.75,
    r: 0.025 + 0.06 * random(),
    colour: colours[Math.floor(random() * colours.length)] ?? 0xffffff,
    light: 0.08 + 0.22 * random(),
  }));
}

/** Adds their light to one place. */
export function addBokeh(spots: readonly Spot[], u: number, v: number, ink: Ink, strength = 1): void {
  for (const spot of spots) {
    const dx = u - spot.u;
    const dy = v - spot.v;
    const distance = dx * dx + dy * dy;
    const { r, colour, light } = spot;
    if (distance > r * r * 1.2) continue;
    const edge = Math.sqrt(distance) / r;
    glow(ink, colour, strength * light * smooth(1.05, 0.93, edge) * (0.75 + 0.35 * edge * edge));
  }
}
