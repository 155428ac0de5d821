// A sample scene: snowy ridges at dawn, doubled in still water.
import { noiseFrom } from './noise.js';
import { clamp, dim, glow, gradient, type Ink, layer, over, put, ramp, type Scene, smooth } from './paint.js';
import { inkNearest, type Ridge, ridgeLine } from './ridge.js';

const shore = 0.63;
const haze = 0xf0c6a8;
const skyRamp = ramp([0, 0x33547f], [0.28, 0x7d95b5], [0.48, 0xedc3a3], [0.62, 0xfbe0b0]);
const ridges: readonly Ridge[] = [
  { top: 0.5, rough: 0.3, scale: 2.1, colour: 0x5f6a92 },
  { top: 0.57, rough: 0.2, scale: 2.8, colour: 0x45527a },
  { top: 0.6, rough: 0.12, scale: 3.6, colour: 0x33415f },
  { top: 0.63, rough: 0.055, scale: 5, colour: 0x1c2937 },
];
// Reused for every pixel.
const snow: Ink = [0.5, 0.5, 0.5];
const hazeByRidge = [0.3, 0.2, 0.12, 0];

export function mountainLake(): Scene {
  const noise = noiseFrom(11);
  const lines = ridges.map((ridge, i) => ridgeLine(noise, ridge, i + 1, i < 2 ? 1 : 0.4));

  const sky = (u: number, v: number, ink: Ink): void => {
    gradient(ink, skyRamp, v);
    const cloud = noise.cloud(u * 1.7 + 0.4 * v, v * 5.5, 6);
    over(ink, 0xffd9c0, 0.85 * smooth(0.5, 0.75, cloud) * smooth(0.62, 0.2, v));
    over(ink, 0x8f8fae, 0.35 * smooth(0.6, 0.85, cloud) * smooth(0.5, 0.1, v));
    const sun = (u - 0.92) ** 2 + (v - 0.42) ** 2;
    glow(ink, 0xffb070, 0.6 * Math.exp(-sun * 9));
  };
  const mountain = (i: number, u: number, v: number, ink: Ink): void => {
    const depth = v - (lines[i]?.(u) ?? v);
    put(ink, ridges[i]?.colour ?? 0);
    // Facets of rock: folds that run down the slope, bright where they face the light on the right.
    const fold = (du: number) => Math.abs(2 * noise.cloud((u + du) * 7 + depth * 3.2, depth * 5 + i * 7, 4) - 1);
    const facing = (fold(-0.012) - fold(0.012)) * (i < 2 ? 2.4 : 0.9);
    dim(ink, clamp(0.82 + facing));
    if (i < 2) {
      const bare = smooth(0.03, 0.2, depth + 0.16 * (noise.at(u * 34, depth * 22) - 0.5));
      put(snow, 0x8793b8);
      over(snow, 0xfff0e0, clamp(0.55 + 1.5 * facing));
      layer(ink, snow, 1 - 0.85 * bare);
    }
    if (i === 3) dim(ink, 0.55 + 0.7 * noise.at(u * 160, v * 90));
    over(ink, haze, hazeByRidge[i] ?? 0);
    if (i < 3) over(ink, haze, 0.5 * smooth(0.06, 0.24, depth));
  };
  const above = (u: number, v: number, ink: Ink): void => {
    inkNearest(lines, u, v, ink, (i) => (i < 0 ? sky(u, v, ink) : mountain(i, u, v, ink)));
  };
  return {
    shade(u, v, ink) {
      if (v < shore) return above(u, v, ink);
      const near = (v - shore) / (1 - shore);
      const ripple = (noise.cloud(u * 5, v * (150 - 90 * near), 3) - 0.5) * (0.006 + 0.045 * near);
      above(u + ripple * 0.5, Math.max(0, shore - (v - shore) * 1.25 + ripple), ink);
      over(ink, 0x1f3d57, 0.22 + 0.38 * near);
      glow(ink, 0xffffff, 0.1 * smooth(0.62, 0.9, noise.cloud(u * 7, v * 110, 3)) * (1 - near));
      over(ink, haze, 0.35 * smooth(0.05, 0, near));
    },
  };
}
