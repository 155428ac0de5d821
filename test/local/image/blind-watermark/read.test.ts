// What a blind watermark outlives on one photograph, and its limits. The images are what the pipeline would save: JPEG,
// quality 90. read.slow.test.ts counts on twenty photographs.
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { capacity, EmbedError, embed } from '../../../../src/local/image/blind-watermark/embed.js';
import { readBlindWatermark } from '../../../../src/local/image/blind-watermark/read.js';
import { ImageError } from '../../../../src/local/image/error.js';
import { marked, markText, open, type Photograph, photographs, psnr, saved } from './photographs.js';

let photos: Photograph[] = [];
let first: Buffer;
beforeAll(async () => {
  photos = await photographs(10);
  first = await saved(await marked(photo(0)));
});
const photo = (i: number) => photos[i] ?? expect.fail(`no photograph ${i}`);

describe('one photograph', () => {
  const copies: Record<string, (image: Sharp) => Sharp> = {
    'a quarter turn': (image) => image.rotate(90),
    'three quarter turns and a mirror': (image) => image.flop().rotate(270),
    'another shape': (image) => image.resize(640, 640, { fit: 'fill' }),
    'twice the size': (image) => image.resize(1600),
    'more contrast and light': (image) => image.linear(1.15, 10),
    'less contrast': (image) => image.linear(0.75, 0),
    'no colour': (image) => image.greyscale(),
    softness: (image) => image.blur(1),
  };
  it.each(Object.entries(copies))('can be read after %s', async (_, change) => {
    const copy = change(sharp(first)).jpeg({ quality: 80 });
    expect(await readBlindWatermark(await copy.toBuffer())).toMatchObject({ text: markText, strength: 'low' });
  });

  it('gives the same pixels every time', async () => {
    expect((await marked(photo(3))).data.equals((await marked(photo(3))).data)).toBe(true);
  });

  it('is changed more, and read more surely, with more strength', async () => {
    const results = [];
    for (const strength of ['low', 'medium', 'high'] as const) {
      const image = await marked(photo(4), markText, strength);
      const found = await readBlindWatermark(await open(image).webp({ quality: 60 }).toBuffer());
      expect(found).toMatchObject({ text: markText, strength });
      results.push({ decibel: psnr(photo(4), image).luminance, confidence: found?.confidence ?? 0 });
    }
    const [low, medium, high] = results;
    expect(low?.decibel).toBeGreaterThan((medium?.decibel ?? 0) + 2);
    expect(medium?.decibel).toBeGreaterThan((high?.decibel ?? 0) + 2);
    expect(high?.decibel).toBeGreaterThan(38);
    expect(high?.confidence).toBeGreaterThan(low?.confidence ?? 1);
  });

  it.each([
    ['阿里云版权所有 🖋️ © 2024', '{"any":"JSON"}\n\0'],
    ['a', 'é'.normalize('NFD')],
  ])('holds %j and %j', async (...texts) => {
    for (const text of texts) {
      expect((await readBlindWatermark(await saved(await marked(photo(5), text))))?.text).toBe(text);
    }
  });

  it('holds the longest text that OSS takes, 256 characters of four bytes each; half of it outlives JPEG at quality 80', async () => {
    const text = '𠀀𠀁🖋🌅'.repeat(64);
    expect(Buffer.byteLength(text)).toBe(1024);
    expect((await readBlindWatermark(await saved(await marked(photo(6), text))))?.text).toBe(text);
    const half = text.slice(0, text.length / 2);
    const copy = sharp(await saved(await marked(photo(6), half))).jpeg({ quality: 80 });
    expect((await readBlindWatermark(await copy.toBuffer()))?.text).toBe(half);
  });
});

describe('limits', () => {
  const part = async (width: number, height: number): Promise<Photograph> => {
    const data = await open(photo(9)).resize(width, height).raw().toBuffer();
    return { ...photo(9), data, width, height };
  };

  it('200 × 200 pixels hold 28 bytes', async () => {
    expect((await readBlindWatermark(await saved(await marked(await part(200, 200)))))?.text).toBe(markText);
  });

  it('a small image holds less than a large one, and says how much', async () => {
    expect([capacity({ width: 511, height: 9000 }), capacity({ width: 512, height: 512 })]).toEqual([704, 2047]);
    await expect(embed({ ...(await part(300, 300)) }, 'a'.repeat(705), 'low')).rejects.toThrow(
      new EmbedError(`The image holds at most 704 bytes; the text has 705.`),
    );
  });

  it.each([0, 3, 252, 255])('an image that is all %i holds nothing', async (level) => {
    const data = Buffer.alloc(300 * 300 * 3, level);
    await expect(embed({ data, width: 300, height: 300, channels: 3 }, markText, 'low')).rejects.toThrow(EmbedError);
    expect(data.every((value) => value === level)).toBe(true);
  });

  it('a flat grey image holds a text, and an unmarked one has none', async () => {
    const grey = { ...photo(0), data: Buffer.alloc(400 * 400 * 3, 128), width: 400, height: 400 };
    expect(await readBlindWatermark(await open(grey).png().toBuffer())).toBeUndefined();
    expect(
      (
        await readBlindWatermark(
          await open(await marked(grey))
            .png()
            .toBuffer(),
        )
      )?.text,
    ).toBe(markText);
  });

  it.each([
    ['text', Buffer.from('no image')],
    ['nothing', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a broken BMP', Buffer.from('BM is all there is of it'.repeat(9))],
    ['half a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ])('%s is no image', async (_, bytes) => {
    await expect(readBlindWatermark(bytes)).rejects.toThrow(ImageError);
  });
});
