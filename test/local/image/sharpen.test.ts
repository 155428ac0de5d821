import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../src/local/image/bmp.js';
import { sharpen } from '../../../src/local/image/sharpen.js';

const noPause = () => undefined;
const pictures = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    channels: fc.constantFrom<Pixels['channels'][]>(1, 2, 3, 4),
  })
  .chain(({ width, height, channels }) => {
    const length = width * height * channels;
    return fc
      .array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length })
      .map((levels): Pixels => ({ data: Buffer.from(levels), width, height, channels }));
  });
const sigmas = fc.integer({ min: 50, max: 399 }).map((value) => value / 100);
const copyOf = (pixels: Pixels): Pixels => ({ ...pixels, data: Buffer.from(pixels.data) });

describe('sharpen', () => {
  it('is twice the Gaussian sum of a pixel less the Gaussian of those around, mirrored at the edges', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, sigmas, async (pixels, sigma) => {
        const sharpened = copyOf(pixels);
        await sharpen(sharpened, sigma, 1, noPause);
        const expected = naive(pixels, sigma);
        // What lies within a hair of a half may be rounded either way.
        for (const [i, level] of sharpened.data.entries()) {
          expect(Math.abs(level - (expected[i] ?? Number.NaN))).toBeLessThan(0.5001);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('sharpens each frame of an animation by itself', async () => {
    await fc.assert(
      fc.asyncProperty(pictures, fc.integer({ min: 2, max: 4 }), async (pixels, frames) => {
        const all = Array.from({ length: frames }, (_, i) =>
          copyOf({ ...pixels, data: pixels.data.map((l) => l ^ i) as Buffer }),
        );
        const strip = { ...pixels, data: Buffer.concat(all.map(({ data }) => data)), height: pixels.height * frames };
        await sharpen(strip, 1, frames, noPause);
        for (const frame of all) await sharpen(frame, 1, 1, noPause);
        expect(strip.data.equals(Buffer.concat(all.map(({ data }) => data)))).toBe(true);
      }),
    );
  });
});

function naive({ data, width, height, channels }: Pixels, sigma: number): number[] {
  const alphaAt = (pixel: number) => (channels % 2 === 0 ? (data[pixel * channels + channels - 1] ?? 0) : 1);
  const mirrored = (at: number, length: number) => (length === 1 ? 0 : at < 0 ? 1 : at === length ? length - 2 : at);
  const around = [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1].map((dx) => ({ dx, dy, g: Math.exp(-(dx ** 2 + dy ** 2) / (2 * sigma ** 2)) })),
  );
  const total = around.reduce((sum, { g }) => sum + g, 0);
  const weights = around.map((one) => ({
    ...one,
    weight: (one.dx === 0 && one.dy === 0 ? 2 * total : -one.g) / (total + 1),
  }));
  const levels: number[] = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const sum = (value: (pixel: number) => number) =>
        weights.reduce(
          (all, { dx, dy, weight }) => all + weight * value(mirrored(y + dy, height) * width + mirrored(x + dx, width)),
          0,
        );
      const alpha = channels % 2 === 0 ? sum(alphaAt) : 1;
      for (let c = 0; c < channels; c += 1) {
        const isAlpha = channels % 2 === 0 && c === channels - 1;
        const level = isAlpha
          ? alpha
          : alpha <= 0
            ? 0
            : sum((pixel) => (data[pixel * channels + c] ?? 0) * alphaAt(pixel)) / alpha;
        levels.push(Math.min(255, Math.max(0, level)));
      }
    }
  }
  return levels;
}
