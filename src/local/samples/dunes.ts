// A sample scene: dunes under a hot sky, with lit slopes, sharp crests and wind ripples.
import { noiseFrom } from './noise.js';
import { clamp, dim, gradient, type Ink, over, put, ramp, type Scene, smooth } from './paint.js';
import { inkNearest } from './ridge.js';

const sky = ramp([0, 0x2f6fa8], [0.3, 0x86b4cf], [0.52, 0xf0dcc0]);
const duneSpecs = [
  { top: 0.5, rough: 0.1, scale: 1.3, colour: 0xd9a679, dust: 0.5 },
  { top: 0.6, rough: 0.2, scale: 1.15, colour: 0xd9935a, dust: 0.2 },
  { top: 0.74, rough: 0.26, scale: 0.95, colour: 0xcf7f42, dust: 0.05 },
  { top: 0.98, rough: 0.36, scale: 0.8, colour: 0xc26f33, dust: 0 },
] as const;

export function dunes(): Scene {
  const noise = noiseFrom(37);
  const lines = duneSpecs.map(({ top, rough, scale }, i) => (u: number) => {
    const wave = Math.sin(u * 2.4 * scale + i * 2.1) * 0.5 + Math.sin(u * 5.1 * scale + i * 4.4) * 0.18;
    return top - rough * (0.45 + 0.55 * wave);
  });
  const draw = (i: number, u: number, v: number, ink: Ink): void => {
    const dune = duneSpecs[i];
    const line = lines[i];
    if (dune === undefined || line === undefined) {
      gradient(ink, sky, v);
      over(ink, 0xffffff, 0.6 * smooth(0.5, 0.8, noise.cloud(u * 1.4, v * 8, 5)) * smooth(0.5, 0.1, v));
      return;
    }
    const depth = v - line(u);
    // The crest winds down the slope and parts the lit side from the shadow.
    const crest =
      0.42 + 0.27 * i - 1.1 * depth + 0.1 * Math.sin(depth * 13 + i * 2) + 0.05 * noise.cloud(u * 2, depth * 8, 3);
    const facing = (line(u + 0.02) - line(u - 0.02)) / 0.04;
    const lit = clamp(0.72 + facing * 1.1 - 0.5 * smooth(crest - 0.008, crest + 0.008, u) + 0.5 * depth);
    put(ink, 0x5a2f2b);
    over(ink, dune.colour, 0.25 + 0.75 * lit);
    over(ink, 0xffe2a6, 0.6 * smooth(0.6, 1, lit));
    const size = 26 + 46 * (duneSpecs.length - i);
    const bend = noise.cloud(u * 3, depth * 4 + i, 3) * 9;
    const ripples = Math.sin(depth * size * 3.4 + u * size * 0.55 + bend) * smooth(0, 0.05, depth);
    dim(ink, 1 + 0.055 * ripples * (0.4 + 0.2 * i) + 0.1 * (noise.at(u * 300, v * 300) - 0.5));
    over(ink, 0xf0d6b4, dune.dust);
  };
  return { shade: (u, v, ink) => inkNearest(lines, u, v, ink, (i) => draw(i, u, v, ink)) };
}
