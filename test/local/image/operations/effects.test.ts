import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { decode } from '../pictures.js';

const context = { readObject: async () => undefined, immBound: true, saving: true };
const run = async (source: Buffer, actions: string) => (await processImage(source, `image/${actions}`, context)).body;

describe('sharpen', () => {
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
