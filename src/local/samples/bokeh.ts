// Lights out of focus: the background of the scenes that are seen from near.
import { randomFrom } from './noise.js';
import { type Colour, glow, type Ink, smooth } from './paint.js';

/** Lights out of focus behind a subject, in a strip of this width: gives the function that adds them to one place. */
export function bokeh(seed: number, count: number, width: number, colours: readonly Colour[]) {
  const random = randomFrom(seed);
  const spots = Array.from({ length: count }, () => ({
    u: random() * width,
    v: random() * 0.75,
    r: 0.025 + 0.06 * random(),
    colour: colours[Math.floor(random() * colours.length)] ?? 0xffffff,
    light: 0.08 + 0.22 * random(),
  }));
  return (u: number, v: number, ink: Ink, strength = 1): void => {
    for (const spot of spots) {
      const { r, colour, light } = spot;
      const dx = u - spot.u;
      const dy = v - spot.v;
      const distance = dx * dx + dy * dy;
      if (distance > r * r * 1.2) continue;
      const edge = Math.sqrt(distance) / r;
      glow(ink, colour, strength * light * smooth(1.05, 0.93, edge) * (0.75 + 0.35 * edge * edge));
    }
  };
}
