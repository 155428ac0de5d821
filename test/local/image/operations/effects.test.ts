import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { decode, waves } from '../pictures.js';

const context = { readObject: async () => undefined, immBound: true, saving: true };
const run = async (source: Buffer, actions: string) => (await processImage(source, `image/${actions}`, context)).body;

describe('sharpen', () => {
  it.each([50, 100, 250, 399])(
    '%s is twice the Gaussian sum of a pixel less the Gaussian of those around',
    async (value) => {
      const png = await waves(60, 40).png().toBuffer();
      const [source, sharpened] = [await decode(png), await decode(await run(png, `sharpen,${value}`))];
      let wrong = 0;
      for (let y = 1; y < 39; y += 1) {
        for (let x = 1; x < 59; x += 1) {
          const expected = sharpenedAt(source.at, x, y, value / 100);
          // What lies within a hair of a half may be rounded either way.
          const off = sharpened.at(x, y).map((level, i) => Math.abs(level - (expected[i] ?? Number.NaN)));
          if (Math.max(...off) > 0.5001) wrong += 1;
        }
      }
      expect(wrong).toBe(0);
    },
  );

  it('leaves an even colour as it is', async () => {
    for (const background of ['#000000', '#010203', '#646464', '#0963c7', '#ffffff']) {
      for (const channels of [3, 4] as const) {
        const png = await sharp({ create: { width: 8, height: 8, channels, background } })
          .png()
          .toBuffer();
        const sharpened = await decode(await run(png, 'sharpen,100'));
        expect(sharpened.data.equals((await decode(png)).data)).toBe(true);
      }
    }
  });
});

function sharpenedAt(at: (x: number, y: number) => number[], x: number, y: number, sigma: number): number[] {
  const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => ({ dx, dy, square: dx * dx + dy * dy })));
  const weigh = (square: number) => Math.exp(-square / (2 * sigma ** 2));
  const total = around.reduce((sum, { square }) => sum + weigh(square), 0);
  return [0, 1, 2].map((channel) => {
    let level = 2 * total * (at(x, y)[channel] ?? 0);
    for (const { dx, dy, square } of around) {
      if (square > 0) level -= weigh(square) * (at(x + dx, y + dy)[channel] ?? 0);
    }
    return Math.min(255, Math.max(0, level / (total + 1)));
  });
}
