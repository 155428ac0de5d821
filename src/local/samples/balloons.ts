// A sample scene: striped balloons over valleys full of morning mist.
import { noiseFrom } from './noise.js';
import {
  type Colour,
  clamp,
  dim,
  glow,
  gradient,
  type Ink,
  layer,
  over,
  put,
  ramp,
  type Scene,
  smooth,
} from './paint.js';
import { inkNearest, type Ridge, ridgeLine } from './ridge.js';

interface Balloon {
  readonly u: number;
  readonly v: number;
  readonly r: number;
  readonly stripe: Colour;
  readonly other: Colour;
}

const sky = ramp([0, 0x4f8fc9], [0.4, 0xa9cfe6], [0.7, 0xfde6c4]);
const ridges: readonly Ridge[] = [
  { top: 0.76, rough: 0.16, scale: 2.2, colour: 0x9db4c0 },
  { top: 0.84, rough: 0.18, scale: 2.6, colour: 0x6f9490 },
  { top: 0.95, rough: 0.2, scale: 2.2, colour: 0x47725f },
  { top: 1.06, rough: 0.2, scale: 1.9, colour: 0x25503f },
];
const placedBalloons: readonly Balloon[] = [
  { u: 0.6, v: 0.16, r: 0.035, stripe: 0x8e6fae, other: 0xf4e3c3 },
  { u: 0.17, v: 0.5, r: 0.06, stripe: 0x2f8f9d, other: 0xf7f0dc },
  { u: 0.63, v: 0.52, r: 0.085, stripe: 0xe2a02e, other: 0x2d4f7c },
  { u: 0.32, v: 0.26, r: 0.165, stripe: 0xd6423b, other: 0xfbe9c9 },
];

export function balloons(): Scene {
  const noise = noiseFrom(71);
  const lines = ridges.map((ridge, i) => ridgeLine(noise, ridge, i + 2, 0.3));
  const land = (i: number, u: number, v: number, ink: Ink): void => {
    const depth = v - (lines[i]?.(u) ?? v);
    if (i < 0) {
      gradient(ink, sky, v);
      over(ink, 0xffffff, 0.75 * smooth(0.5, 0.8, noise.cloud(u * 3, v * 6, 6)) * smooth(0.65, 0.1, v));
    } else {
      put(ink, ridges[i]?.colour ?? 0);
      dim(ink, 0.78 + 0.45 * noise.cloud(u * 26, v * 40, 4));
      const mist = smooth(0.01, 0.13, depth) * smooth(0.2, 0.6, noise.cloud(u * 4, v * 9 + i, 4));
      over(ink, 0xfff1d8, 0.85 * mist * (i < 3 ? 1 : 0.35));
    }
  };
  return {
    shade(u, v, ink) {
      inkNearest(lines, u, v, ink, (i) => land(i, u, v, ink));
      for (const balloon of placedBalloons) {
        const x = (u - balloon.u) / balloon.r;
        const y = (v - balloon.v) / balloon.r;
        if (Math.abs(x) < 1.05 && y > -1.05 && y < 1.95) float(balloon, x, y, ink);
      }
    },
  };
}

// Reused for every pixel.
const cloth: Ink = [0.5, 0.5, 0.5];

// A ball above, drawn in to a mouth below, ropes and a basket; `x` and `y` in radii.
function float({ stripe, other }: Balloon, x: number, y: number, ink: Ink): void {
  const mouth = y < 1.35 ? 0.98 - 0.82 * (Math.max(0, y - 0.2) / 1.15) ** 1.25 : 0;
  const half = y < 0.2 ? Math.sqrt(Math.max(0, 1 - y * y)) : mouth;
  const inside = half > 0.02 ? smooth(0.02, 0, Math.abs(x) - half) : 0;
  if (inside > 0) {
    const around = Math.asin(clamp(Math.abs(x) / half)) * Math.sign(x);
    put(cloth, Math.floor((around / Math.PI + 0.5) * 9 + 0.5) % 2 === 0 ? stripe : other);
    dim(cloth, (0.62 + 0.5 * Math.cos(around - 0.7) - 0.22 * smooth(-0.2, 1.3, y)) * (0.96 + 0.04 * Math.cos(y * 30)));
    glow(cloth, 0xffffff, 0.28 * Math.exp(-((x - 0.38) ** 2 + (y + 0.5) ** 2) * 9));
    layer(ink, cloth, inside);
  }
  const ropes = smooth(0.022, 0.008, Math.abs(Math.abs(x) - 0.13)) * smooth(1.33, 1.35, y) * smooth(1.62, 1.6, y);
  over(ink, 0x40332a, ropes);
  over(ink, 0x5b3a22, smooth(0.15, 0.13, Math.abs(x)) * smooth(1.6, 1.62, y) * smooth(1.86, 1.84, y));
}
