// What the mark costs and what it outlives, counted on twenty photographs. The images are what the pipeline would save: JPEG, quality 90.
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { capacity, EmbedError, embed } from '../../../../src/local/image/blind-watermark/embed.js';
import type { Strength } from '../../../../src/local/image/blind-watermark/frame.js';
import { readBlindWatermark } from '../../../../src/local/image/blind-watermark/read.js';
import { ImageError } from '../../../../src/local/image/error.js';
import { type Photograph, photographs } from './photographs.js';

const markText = 'Copyrighted by Alibaba Cloud';
let photos: Photograph[] = [];
beforeAll(async () => {
  photos = await photographs();
});
const photo = (i: number) => photos[i] ?? expect.fail(`no photograph ${i}`);
const open = ({ data, width, height, channels }: Photograph) => sharp(data, { raw: { width, height, channels } });

async function marked(original: Photograph, text = markText, strength: Strength = 'low'): Promise<Photograph> {
  const copy = { ...original, data: Buffer.from(original.data) };
  await embed(copy, text, strength);
  return copy;
}
const saved = (image: Photograph) => open(image).jpeg({ quality: 90 }).toBuffer();

/** Peak signal to noise, in dB, of the colours and of luminance (BT.601). */
function psnr({ data: a }: Photograph, { data: b }: Photograph): { rgb: number; luminance: number } {
  const weights = [0.299, 0.587, 0.114];
  let [colours, luminance] = [0, 0];
  for (let i = 0; i < a.length; i += 3) {
    let sum = 0;
    for (const [c, weight] of weights.entries()) {
      const change = (b[i + c] ?? 0) - (a[i + c] ?? 0);
      colours += change * change;
      sum += change * weight;
    }
    luminance += sum * sum;
  }
  const decibel = (meanSquare: number) => 10 * Math.log10(255 ** 2 / meanSquare);
  return { rgb: decibel(colours / a.length), luminance: decibel(luminance / (a.length / 3)) };
}

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
    const copy = await change(sharp(await saved(await marked(photo(0))))).jpeg({ quality: 80 });
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
