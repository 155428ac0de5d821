// A sample scene: three oranges on a wooden table, lit from the left.
import { bokeh } from './bokeh.js';
import { noiseFrom } from './noise.js';
import { clamp, dim, glow, gradient, type Ink, layer, over, put, ramp, type Scene, smooth } from './paint.js';

const wall = ramp([0, 0x173234], [0.45, 0x2f5a53], [0.62, 0x56705a]);

export function oranges(): Scene {
  const noise = noiseFrom(83);
  const lights = bokeh(89, 46, 0.75, [0xffd79a, 0x9fd8c8, 0xffb37a]);
  const table = 0.6;
  const fruit = [
    { u: 0.5, v: 0.55, r: 0.15 },
    { u: 0.2, v: 0.6, r: 0.165 },
    { u: 0.43, v: 0.73, r: 0.185 },
  ];
  const wood: Ink = [0.5, 0.5, 0.5];
  const skin: Ink = [0.5, 0.5, 0.5];
  return {
    shade(u, v, ink) {
      gradient(ink, wall, v);
      if (v < 0.64) lights(u, v, ink, smooth(0.64, 0.5, v));
      if (v > table - 0.02) {
        const near = 1 / (v - table + 0.22);
        const across = (u - 0.375) * near;
        const plank = Math.floor(across * 1.1 + 40);
        const grain = noise.cloud(across * 22 + plank * 13.7, near * 1.6 + plank * 3.1, 5);
        put(wood, 0x5a3520);
        over(wood, 0xc08a52, 0.35 + 0.75 * (grain - 0.25) + 0.2 * (noise.at(plank * 5.3, 2) - 0.5));
        dim(wood, 0.35 + 0.65 * smooth(0, 0.035, Math.abs(((across * 1.1 + 40) % 1) - 0.5) < 0.49 ? 1 : 0));
        dim(wood, 0.7 + 0.5 * smooth(1.1, 0.1, u + 0.4 * v));
        layer(ink, wood, smooth(table - 0.02, table + 0.03, v));
        for (const { u: fu, v: fv, r } of fruit) {
          const shadow = ((u - fu - 0.35 * r) / (1.35 * r)) ** 2 + ((v - fv - 0.86 * r) / (0.34 * r)) ** 2;
          dim(ink, 1 - 0.62 * smooth(1.25, 0.15, shadow));
        }
      }
      for (const { u: fu, v: fv, r } of fruit) {
        const x = (u - fu) / r;
        const y = (v - fv) / (r * 0.96);
        const flat = x * x + y * y;
        if (flat > 1.03) continue;
        const z = Math.sqrt(Math.max(0, 1 - flat));
        const pores = noise.cloud(x * 26 * (1.4 - 0.5 * z) + fu * 50, y * 26 * (1.4 - 0.5 * z) + fv * 50, 2) - 0.5;
        const facing = clamp(-0.55 * x - 0.55 * y + 0.62 * z + 0.16 * pores);
        put(skin, 0x5a1f05);
        over(skin, 0xf07c12, smooth(-0.05, 0.62, facing));
        over(skin, 0xffb338, 0.7 * smooth(0.55, 1, facing));
        over(skin, 0x7a4a1e, 0.35 * smooth(0.45, 1, y));
        glow(skin, 0xfff0d0, 0.75 * smooth(0.965, 1.0, -0.44 * x - 0.5 * y + 0.75 * z + 0.05 * pores));
        glow(skin, 0x7fb5a8, 0.16 * smooth(0.5, 0, z) * smooth(0, 1, x));
        const navel = (x - 0.16) ** 2 + (y + 0.62) ** 2;
        over(skin, 0x4c5a1c, smooth(0.012, 0.005, navel));
        dim(skin, 1 - 0.25 * Math.exp(-navel * 60));
        layer(ink, skin, smooth(1.02, 0.985, flat));
      }
    },
  };
}
