// The sample logo: a badge with real transparency.
import { gradient, type Ink, layer, over, put, ramp, smooth } from './paint.js';

const evening = ramp([-0.4, 0xff8f5a], [0, 0xffc36b], [0.25, 0xfff0c4]);
const shadowColor = [0x10 / 255, 0x24 / 255, 0x3a / 255];

/** A round badge with a sun over hills, a soft shadow around it and nothing outside: RGBA. */
export function logo(side: number): Buffer {
  const pixels = Buffer.alloc(side * side * 4);
  const ink: Ink = [0, 0, 0];
  const pixel = 1 / side;
  for (let y = 0, i = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1, i += 4) {
      const u = (x + 0.5) / side - 0.5;
      const v = (y + 0.5) / side - 0.5;
      const radius = Math.hypot(u, v);
      const badge = smooth(0.4 + pixel, 0.4 - pixel, radius);
      const shadow = 0.45 * smooth(0.475, 0.33, Math.hypot(u, v - 0.022));
      put(ink, 0x10243a);
      if (badge > 0) {
        const drawn: Ink = [0, 0, 0];
        gradient(drawn, evening, v);
        over(drawn, 0xfffbe8, smooth(0.09 + pixel, 0.09 - pixel, Math.hypot(u - 0.06, v + 0.04)));
        const hills = [
          0.06 - 0.07 * Math.sin(u * 9 + 0.5),
          0.14 - 0.06 * Math.sin(u * 7.5 + 2.6),
          0.24 - 0.05 * Math.sin(u * 8 + 5),
        ];
        for (const [k, top] of hills.entries()) {
          over(drawn, [0x3f8f8a, 0x24686f, 0x123f52][k] ?? 0, smooth(top - pixel, top + pixel, v));
        }
        over(drawn, 0xffffff, smooth(0.37 - pixel, 0.37 + pixel, radius));
        layer(ink, drawn, badge);
      }
      const alpha = badge + (1 - badge) * shadow;
      // The colour counts only where the badge covers the shadow.
      const covered = alpha === 0 ? 0 : badge / alpha;
      for (let channel = 0; channel < 3; channel += 1) {
        const shade = shadowColor[channel] ?? 0;
        pixels[i + channel] = 255 * (shade + ((ink[channel] ?? 0) - shade) * (badge > 0 ? covered / badge : 0) * badge);
      }
      pixels[i + 3] = 255 * alpha;
    }
  }
  return pixels;
}
