import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { decode, distance, whiteColor } from '../pictures.js';

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
let main: Buffer;
beforeAll(async () => {
  main = await blank(400, 267);
});
const logo = sharp({ create: { width: 50, height: 30, channels: 3, background: '#ff0000' } })
  .png()
  .toBuffer();
const context = {
  readObject: async (key: string) => (key === 'logo.png' ? logo : undefined),
  immBound: true,
  saving: true,
};
const run = async (actions: string, source = main) => (await processImage(source, `image/${actions}`, context)).body;

interface Ink {
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** The sum of darkness: 1 is one black pixel. */
  amount: number;
  /** How often the vertical projection starts anew: the number of separate columns of ink. */
  columns: number;
}

/** The rectangle of what differs from white in a picture, or of what is like `colour`. */
async function inkOf(image: Buffer, colour?: number[]): Promise<Ink> {
  const { width, height, channels, data } = await decode(image);
  const ink = { left: width, top: height, right: 0, bottom: 0, amount: 0, columns: 0 };
  const target = colour ?? whiteColor;
  const inked = new Set<number>();
  for (let i = 0; i < width * height; i += 1) {
    let [off, darkness] = [0, 0];
    for (let c = 0; c < 3; c += 1) {
      const value = data[i * channels + c] ?? 0;
      off = Math.max(off, Math.abs(value - (target[c] ?? 0)));
      darkness = Math.max(darkness, (255 - value) / 255);
    }
    if (colour === undefined ? off < 26 : off > 90) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    inked.add(x);
    ink.amount += darkness;
    ink.left = Math.min(ink.left, x);
    ink.top = Math.min(ink.top, y);
    ink.right = Math.max(ink.right, x + 1);
    ink.bottom = Math.max(ink.bottom, y + 1);
  }
  ink.columns = [...inked].filter((x) => !inked.has(x - 1)).length;
  return ink;
}
const textInk = async (text: string, rest = '') => inkOf(await run(`watermark,text_${b64(text)}${rest}`));

describe('a text on the image', () => {
  it('is black, 40 pixels an em, 10 from the lower right corner', async () => {
    const ink = await textInk('图图图图');
    // Four square characters: each fills nearly all of its 40 pixels.
    expect(ink.right - ink.left).toBeGreaterThan(140);
    expect(ink.right - ink.left).toBeLessThanOrEqual(160);
    expect(ink.bottom - ink.top).toBeGreaterThan(32);
    expect(ink.bottom - ink.top).toBeLessThanOrEqual(40);
    expect(ink.right).toBeGreaterThan(380);
    expect(ink.right).toBeLessThanOrEqual(390);
    expect(ink.bottom).toBeGreaterThan(245);
    expect(ink.bottom).toBeLessThanOrEqual(257);
    expect(distance((await decode(await run(`watermark,text_${b64('图')}`))).at(0, 0), whiteColor)).toBe(0);
  });

  it.each([
    ['nw', 0, 0],
    ['north', 0.5, 0],
    ['ne', 1, 0],
    ['west', 0, 0.5],
    ['center', 0.5, 0.5],
    ['east', 1, 0.5],
    ['sw', 0, 1],
    ['south', 0.5, 1],
    ['se', 1, 1],
  ] as const)('stands at %s', async (g, across, down) => {
    const { left, right, top, bottom } = await textInk('图图', `,g_${g},size_30,x_20,y_20`);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    // The text is 60 wide and 34 high.
    expect(Math.abs(x - (50 + across * 300))).toBeLessThan(4);
    expect(Math.abs(y - (37 + down * 193))).toBeLessThan(6);
  });

  it('moves by voffset on the middle line, down when it is positive', async () => {
    const middle = await textInk('图', ',g_center');
    const lower = await textInk('图', ',g_center,voffset_50');
    expect([lower.left, lower.top - middle.top]).toEqual([middle.left, 50]);
  });

  it('grows with size', async () => {
    const [small, large] = [await textInk('图', ',size_20'), await textInk('图', ',size_80')];
    expect((large.right - large.left) / (small.right - small.left)).toBeCloseTo(4, 0);
    expect(large.amount / small.amount).toBeGreaterThan(12);
    expect(large.amount / small.amount).toBeLessThan(20);
  });

  it('keeps one base line for all texts', async () => {
    const [without, below] = [await textInk('anh', ',g_sw'), await textInk('agh', ',g_sw')];
    expect(without.top).toBe(below.top);
    expect(below.bottom).toBeGreaterThan(without.bottom + 5);
    expect(below.bottom).toBeLessThanOrEqual(257);
  });

  it('has the colour and the opacity asked for', async () => {
    const red = await decode(await run(`watermark,text_${b64('一')},color_FF0000,size_200,g_center`));
    const faint = await decode(await run(`watermark,text_${b64('一')},color_FF0000,size_200,g_center,t_40`));
    const y =
      Array.from({ length: 267 }, (_, i) => i).find((row) => distance(red.at(200, row), [255, 0, 0]) === 0) ?? 0;
    expect(y).toBeGreaterThan(50);
    expect(distance(faint.at(200, y + 3), [255, 153, 153])).toBeLessThan(3);
    expect((await textInk('图', ',t_0')).amount).toBe(0);
  });

  it('is the same for every font', async () => {
    const fonts = ['wqy-zenhei', 'wqy-microhei', 'fangzhengshusong', 'droidsansfallback'];
    const made = await Promise.all(
      fonts.flatMap((font) => ['type', 'font'].map((key) => run(`watermark,text_${b64('图A')},${key}_${b64(font)}`))),
    );
    expect(new Set(made.map((body) => body.toString('base64'))).size).toBe(1);
  });

  it('casts a shadow to the right and below, as dark as asked', async () => {
    const [none, some, full] = await Promise.all(
      [0, 40, 100].map((shadow) => textInk('图', `,g_nw,color_FFFFFF,shadow_${shadow}`)),
    );
    expect(none?.amount).toBe(0);
    expect(some?.amount).toBeGreaterThan(20);
    expect((full?.amount ?? 0) / (some?.amount ?? 1)).toBeGreaterThan(1.8);
    const letter = await textInk('图', ',g_nw');
    expect([full?.right, full?.bottom]).toEqual([letter.right + 2, letter.bottom + 2]);
  });

  it('turns clockwise about its middle', async () => {
    const [flat, upright, over] = await Promise.all(
      [0, 90, 180].map((rotate) => textInk('Hello', `,g_center,rotate_${rotate}`)),
    );
    const size = (ink?: Ink) => [(ink?.right ?? 0) - (ink?.left ?? 0), (ink?.bottom ?? 0) - (ink?.top ?? 0)];
    const [width = 0, height = 0] = size(flat);
    for (const [i, side] of [height, width].entries()) expect(Math.abs((size(upright)[i] ?? 0) - side)).toBeLessThan(3);
    for (const [i, side] of [width, height].entries()) expect(Math.abs((size(over)[i] ?? 0) - side)).toBeLessThan(3);
    // The tall H comes first: turned by 90° it is on top, and the word reads downwards.
    const tail = await inkOf(await run(`watermark,text_${b64('H.')},g_center,rotate_90/crop,h_133,g_north`));
    const head = await inkOf(await run(`watermark,text_${b64('H.')},g_center,rotate_90/crop,h_133,g_south`));
    expect(tail.amount).toBeGreaterThan(head.amount);
    expect((await textInk('Hello', ',g_center,rotate_360')).amount).toBeCloseTo(flat?.amount ?? 0, 0);
  });

  it('grows its box when it turns', async () => {
    const ink = await textInk('一一一一一一', ',g_nw,x_0,y_0,rotate_45,size_30');
    expect(ink.left).toBeGreaterThanOrEqual(0);
    expect(ink.top).toBeGreaterThanOrEqual(0);
    expect(Math.abs(ink.right - ink.left - (ink.bottom - ink.top))).toBeLessThan(6);
  });

  it('is cut off where the image ends', async () => {
    const ink = await textInk('一一一一', ',size_1000,g_center');
    expect([ink.left, ink.right]).toEqual([0, 400]);
    expect(
      await sharp(await run(`watermark,text_${b64('W'.repeat(64))},size_1000,rotate_45`)).metadata(),
    ).toMatchObject({
      width: 400,
      height: 267,
    });
  });

  it('tiles', async () => {
    const { columns } = await textInk('一', ',fill_1,size_20,padx_30,pady_30');
    expect(columns).toBe(8);
  });
});

describe('characters', () => {
  it.each([
    ['Latin', 'Hamburgefonstiv 0123456789 ÄÖÜ éèñ ~!@#$%^&*()'],
    ['markup', '<b>&amp; "a" \'b\'</b>'],
    ['Chinese', '阿里云版权所有，图片服务！'],
    ['traditional Chinese, Japanese, Cyrillic, Vietnamese', '繁體 あア Жж ưở'],
    ['emoji, joined, and with selectors', '😀👨‍👩‍👧❤️'],
    ['controls and line breaks', 'a\tb\nc\r\nd\u0000e\u2028f'],
    ['private use and the last code point', '\ue000\u{10ffff}'],
    ['combining marks', 'e\u0301a\u0308\u0323'],
    ['right to left', 'שלום مرحبا'],
  ])('of %s do no harm', async (_, text) => {
    const ink = await textInk(text, ',size_14,g_west');
    expect(ink.amount).toBeGreaterThan(20);
  });

  it('are one line, and spaces leave no ink', async () => {
    const { top, bottom } = await textInk('a\nb', ',size_20');
    expect(bottom - top).toBeLessThan(25);
    expect((await textInk('   ')).amount).toBe(0);
    for (const rest of ['', ',fill_1', ',fill_1,padx_9', `,image_${b64('logo.png')},t_0`]) {
      expect((await textInk('\u200d\ufe0f', rest)).amount).toBe(0);
    }
  });

  it('that the font lacks show as a box', async () => {
    const ink = await textInk('😀', ',size_100,g_center');
    expect(ink.right - ink.left).toBe(80);
  });

  it('are counted in bytes: 64 at most, 21 Chinese', async () => {
    const longest = '图'.repeat(21);
    expect((await textInk(longest, ',size_10')).amount).toBeGreaterThan(100);
    await expect(run(`watermark,text_${b64(`${longest}图`)}`)).rejects.toMatchObject({
      status: 400,
      ec: '0040-00000259',
      message: expect.stringContaining('font content is too large'),
    });
    await expect(run(`watermark,text_${b64('a'.repeat(65))}`)).rejects.toMatchObject({ status: 400 });
  });
});

describe('text and image together', () => {
  const redMark = [255, 0, 0];
  async function both(rest: string) {
    const body = await run(`watermark,text_${b64('图图')},image_${b64('logo.png')},color_0000FF${rest}`);
    return { image: await inkOf(body, redMark), text: await inkOf(body, [0, 0, 255]) };
  }

  it('are side by side: the image first, at the bottom', async () => {
    const { image, text } = await both(',x_0,y_0');
    // The text is 80 wide and 46 high: 0.88 + 0.25 em, rounded up.
    expect(image).toMatchObject({ left: 270, right: 320, top: 237, bottom: 267 });
    expect(text.left).toBeGreaterThanOrEqual(320);
    expect(text.left).toBeLessThan(326);
  });

  it('change places with order_1, and keep apart with interval', async () => {
    const { image, text } = await both(',x_0,y_0,order_1,interval_17');
    expect(image).toMatchObject({ left: 350, right: 400 });
    expect(text.right).toBeLessThanOrEqual(333);
    expect(text.right).toBeGreaterThan(325);
  });

  it.each([
    [0, 221],
    [1, 229],
    [2, 237],
  ])('align_%i: the image from %i on', async (align, top) => {
    expect((await both(`,x_0,y_0,align_${align}`)).image.top).toBe(top);
  });

  it('share t, and are tiled as one', async () => {
    const faint = await decode(await run(`watermark,text_${b64('图')},image_${b64('logo.png')},t_50,g_nw,x_0,y_0`));
    expect(distance(faint.at(5, 40), [255, 127, 127])).toBeLessThan(3);
    const { image } = await both(',fill_1,padx_10');
    expect(image).toMatchObject({ left: 0, right: 330, top: 16 });
  });

  it('leave an animated GIF its first frame: only image marks keep it moving', async () => {
    const data = Buffer.alloc(60 * 40 * 3 * 2, 200);
    const gif = await sharp(data, { raw: { width: 60, height: 80, channels: 3, pageHeight: 40 } })
      .gif()
      .toBuffer();
    expect((await sharp(await run(`watermark,text_${b64('a')}`, gif)).metadata()).pages ?? 1).toBe(1);
  });
});
