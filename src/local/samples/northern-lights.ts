// A sample scene: curtains of green light, stars, and a black line of firs.
import { noiseFrom, randomFrom } from './noise.js';
import { glow, gradient, type Ink, over, put, ramp, type Scene, shine, smooth } from './paint.js';
import { ridgeLine } from './ridge.js';

const sky = ramp([0, 0x050a1c], [0.5, 0x0d2038], [0.85, 0x1d4a55]);
const bands = [0.8, 0.5, 0.32];
const cellCount = 24;
const spacing = 0.021;

interface Star {
  readonly u: number;
  readonly v: number;
  readonly size: number;
  readonly light: number;
}

export function northernLights(): Scene {
  const noise = noiseFrom(53);
  const stars = starsByCell(59);
  const hills = ridgeLine(noise, { top: 0.9, rough: 0.16, scale: 1.6 }, 3, 0.3);
  const curtain: Ink = [0.5, 0.5, 0.5];

  const firs = (u: number, v: number, ink: Ink): void => {
    for (let k = -2; k <= 2; k += 1) {
      const index = Math.floor(u / spacing) + k;
      const at = (index + 0.5 + (noise.at(index * 3.7, 1.5) - 0.5) * 0.9) * spacing;
      const tall = 0.07 + 0.18 * noise.at(index * 1.9, 8.5) ** 2;
      const up = (hills(at) + 0.05 - v) / tall;
      if (up < 0 || up > 1) continue;
      const branch = 0.6 + 0.4 * Math.abs(((up * 9 + index * 0.37) % 1) * 2 - 1);
      over(ink, 0x04090f, smooth(0.0016, 0, Math.abs(u - at) - 0.26 * tall * (1 - up) * branch));
    }
  };
  return {
    shade(u, v, ink) {
      const top = hills(u) + 0.03;
      if (v > top + 0.02) {
        put(ink, 0x0a1620);
        over(ink, 0x04090f, smooth(0.9, 1, v));
        firs(u, v, ink);
        return;
      }
      gradient(ink, sky, v);
      for (const star of stars.get(cellOf(u, v)) ?? []) {
        const distance = ((u - star.u) ** 2 + (v - star.v) ** 2) / star.size ** 2;
        if (distance < 9) glow(ink, 0xdfe8ff, star.light * Math.exp(-distance));
      }
      for (let band = 0; band < bands.length; band += 1) {
        const sway =
          0.1 * Math.sin(u * (2.1 + band) + band * 2.3) + 0.16 * (noise.cloud(u * 2.2 + band * 7, band, 3) - 0.5);
        const height = 0.7 - 0.13 * band + sway - v;
        if (height < -0.14) continue;
        const rays = noise.cloud(u * (16 + 5 * band) + 0.7 * v, band * 11 + 0.4 * v, 4);
        // The foot of a curtain is its brightest part, and soft.
        const light = smooth(-0.13, 0.05, height) * Math.exp(-Math.max(0, height) / (0.14 + 0.3 * rays));
        put(curtain, 0x29f280);
        over(curtain, 0x8c40d9, smooth(0.08, 0.42, height));
        shine(ink, curtain, light * (0.22 + 1.2 * smooth(0.3, 0.75, rays)) * (bands[band] ?? 0));
      }
      over(ink, 0x0a1620, smooth(top, top + 0.006, v));
      if (v > 0.55) firs(u, v, ink);
    },
  };
}

function cellOf(u: number, v: number): number {
  return Math.floor(u * cellCount) * 100 + Math.floor(v * cellCount);
}

// By cell, so that a pixel looks at a few stars only.
function starsByCell(seed: number): Map<number, Star[]> {
  const random = randomFrom(seed);
  const cells = new Map<number, Star[]>();
  for (let i = 0; i < 420; i += 1) {
    const star = {
      u: random() * 1.5,
      v: random() * 0.8,
      size: 0.0008 + 0.0014 * random() ** 3,
      light: 0.35 + random(),
    };
    const cell = cellOf(star.u, star.v);
    cells.set(cell, [...(cells.get(cell) ?? []), star]);
  }
  return cells;
}
