import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../../../../src/local/image/error.js';
import { processImage } from '../../../../src/local/image/pipeline.js';
import { decode, distance, greenColor, quadrants, redColor, whiteColor } from '../pictures.js';

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });
const main = plain(100, 60, '#ffffff').png().toBuffer();

const objects: Record<string, Promise<Buffer>> = {
  'red.png': plain(20, 10, '#ff0000').png().toBuffer(),
  'logos/标志.png': plain(20, 10, '#ff0000').png().toBuffer(),
  'four.png': quadrants(20, 10).png().toBuffer(),
  'half.png': plain(20, 10, '#ff0000').ensureAlpha(0.5).png().toBuffer(),
  'grey.png': plain(20, 10, '#808080').toColourspace('b-w').png().toBuffer(),
  'red.jpg': plain(20, 10, '#ff0000').jpeg({ quality: 100 }).toBuffer(),
  'red.webp': plain(20, 10, '#ff0000').webp({ lossless: true }).toBuffer(),
  'red.tiff': plain(20, 10, '#ff0000').tiff().toBuffer(),
  'large.png': quadrants(300, 200).png().toBuffer(),
  'red.gif': plain(20, 10, '#ff0000').gif().toBuffer(),
  'red.avif': plain(20, 10, '#ff0000').avif().toBuffer(),
  'cut.avif': plain(20, 10, '#ff0000')
    .avif()
    .toBuffer()
    .then((avif) => avif.subarray(0, 100)),
  'cut.heic': Promise.resolve(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')),
  'text.png': Promise.resolve(Buffer.from('no image at all')),
  'cut.png': quadrants(300, 200)
    .png()
    .toBuffer()
    .then((png) => png.subarray(0, 400)),
};

const readKeys: string[] = [];
async function readObject(key: string): Promise<Buffer | undefined> {
  readKeys.push(key);
  return objects[key];
}
const context = { readObject, immBound: true, saving: true };
const body = async (actions: string, source?: Buffer) =>
  (await processImage(source ?? (await main), `image/${actions}`, context)).body;
const marked = async (image: string, rest = '', source?: Buffer) =>
  decode(await body(`watermark,image_${b64(image)}${rest}`, source));

/** The rectangle that is not white. */
async function inkOf(image: Buffer): Promise<string> {
  const { width, height, at } = await decode(image);
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (distance(at(x, y).slice(0, 3), whiteColor) < 16) continue;
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + 1);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right === 0 ? 'none' : `${right - left}x${bottom - top}+${left}+${top}`;
}

describe('an image on the image', () => {
  it.each([
    ['', '20x10+70+40'],
    [',g_nw', '20x10+10+10'],
    [',g_north,x_33', '20x10+40+10'],
    [',g_ne,x_0,y_0', '20x10+80+0'],
    [',g_west,y_33', '20x10+10+25'],
    [',g_center', '20x10+40+25'],
    [',g_center,voffset_-20', '20x10+40+5'],
    [',g_east,x_1,voffset_20', '20x10+79+45'],
    [',g_sw,x_3,y_4', '20x10+3+46'],
    [',g_south', '20x10+40+40'],
    // cut off, wholly outside
    [',g_nw,x_90,y_55', '10x5+90+55'],
    [',g_nw,x_100', 'none'],
    [',g_center,voffset_1000', 'none'],
    [',t_0', 'none'],
  ])('red.png%s: %s', async (rest, ink) => {
    expect(await inkOf(await body(`watermark,image_${b64('red.png')}${rest}`))).toBe(ink);
  });

  it.each(['red.png', 'logos/标志.png', 'red.webp', 'red.tiff', 'red.jpg'])('takes %s', async (key) => {
    expect(distance((await marked(key)).at(75, 45), redColor)).toBeLessThan(5);
    expect(readKeys.at(-1)).toBe(key);
  });

  it('takes a BMP, and one in grey', async () => {
    const bmp = await body('format,bmp', await objects['red.png']);
    objects['red.bmp'] = Promise.resolve(bmp);
    expect((await marked('red.bmp')).at(75, 45)).toEqual(redColor);
    expect((await marked('grey.png')).at(75, 45)).toEqual([128, 128, 128]);
  });

  it('keeps the size and the channels of the image', async () => {
    expect(await marked('half.png')).toMatchObject({ width: 100, height: 60, channels: 3 });
    const seeThrough = await plain(100, 60, '#00c800').ensureAlpha(0).png().toBuffer();
    const { channels, at } = await marked('half.png', '', seeThrough);
    expect([channels, at(5, 5)[3]]).toEqual([4, 0]);
    expect(distance(at(75, 45), [255, 0, 0, 127])).toBeLessThan(2);
    const jpeg = await plain(100, 60, '#00c800').jpeg({ quality: 95 }).toBuffer();
    expect(distance((await marked('half.png', '', jpeg)).at(80, 45), [128, 100, 0])).toBeLessThan(9);
    const grey = await plain(100, 60, '#ffffff').toColourspace('b-w').png().toBuffer();
    expect((await marked('red.png', '', grey)).at(75, 45).slice(0, 3)).toEqual(redColor);
  });

  it.each([
    ['CMYK', (red: Sharp) => red.toColourspace('cmyk').jpeg()],
    ['16 bits', (red: Sharp) => red.toColourspace('rgb16').png()],
    ['a palette', (red: Sharp) => red.png({ palette: true })],
    ['CIELAB', (red: Sharp) => red.toColourspace('lab').tiff()],
  ])('takes a mark, and an image, with pixels in %s', async (kind, encode) => {
    objects[kind] = encode(plain(20, 10, '#ff0000')).toBuffer();
    const onWhite = await marked(kind);
    expect([onWhite.width, onWhite.channels]).toEqual([100, 3]);
    expect(distance(onWhite.at(75, 45), redColor)).toBeLessThan(30);
    const under = await marked('red.png', '', await encode(plain(100, 60, '#ffffff')).toBuffer());
    expect([under.width, under.channels]).toEqual([100, 3]);
    expect(distance(under.at(75, 45), redColor)).toBeLessThan(30);
    expect(distance(under.at(5, 5), whiteColor)).toBeLessThan(8);
  });

  it('mixes by the alpha of the mark and by t', async () => {
    expect(distance((await marked('half.png')).at(75, 45), [255, 127, 127])).toBeLessThan(2);
    expect(distance((await marked('red.png', ',t_30')).at(75, 45), [255, 178, 178])).toBeLessThan(2);
    expect(distance((await marked('half.png', ',t_50')).at(75, 45), [255, 191, 191])).toBeLessThan(2);
  });

  it('cuts off a mark that is larger than the image, where its place says', async () => {
    // 300 × 200 in the middle of 100 × 60: its own middle shows.
    const middle = await marked('large.png', ',g_center');
    expect([middle.at(0, 0), middle.at(99, 0), middle.at(50, 59)[2]]).toEqual([
      redColor,
      greenColor,
      middle.at(50, 59)[2],
    ]);
    expect((await marked('large.png', ',g_nw,x_0,y_0')).at(99, 59)).toEqual(redColor);
    expect((await marked('large.png', ',g_nw,x_50,y_30')).at(49, 59)).toEqual(whiteColor);
  });
});

describe('preprocessing', () => {
  it.each([
    ['resize,P_30', '30x15+60+35'],
    ['resize,P_100', '90x50+0+0'],
    ['resize,w_10', '10x5+80+45'],
    ['crop,w_7,h_3', '7x3+83+47'],
    ['indexcrop,x_5,i_1', '5x10+85+40'],
    ['rotate,90', '10x20+80+30'],
    ['resize,w_10/rotate,90', '5x10+85+40'],
  ])('%s: %s', async (process, ink) => {
    expect(await inkOf(await body(`watermark,image_${b64(`red.png?x-oss-process=image/${process}`)}`))).toBe(ink);
  });

  it('takes the percent of the image as it is by then', async () => {
    const mark = b64('red.png?x-oss-process=image/resize,P_20');
    expect(await inkOf(await body(`resize,w_50/watermark,image_${mark},x_0,y_0`))).toBe('10x5+40+25');
    expect(await inkOf(await body(`crop,w_50,h_60/watermark,image_${mark},x_0,y_0`))).toBe('10x5+40+55');
  });

  it('lets through where corners are rounded off; new corners from turning are white, unless the mark has alpha', async () => {
    const rounded = await marked('red.png?x-oss-process=image/rounded-corners,r_5', ',x_0,y_0');
    expect([rounded.at(80, 50), rounded.at(90, 55)]).toEqual([whiteColor, redColor]);
    const blue = await plain(100, 60, '#0000ff').png().toBuffer();
    const turned = await marked('red.png?x-oss-process=image/rotate,45', ',g_nw,x_0,y_0', blue);
    expect([turned.at(1, 1), distance(turned.at(10, 10), redColor) < 9]).toEqual([whiteColor, true]);
    const through = await marked('half.png?x-oss-process=image/rotate,45', ',g_nw,x_0,y_0', blue);
    expect(through.at(1, 1)).toEqual([0, 0, 255]);
  });

  it.each([
    ['red.png?x-oss-process=image/watermark,text_SGVsbG8', '0040-00000373'],
    ['red.png?x-oss-process=image/circle,r_3', '0040-00000373'],
    ['red.png?x-oss-process=image/rotate,400', '0040-00000217'],
    ['red.gif', '0040-00000027'],
    ['red.avif', '0040-00000027'],
    ['cut.avif', '0040-00000027'],
    ['cut.heic', '0040-00000027'],
    ['text.png', '0040-00000027'],
  ])('%s: EC %s', async (image, ec) => {
    const refused = processImage(await main, `image/watermark,image_${b64(image)}`, context);
    await expect(refused).rejects.toMatchObject({ name: 'ImageError', status: 400, ec });
  });

  it('has no faces either', async () => {
    const refused = processImage(
      await main,
      `image/watermark,image_${b64('red.png?x-oss-process=image/crop,w_5,h_5,g_face')}`,
      context,
    );
    await expect(refused).rejects.toMatchObject({ status: 501 });
  });

  it('knows P here only', async () => {
    await expect(processImage(await main, 'image/resize,P_50', context)).rejects.toMatchObject({ status: 400 });
  });
});

describe('refusals', () => {
  it('answers NoSuchKey for an object that is not there', async () => {
    const refused = processImage(await main, `image/watermark,image_${b64('absent.png')}`, context);
    await expect(refused).rejects.toMatchObject({ status: 404, code: 'NoSuchKey', ec: '0040-00000025' });
  });

  it('answers a damaged watermark image with a 400', async () => {
    const refused = processImage(await main, `image/watermark,image_${b64('cut.png')}`, context);
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'BadRequest' });
  });

  it('answers what is no base64 with its EC', async () => {
    for (const image of ['notbase64', 'a+b', '%%%']) {
      const refused = processImage(await main, `image/watermark,image_${image}`, context);
      await expect(refused).rejects.toMatchObject({ status: 400, ec: '0040-00000265' });
    }
  });

  it('takes three different images, each as often as wanted, before it reads any of them', async () => {
    const mark = (key: string) => `watermark,image_${b64(key)}`;
    const three = ['red.png', 'half.png', 'red.jpg'].map(mark);
    expect((await body([...three, ...three].join('/'))).length).toBeGreaterThan(0);
    const read = readKeys.length;
    const refused = body([...three, mark('four.png')].join('/'));
    await expect(refused).rejects.toMatchObject({ status: 400, ec: '0040-00000026' });
    expect(readKeys).toHaveLength(read);
  });

  it('lets an error of the storage through as it is', async () => {
    const denied = Object.assign(new Error('denied'), { status: 403 });
    const refused = processImage(await main, `image/watermark,image_${b64('red.png')}`, {
      ...context,
      readObject: () => Promise.reject(denied),
    });
    await expect(refused).rejects.toBe(denied);
    expect(denied).not.toBeInstanceOf(ImageError);
  });
});

describe('fill', () => {
  it('tiles from the upper left corner, with gaps', async () => {
    const { at } = await marked('red.png', ',fill_1,padx_5,pady_10');
    for (const [x, y, red] of [
      [0, 0, true],
      [19, 9, true],
      [20, 0, false],
      [24, 0, false],
      [25, 0, true],
      [94, 0, true],
      [99, 0, false],
      [0, 10, false],
      [0, 19, false],
      [0, 20, true],
      [44, 49, true],
    ] as const) {
      expect([x, y, at(x, y)]).toEqual([x, y, red ? redColor : whiteColor]);
    }
  });

  it('shows one tile, cut, when a tile is larger than the image', async () => {
    expect((await marked('large.png', ',fill_1,padx_4096,pady_4096')).at(99, 59)).toEqual(redColor);
    const { at } = await marked('red.png', ',fill_1,padx_4096,pady_4096');
    expect([at(19, 9), at(20, 9), at(99, 59)]).toEqual([redColor, whiteColor, whiteColor]);
  });
});

describe('chains', () => {
  it('lays marks over each other in their order, and works on', async () => {
    const red = `watermark,image_${b64('red.png')},g_nw,x_0,y_0`;
    const four = `watermark,image_${b64('four.png')},g_nw,x_0,y_0`;
    expect((await decode(await body(`${red}/${four}`))).at(19, 0)).toEqual(greenColor);
    expect((await decode(await body(`${four}/${red}`))).at(19, 0)).toEqual(redColor);
    expect(await inkOf(await body(`${red}/resize,w_50`))).toBe('10x5+0+0');
    expect(await inkOf(await body(`${red}/rotate,180`))).toBe('20x10+80+50');
    expect(await inkOf(await body(`rotate,90/${red}`))).toBe('20x10+0+0');
  });

  it('stays on the round part of a circle', async () => {
    const { at } = await decode(await body(`watermark,image_${b64('red.png')},g_nw,x_20,y_0/circle,r_20`));
    expect(at(0, 0)[3]).toBe(0);
  });
});

describe('animations', () => {
  const gif = (() => {
    const data = Buffer.concat(
      [greenColor, whiteColor, [0, 0, 255]].map((colour) => Buffer.alloc(40 * 30 * 3, Buffer.from(colour))),
    );
    return sharp(data, { raw: { width: 40, height: 90, channels: 3, pageHeight: 30 } })
      .gif({ delay: [100, 200, 300] })
      .toBuffer();
  })();
  const framesOf = async (image: Buffer) => {
    const { data, info } = await sharp(image, { animated: true })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (frame: number, x: number, y: number) => {
      const from = ((frame * (info.pageHeight ?? info.height) + y) * info.width + x) * info.channels;
      return [...data.subarray(from, from + 3)];
    };
    return { frames: info.pages ?? 1, at };
  };

  it.each(['', ',animation_1', ',fill_1,padx_20,pady_20'])(
    'keeps the frames of a GIF, each with the mark%s',
    async (rest) => {
      const { frames, at } = await framesOf(
        await body(`watermark,image_${b64('red.png')},g_nw,x_0,y_0${rest}`, await gif),
      );
      expect(frames).toBe(3);
      for (const [frame, colour] of [greenColor, whiteColor, [0, 0, 255]].entries()) {
        expect(distance(at(frame, 5, 5), redColor)).toBeLessThan(12);
        expect(distance(at(frame, 30, 5), colour)).toBeLessThan(12);
        expect(distance(at(frame, 5, 25), colour)).toBeLessThan(12);
      }
    },
  );

  it('keeps only the first frame with animation_0', async () => {
    const still = await body(`watermark,image_${b64('red.png')},animation_0`, await gif);
    expect((await framesOf(still)).frames).toBe(1);
  });

  it('works with a resize before it', async () => {
    const { frames, at } = await framesOf(
      await body(`resize,w_20/watermark,image_${b64('red.png')},x_0,y_0`, await gif),
    );
    expect(frames).toBe(3);
    expect(distance(at(2, 5, 10), redColor)).toBeLessThan(12);
    expect(distance(at(2, 5, 2), [0, 0, 255])).toBeLessThan(12);
  });
});
