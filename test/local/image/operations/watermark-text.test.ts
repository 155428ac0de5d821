import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { packagedFont, type TextFont } from '../../../../src/local/image/text-font.js';
import { layOutText } from '../../../../src/local/image/text-line.js';
import { noZenHei, zenHei } from '../../../support/wqy-zenhei.js';
import { decode, distance, whiteColor } from '../pictures.js';

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
let main: Buffer;
let wide: Buffer;
beforeAll(async () => {
  main = await blank(400, 267);
  wide = await blank(500, 70);
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

type Look = (red: number, green: number, blue: number) => boolean;
const isDark: Look = (...rgb) => Math.min(...rgb) < 253;
const isBlue: Look = (red, _, blue) => blue > 252 && red < 253;
const isRed: Look = (red, _, blue) => red > 252 && blue < 253;

/** The tight rectangle of what is ink, on a white ground if not said otherwise. */
async function inkOf(image: Buffer, isInk = isDark): Promise<Ink> {
  const { width, height, channels, data } = await decode(image);
  const ink = { left: width, top: height, right: 0, bottom: 0, amount: 0, columns: 0 };
  const inked = new Set<number>();
  for (let i = 0; i < width * height; i += 1) {
    const [red = 0, green = 0, blue = 0] = data.subarray(i * channels, i * channels + 3);
    if (!isInk(red, green, blue)) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    inked.add(x);
    ink.amount += (255 - Math.min(red, green, blue)) / 255;
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
  it('is black, 40 pixels an em, its ink 10 from the lower right corner', async () => {
    const ink = await textInk('图图图图');
    // The outline of 图 reaches from 84 to 917 across and from -80 to 796 upwards, of 1,000.
    expect(ink).toMatchObject({ left: 390 - 154, right: 390, top: 257 - 36, bottom: 257 });
    expect(distance((await decode(await run(`watermark,text_${b64('图')}`))).at(0, 0), whiteColor)).toBe(0);
  });

  it.each([
    ['nw', 'left', 'top'],
    ['north', 'middle', 'top'],
    ['ne', 'right', 'top'],
    ['west', 'left', 'middle'],
    ['center', 'middle', 'middle'],
    ['east', 'right', 'middle'],
    ['sw', 'left', 'bottom'],
    ['south', 'middle', 'bottom'],
    ['se', 'right', 'bottom'],
  ] as const)('stands at %s, counted from its ink, whatever letters it has', async (g, across, down) => {
    for (const text of ['图图', 'ace', 'gpy', '-', "'"]) {
      const ink = await textInk(text, `,g_${g},size_30,x_7,y_23`);
      const [right, bottom] = [400 - ink.right, 267 - ink.bottom];
      expect({ left: ink.left, middle: Math.min(1, Math.abs(ink.left - right)), right }[across]).toBe(
        across === 'middle' ? Math.abs(ink.left - right) : 7,
      );
      expect({ top: ink.top, middle: Math.min(1, Math.abs(ink.top - bottom)), bottom }[down]).toBe(
        down === 'middle' ? Math.abs(ink.top - bottom) : 23,
      );
    }
  });

  it('moves by voffset on the middle line, down when it is positive', async () => {
    const middle = await textInk('图', ',g_center');
    const lower = await textInk('图', ',g_center,voffset_50');
    expect([lower.left, lower.top - middle.top]).toEqual([middle.left, 50]);
  });

  it.each([10, 23, 40, 100, 180])('has %i pixels an em', async (size) => {
    const [one, two] = [
      await textInk('图', `,size_${size},g_nw,x_0,y_0`),
      await textInk('图图', `,size_${size},g_nw,x_0,y_0`),
    ];
    expect(two.right - one.right).toBe(size);
    // The outline of 图 is 0.833 em wide and 0.876 em high: in pixels that begin where they do, one more at most.
    for (const [seen, exact] of [
      [one.right, 0.833 * size],
      [one.bottom, 0.876 * size],
    ] as const) {
      expect(seen).toBeGreaterThanOrEqual(exact - 0.05);
      expect(seen).toBeLessThan(exact + 2);
    }
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

  it.each([0, 30, 100])('casts a shadow of one pixel to the right and below, as dark as asked, at t_%i', async (t) => {
    // White letters on white: what is dark is the shadow, where no letter covers it.
    const style = `watermark,text_${b64('图')},g_nw,x_20,y_30,size_120,color_FFFFFF`;
    const letter = await inkOf(await run(style.replace('FFFFFF', '000000')));
    expect([letter.left, letter.top]).toEqual([20, 30]);
    for (const shadow of [40, 100]) {
      const body = await run(`${style},t_${t},shadow_${shadow}`);
      const { left, top, right, bottom } = await inkOf(body);
      const all = { left: letter.left + 1, top: letter.top + 1, right: letter.right + 1, bottom: letter.bottom + 1 };
      expect([right, bottom]).toEqual([all.right, all.bottom]);
      // The first column and row of the shadow lie under the letter.
      if (t === 0) expect([left, top]).toEqual([all.left, all.top]);
      const { data } = await decode(body);
      expect(
        Math.abs(data.reduce((least, value) => Math.min(least, value)) - 255 * (1 - shadow / 100)),
      ).toBeLessThanOrEqual(1);
    }
    expect((await inkOf(await run(`${style},t_${t},shadow_0`))).amount).toBe(0);
  });

  it('is placed as if it had no shadow', async () => {
    const white = `,color_FF0000,x_5,y_0,size_60`;
    for (const g of ['nw', 'se', 'center']) {
      const [without, shadowed] = await Promise.all(
        [0, 100].map(async (shadow) =>
          inkOf(await run(`watermark,text_${b64('图')},g_${g}${white},shadow_${shadow}`), isRed),
        ),
      );
      expect(shadowed).toMatchObject({ left: without?.left, top: without?.top });
    }
    // At the lower edge of the image the shadow is cut off.
    const cut = await textInk('图', `${white},g_se,shadow_100`);
    expect([cut.right, cut.bottom]).toEqual([396, 267]);
  });

  it('turns clockwise about its middle', async () => {
    const [flat, upright, over] = await Promise.all(
      [0, 90, 180].map((rotate) => textInk('Hello', `,g_center,rotate_${rotate}`)),
    );
    const size = (ink?: Ink) => [(ink?.right ?? 0) - (ink?.left ?? 0), (ink?.bottom ?? 0) - (ink?.top ?? 0)];
    const [width = 0, height = 0] = size(flat);
    expect([size(upright), size(over)]).toEqual([
      [height, width],
      [width, height],
    ]);
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

  it('shows only where the image does, and leaves its alpha', async () => {
    for (const rest of ['', ',fill_1', ',rotate_9,shadow_50']) {
      for (const alpha of [0, 128]) {
        const source = await sharp({
          create: { width: 60, height: 40, channels: 4, background: { r: 0, g: 0, b: 255, alpha: alpha / 255 } },
        })
          .png()
          .toBuffer();
        const { data, channels } = await decode(await run(`watermark,text_${b64('图')},color_FF0000${rest}`, source));
        expect(channels).toBe(4);
        expect(new Set(data.filter((_, i) => i % 4 === 3))).toEqual(new Set([alpha]));
        const reddest = data.filter((_, i) => i % 4 === 0).reduce((most, value) => Math.max(most, value));
        if (alpha > 0) expect(reddest).toBeGreaterThan(250);
      }
    }
    const half = sharp({ create: { width: 60, height: 40, channels: 4, background: '#0000ff80' } }).png();
    const white = await run(`watermark,text_${b64('图')},color_FF0000/format,jpg`, await half.toBuffer());
    expect((await inkOf(white, (red, green) => red > 200 && green < 90)).amount).toBeGreaterThan(50);
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

// A picture of a terminal that OSS marked for a blog, with all of its mark on one plain colour. The figures are
// measured in https://github.com/CCooky/Linux, df8cc62, images/watermark,type_d3F5LXplbmhlaQ,…-166916899135510.png.
describe('a text that OSS drew', () => {
  const ground = { r: 45, g: 9, b: 34 };
  const style =
    'watermark,type_d3F5LXplbmhlaQ,shadow_50,text_Q1NETiBAQOabvuiusOWQpg,size_20,color_FFFFFF,t_70,g_se,x_16';
  async function drawn(font: TextFont) {
    const terminal = await sharp({ create: { width: 1026, height: 503, channels: 3, background: ground } })
      .png()
      .toBuffer();
    return (await processImage(terminal, `image/${style}`, { ...context, textFont: font })).body;
  }
  const isLight: Look = (red) => red > ground.r;
  const isShadow: Look = (red) => red < ground.r;
  const columnsOf = async (body: Buffer, from: number, to: number) => {
    const { at, height } = await decode(body);
    const rows = Array.from({ length: height }, (_, y) => y);
    return Array.from({ length: to - from }, (_, i) =>
      rows.reduce((sum, y) => sum + (at(from + i, y)[0] ?? 0) - ground.r, 0),
    );
  };

  it.skipIf(noZenHei)('is where it was, as large and as light, and so is its shadow', async () => {
    const body = await drawn(zenHei());
    expect(await inkOf(body, isLight)).toMatchObject({ left: 862, right: 1010, top: 473, bottom: 493 });
    expect(await inkOf(body, isShadow)).toMatchObject({ left: 865, right: 1011, top: 474, bottom: 494 });
    const reds = [...(await decode(body)).data].filter((_, i) => i % 3 === 0);
    expect(Math.abs(Math.max(...new Set(reds)) - 191)).toBeLessThanOrEqual(1);
    expect(Math.abs(Math.min(...new Set(reds)) - 22)).toBeLessThanOrEqual(1);
  });

  it.skipIf(noZenHei)('has each letter at the same pixel', async () => {
    // How much lighter each column of pixels is than the ground, in levels of red: C, S, D, N.
    const seen = [
      ...[48, 1004, 1342, 580, 428, 377, 367, 393, 478, 727, 666, 14, -18, 384, 1047, 848, 627, 600, 603, 631, 711],
      ...[1003, 832, 78, -36, 590, 1972, 889, 275, 375, 378, 399, 450, 583, 1049, 1012, 60, -35, 727, 1970, 245, 381],
      ...[402, 399, 399, 396, 395, 1509, 1350, -233],
    ];
    const ours = await columnsOf(await drawn(zenHei()), 862, 862 + seen.length);
    for (const [i, sum] of seen.entries()) expect(Math.abs((ours[i] ?? 0) - sum)).toBeLessThan(30);
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

  it('have a box that their pixels fill, whatever they are', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => Buffer.byteLength(text) <= 64);
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 4, max: 40 }), async (text, size) => {
        const { width, height } = await layOutText(text, size, packagedFont);
        const ink = await inkOf(await run(`watermark,text_${b64(text)},size_${size},g_nw,x_0,y_0`, wide));
        if (width === 0) {
          expect(ink.amount).toBe(0);
          return;
        }
        // The faintest pixels at an edge may not be seen.
        expect(ink.left).toBeLessThanOrEqual(1);
        expect(ink.top).toBeLessThanOrEqual(1);
        const unseen = [Math.min(width, 500) - ink.right, Math.min(height, 70) - ink.bottom];
        expect(unseen.every((pixels) => pixels === 0 || pixels === 1)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('are one line, and spaces leave no ink', async () => {
    const { top, bottom } = await textInk('a\nb', ',size_20');
    expect(bottom - top).toBeLessThan(25);
    expect((await textInk('   ')).amount).toBe(0);
    for (const rest of [
      '',
      ',shadow_50',
      ',fill_1',
      ',fill_1,shadow_50',
      ',fill_1,padx_9',
      `,image_${b64('logo.png')},t_0`,
    ]) {
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
  async function both(rest: string) {
    const body = await run(`watermark,text_${b64('图图')},image_${b64('logo.png')},color_0000FF${rest}`);
    return { image: await inkOf(body, isRed), text: await inkOf(body, isBlue) };
  }

  it('are side by side: the image first, at the bottom', async () => {
    const { image, text } = await both(',x_0,y_0');
    // The ink of the text is 74 wide.
    expect(image).toMatchObject({ left: 276, right: 326, top: 237, bottom: 267 });
    expect(text).toMatchObject({ left: 326, right: 400, bottom: 267 });
  });

  it('change places with order_1, and keep apart with interval', async () => {
    const { image, text } = await both(',x_0,y_0,order_1,interval_17');
    expect(image).toMatchObject({ left: 350, right: 400 });
    expect(text).toMatchObject({ left: 259, right: 333 });
  });

  it.each([
    [0, 0],
    [1, 3],
    [2, 6],
  ])('align_%i: the image %i pixels below the top of the text', async (align, below) => {
    const { image, text } = await both(`,x_0,y_0,align_${align}`);
    // The image is 30 high, the text 36.
    expect([image.top - text.top, text.bottom - text.top]).toEqual([below, 36]);
  });

  it('share t, and are tiled as one', async () => {
    const faint = await decode(await run(`watermark,text_${b64('图')},image_${b64('logo.png')},t_50,g_nw,x_0,y_0`));
    expect(distance(faint.at(5, 30), [255, 127, 127])).toBeLessThan(3);
    const { image } = await both(',fill_1,padx_10');
    expect(image).toMatchObject({ left: 0, right: 318, top: 6 });
  });

  it('leave an animated GIF its first frame: only image marks keep it moving', async () => {
    const data = Buffer.alloc(60 * 40 * 3 * 2, 200);
    const gif = await sharp(data, { raw: { width: 60, height: 80, channels: 3, pageHeight: 40 } })
      .gif()
      .toBuffer();
    expect((await sharp(await run(`watermark,text_${b64('a')}`, gif)).metadata()).pages ?? 1).toBe(1);
  });
});
