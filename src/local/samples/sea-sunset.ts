// A sample scene: a low sun over a moving sea, and one sail.
import { noiseFrom } from './noise.js';
import { dim, glow, gradient, type Ink, over, ramp, type Scene, smooth } from './paint.js';

const horizon = 0.56;
const sunPlace = { u: 0.56, v: 0.49 };
const boatPlace = { u: 1.04, v: 0.592 };
const skyRamp = ramp([0, 0x27305e], [0.2, 0x6a4a7d], [0.38, 0xd9717a], [0.5, 0xffab66], [0.57, 0xffd98a]);
const water = ramp([0, 0xe2936f], [0.18, 0x8d5f78], [0.55, 0x37426d], [1, 0x141f3f]);

export function seaSunset(): Scene {
  const noise = noiseFrom(23);
  const sky = (u: number, v: number, ink: Ink): void => {
    const sun = Math.hypot(u - sunPlace.u, v - sunPlace.v);
    gradient(ink, skyRamp, v);
    const cloud = noise.cloud(u * 2.2, v * 11, 6);
    over(ink, 0x5a3a63, 0.7 * smooth(0.52, 0.72, cloud) * smooth(0.54, 0.3, v));
    over(ink, 0xffc78f, 0.75 * smooth(0.46, 0.54, cloud) * smooth(0.6, 0.5, cloud) * smooth(0.05, 0.35, v));
    glow(ink, 0xffb45e, 0.5 * Math.exp(-sun * 5));
    over(ink, 0xfff3c4, smooth(0.062, 0.056, sun));
  };
  const sea = (u: number, near: number, ink: Ink): void => {
    gradient(ink, water, near);
    const far = 1 / (0.05 + near);
    const wave = noise.cloud(u * (1.5 + 3.2 * far), far * 7, 5);
    dim(ink, 0.72 + 0.62 * wave);
    const path = Math.exp(-(((u - sunPlace.u) / (0.055 + 0.2 * near)) ** 2));
    glow(ink, 0xffb767, path * (0.18 + 1.5 * smooth(0.5, 0.72, wave)) * (1 - 0.45 * near));
    over(ink, 0xffd9a0, 0.5 * smooth(0.02, 0, near));
  };
  return {
    shade(u, v, ink) {
      if (v < horizon) sky(u, v, ink);
      else sea(u, (v - horizon) / (1 - horizon), ink);
      boat(u - boatPlace.u, v - boatPlace.v, noise.at(u * 40, v * 220), ink);
    },
  };
}

// Two sails and a hull, dark against the light, and their broken reflection.
function boat(x: number, y: number, ripple: number, ink: Ink): void {
  if (Math.abs(x) > 0.08 || y < -0.14 || y > 0.09) return;
  const up = -y / 0.125;
  const main = up > 0.06 && up < 1 ? smooth(0, 0.002, x + 0.002) * smooth(0.002, 0, x - 0.05 * (1 - up) ** 0.85) : 0;
  const jib =
    up > 0.06 && up < 0.86 ? smooth(0, 0.002, -x - 0.004) * smooth(0.002, 0, -x - 0.034 * (1 - up / 0.86)) : 0;
  over(ink, 0x3a2440, Math.max(main, jib));
  const hull = y > -0.008 && y < 0.008 ? smooth(0.05, 0.047, Math.abs(x - 0.004) + 1.6 * Math.max(0, y)) : 0;
  over(ink, 0x1a142c, hull);
  const shadow = Math.exp(-((x / 0.03) ** 2)) * smooth(0, 0.01, y) * smooth(0.09, 0.02, y);
  over(ink, 0x201c3b, 0.6 * shadow * smooth(0.3, 0.55, ripple));
}
