// What the mark costs and what it outlives, counted on twenty photographs. The images are what the pipeline would save:
// JPEG, quality 90.
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBlindWatermark } from '../../../../src/local/image/blind-watermark/read.js';
import { marked, markText, type Photograph, photographs, psnr, saved } from './photographs.js';

let photos: Photograph[] = [];
beforeAll(async () => {
  photos = await photographs();
});
const photo = (i: number) => photos[i] ?? expect.fail(`no photograph ${i}`);

describe('twenty photographs of 800×600 and more, 28 bytes, strength low', () => {
  const files: Buffer[] = [];
  const quality: { rgb: number; luminance: number }[] = [];
  beforeAll(async () => {
    for (const original of photos) {
      const image = await marked(original);
      quality.push(psnr(original, image));
      files.push(await saved(image));
    }
  });
  async function survivors(change: (image: Sharp, original: Photograph) => Sharp): Promise<number> {
    const read = await Promise.all(
      files.map(async (file, i) => readBlindWatermark(await change(sharp(file), photo(i)).toBuffer())),
    );
    return read.filter((found) => found?.text === markText).length;
  }

  it('are what they should be', () => {
    expect(photos).toHaveLength(20);
    expect(photos.filter(({ width, height }) => width < 800 || height < 600)).toEqual([]);
    expect(Buffer.byteLength(markText)).toBe(28);
  });
  it('stay at 45 dB and above, in luminance and in RGB', () => {
    expect(Math.min(...quality.map(({ luminance }) => luminance))).toBeGreaterThan(45);
    expect(Math.min(...quality.map(({ rgb }) => rgb))).toBeGreaterThan(45);
  });
  it('JPEG again at quality 80: all', async () => {
    expect(await survivors((image) => image.jpeg({ quality: 80 }))).toBe(20);
  });
  it('WebP at quality 80: at least 19', async () => {
    expect(await survivors((image) => image.webp({ quality: 80 }))).toBeGreaterThanOrEqual(19);
  });
  it('half the size, then JPEG at quality 80: at least 19', async () => {
    const half = (image: Sharp, { width, height }: Photograph) =>
      image.resize(Math.round(width / 2), Math.round(height / 2)).jpeg({ quality: 80 });
    expect(await survivors(half)).toBeGreaterThanOrEqual(19);
  });
  it('hold nothing before they are marked', async () => {
    const found = [];
    for (const original of photos) found.push(await readBlindWatermark(await saved(original)));
    expect(found).toEqual(new Array(20).fill(undefined));
  });
});
