// A sample scene: the head of a sunflower before a meadow out of focus.
import { bokeh } from './bokeh.js';
import { noiseFrom } from './noise.js';
import { clamp, dim, glow, gradient, type Ink, layer, over, put, ramp, type Scene, smooth } from './paint.js';

const meadow = ramp([0, 0x6fa04a], [0.5, 0x4c7f35], [1, 0x1f4420]);
const heartRamp = ramp([0, 0x4a3a12], [0.45, 0x2c1a0c], [0.75, 0x5f3a14], [1, 0xa86f1c]);

export function sunflower(): Scene {
  const noise = noiseFrom(97);
  const lights = bokeh(101, 60, 1.34, [0xc9e27a, 0xf2f0b0, 0x7fb861]);
  const [cu, cv] = [0.62, 0.5];
  const heart: Ink = [0.5, 0.5, 0.5];
  return {
    shade(u, v, ink) {
      gradient(ink, meadow, clamp(v + 0.25 * (noise.cloud(u * 2, v * 2, 3) - 0.5)));
      lights(u, v, ink);
      const stem = Math.abs(u - cu - 0.05 * Math.sin((v - cv) * 5)) / 0.022;
      if (v > cv) over(ink, 0x4e7a2a, smooth(1.1, 0.8, stem) * (0.8 + 0.2 * noise.at(u * 90, v * 9)));
      const x = u - cu;
      const y = (v - cv) * 1.06;
      const radius = Math.hypot(x, y);
      const angle = Math.atan2(y, x);
      for (let ring = 0; ring < 3; ring += 1) petals(ring, radius, angle, ink, (a, b) => noise.cloud(a, b, 3));
      const disc = radius / 0.155;
      if (disc < 1.06) {
        const seeds = phyllotaxis(x / 0.155, y / 0.155);
        gradient(heart, heartRamp, disc);
        dim(heart, 0.5 + 0.9 * seeds);
        glow(heart, 0xffd98a, 0.14 * seeds * smooth(0.4, -0.6, x / 0.155 + y / 0.155));
        layer(ink, heart, smooth(1.05, 0.97, disc + 0.05 * (noise.at(angle * 40, 3) - 0.5)));
      }
    },
  };
}

// Reused for every pixel.
const petal: Ink = [0.5, 0.5, 0.5];

function petals(ring: number, radius: number, angle: number, ink: Ink, cloud: (x: number, y: number) => number): void {
  const count = 19;
  const turned = (angle / (2 * Math.PI)) * count + ring * 0.37 + 40;
  const index = Math.floor(turned) % count;
  const across = (turned % 1) - 0.5;
  const long = (0.41 - 0.045 * ring) * (0.9 + 0.2 * cloud(index * 3.3 + ring * 9, 1));
  const along = (radius - 0.1) / (long - 0.1);
  if (along < 0 || along > 1) return;
  const width = 0.56 * Math.sin(Math.PI * Math.min(1, 0.22 + 0.78 * along)) ** 0.75;
  const inside = smooth(width, width - 0.05, Math.abs(across));
  put(petal, 0xd98a06);
  over(petal, 0xffd21f, smooth(0.1, 0.75, along));
  over(petal, 0xfff08a, 0.35 * smooth(0.6, 1, along));
  const vein = cloud(across * 34 + index * 7, along * 3 + ring * 5);
  dim(
    petal,
    (0.74 + 0.1 * ring) *
      (0.82 + 0.34 * vein) *
      (1 - 0.28 * smooth(0.15, 0.5, Math.abs(across) / Math.max(0.1, width))),
  );
  dim(petal, 0.9 + 0.16 * Math.cos(angle + 2.3));
  layer(ink, petal, inside);
}

// How near a place is to a seed of the spiral in which sunflowers grow: 1 on a seed.
function phyllotaxis(x: number, y: number): number {
  const count = 520;
  const golden = Math.PI * (3 - Math.sqrt(5));
  const radius = Math.min(1.05, Math.hypot(x, y));
  const middle = radius * radius * count;
  const spread = 2.4 * Math.sqrt(count) * radius + 6;
  let nearest = 1;
  for (let k = Math.max(0, Math.floor(middle - spread)); k <= middle + spread; k += 1) {
    const r = Math.sqrt((k + 0.5) / count);
    const dx = x - r * Math.cos(k * golden);
    const dy = y - r * Math.sin(k * golden);
    nearest = Math.min(nearest, dx * dx + dy * dy);
  }
  return smooth(0.0026, 0.0004, nearest);
}
