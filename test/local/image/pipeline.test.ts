import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../../../src/local/image/error.js';
import { type ImageContext, processImage } from '../../../src/local/image/pipeline.js';
import { golden } from '../../style/golden.js';
import {
  blueColor,
  type Decoded,
  decode,
  distance,
  greenColor,
  jpegFacts,
  layoutOf,
  quadrants,
  redColor,
  waves,
  whiteColor,
} from './pictures.js';

const context: ImageContext = {
  readObject: async (key) => (key === 'panda.png' ? quadrants(60, 40).png().toBuffer() : undefined),
  immBound: true,
  saving: true,
};
const run = (source: Buffer, actions: string) => processImage(source, `image/${actions}`, context);
const bodyOf = async (source: Buffer, actions: string) => (await run(source, actions)).body;
async function refusal(source: Buffer, actions: string, given = context): Promise<ImageError> {
  const error: unknown = await processImage(source, `image/${actions}`, given).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ImageError);
  return error as ImageError;
}

const made = new Map<string, Promise<Buffer>>();
function picture(width: number, height: number, orientation = 1): Promise<Buffer> {
  const name = `${width}x${height}/${orientation}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  // Only its size matters: the large ones are enlarged, which is quicker than computing them.
  const scale = width > 1000 ? 8 : 1;
  const image = waves(Math.ceil(width / scale), Math.ceil(height / scale))
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .jpeg({ quality: 82, chromaSubsampling: '4:2:0' });
  const bytes = (orientation === 1 ? image : image.withMetadata({ orientation })).toBuffer();
  made.set(name, bytes);
  return bytes;
}

describe('sizes: every golden case', () => {
  const open: Record<string, string> = {
    D050: 'open point: pad with one side is a square',
    D059: 'open point: whether the index of the last slice counts',
    D068: 'open point: whether rotate,0 re-encodes',
  };
  const cases = golden.dimensions.filter(
    ({ legacySyntax, skip, style }) => !legacySyntax && !skip && !style.includes('heic'),
  );
  it('are 48', () => expect(cases).toHaveLength(48));
  it.each(
    cases.map(
      (one) =>
        [one.id, one.in.w, one.in.h, one.style, one.out.w, one.out.h, open[one.id] ?? one.confidence, one] as const,
    ),
  )(
    '%s: %ix%i %s → %ix%i (%s)',
    async (_id, width, height, style, outWidth, outHeight, _why, { in: { orientation } }) => {
      const { body } = await processImage(await picture(width, height, orientation), style, context);
      const result = await sharp(body).metadata();
      expect([result.width, result.height]).toEqual([outWidth, outHeight]);
    },
  );
  it('923x600 of the HEIC examples, written as AVIF', async () => {
    const body = await bodyOf(await picture(3924, 2550), 'format,avif/resize,l_900,h_600');
    expect(await sharp(body).metadata()).toMatchObject({ width: 923, height: 600, compression: 'av1' });
  });
});

describe('error semantics', () => {
  it.each([
    ['crop,x_400,y_0', 400, 267, "Advance cut's position is out of image.", undefined],
    ['rotate,90', 5100, 3000, 'Picture exceed the maximum allowable rotation range.', '0040-00000006'],
  ])('%s of %ix%i: %s', async (actions, width, height, message, ec) => {
    expect(await refusal(await picture(width, height), actions)).toMatchObject({
      status: 400,
      code: 'BadRequest',
      message,
      ec,
    });
  });
  it('resizes first, then rotates: the remedy of the FAQ', async () => {
    const body = await bodyOf(await picture(5100, 3000), 'auto-orient,0/resize,m_lfit,h_2000,w_2000,limit_1/rotate,90');
    expect(await sharp(body).metadata()).toMatchObject({ width: 1176, height: 2000 });
  });
  it.each(golden.errors.filter(({ style }) => style.startsWith('image/')))('$style: EC $ec', async ({ style, ec }) => {
    expect(await refusal(await picture(400, 267), style.slice('image/'.length))).toMatchObject({ status: 400, ec });
  });
  it.each(['resize,m_fixed,w_5000,h_5000,limit_0', 'resize,p_1000'])(
    '%s is too large: EC 0040-00000007',
    async (actions) => {
      const source = await picture(1700, 1000);
      expect(await refusal(source, actions)).toMatchObject({ status: 400, code: 'ImageTooLarge', ec: '0040-00000007' });
    },
  );
  it('names what it does not implement', async () => {
    const source = await picture(400, 267);
    expect((await refusal(source, 'faces')).message).toContain('faces');
    expect((await refusal(source, 'crop,w_10,h_10,g_face')).message).toContain('crop,g_face');
    expect(await refusal(source, 'format,heic')).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
  it('refuses what needs an IMM project, a save or the asynchronous interface', async () => {
    const source = await picture(400, 267);
    expect(await refusal(source, 'blindwatermark,content_YQ', { ...context, immBound: false })).toMatchObject({
      code: 'Imm Client',
    });
    expect(await refusal(source, 'blur,r_3,s_2,g_face', { ...context, immBound: false })).toMatchObject({
      code: 'Imm Client',
    });
    expect(await refusal(source, 'blindwatermark,content_YQ', { ...context, saving: false })).toMatchObject({
      status: 400,
    });
    expect(await refusal(source, 'deblindwatermark,s_low,t_text')).toMatchObject({ status: 400 });
  });
});

describe('pixels', () => {
  const source = quadrants(80, 60).png().toBuffer();

  it.each([
    ['flip,0', 'CD/AB'],
    ['flip,1', 'BA/DC'],
    ['flip,2', 'DC/BA'],
    ['rotate,90', 'CA/DB'],
    ['rotate,180', 'DC/BA'],
    ['rotate,270', 'BD/AC'],
    ['rotate,360', 'AB/CD'],
    ['rotate,90/flip,1', 'AC/BD'],
    ['flip,1/rotate,90', 'DB/CA'],
    ['rotate,90/rotate,90', 'DC/BA'],
    ['crop,w_40,h_30', 'AA/AA'],
    ['crop,w_40,h_30,g_se', 'DD/DD'],
    ['crop,w_40,h_30,g_ne', 'BB/BB'],
    ['crop,w_40,h_30,g_center', 'AB/CD'],
    ['flip,1/crop,w_40,h_30', 'BB/BB'],
    ['rotate,90/crop,w_30,h_40', 'CC/CC'],
    ['crop,w_40,h_60/rotate,90/crop,x_30', 'AA/AA'],
    ['resize,w_40/crop,x_20/flip,0', 'DD/BB'],
    ['indexcrop,x_40,i_1', 'BB/DD'],
    ['indexcrop,y_30,i_1', 'CD/CD'],
    ['resize,m_fixed,w_20,h_40', 'AB/CD'],
    ['resize,m_fill,w_20,h_40/rotate,90', 'CA/DB'],
    ['interlace,1', 'AB/CD'],
    ['flip,1/', 'BA/DC'],
  ])('%s makes %s of AB/CD', async (actions, layout) => {
    expect(await layoutOf(await bodyOf(await source, actions))).toBe(layout);
  });

  // What is stored so that it is AB/CD upright (Exif 2.3, tag 0x0112).
  const stored: [number, string][] = [
    [1, 'AB/CD'],
    [2, 'BA/DC'],
    [3, 'DC/BA'],
    [4, 'CD/AB'],
    [5, 'AC/BD'],
    [6, 'BD/AC'],
    [7, 'DB/CA'],
    [8, 'CA/DB'],
  ];
  it.each(stored)(
    'orientation %i is stored as %s: upright unless auto-orient,0 is asked, wherever it stands',
    async (orientation, layout) => {
      const [width, height] = orientation < 5 ? [80, 60] : [60, 80];
      const jpeg = await quadrants(width, height, layout)
        .jpeg({ quality: 95 })
        .withMetadata({ orientation })
        .toBuffer();
      for (const actions of [
        'auto-orient,1',
        'resize,w_40/auto-orient,1',
        'auto-orient,1/resize,m_fixed,w_40,h_30/format,png',
        'resize,m_fixed,w_40,h_30',
        'resize,m_fixed,w_40,h_30/format,webp',
      ]) {
        const body = await bodyOf(jpeg, actions);
        expect(await layoutOf(body)).toBe('AB/CD');
        expect((await sharp(body).metadata()).orientation ?? 1).toBe(1);
      }
      expect(await layoutOf(await bodyOf(jpeg, 'auto-orient,1/crop,w_40,h_30,g_se'))).toBe('DD/DD');
      expect(await layoutOf(await bodyOf(jpeg, 'auto-orient,1/flip,1'))).toBe('BA/DC');
      for (const format of ['', '/format,png', '/format,webp']) {
        const actions = `resize,w_40/auto-orient,0${format}`;
        const body = await bodyOf(jpeg, actions);
        expect(await layoutOf(body)).toBe(layout);
        expect((await sharp(body).metadata()).orientation ?? 1).toBe(orientation);
      }
    },
  );

  it.each([
    ['auto-orient,0/resize,w_40', 6],
    ['auto-orient,0/resize,w_40/rotate,0', 6],
    ['auto-orient,0/resize,w_40/rotate,90', 1],
    ['auto-orient,0/flip,1', 1],
  ])('%s leaves the orientation tag %i on what the camera stored with 6', async (actions, tag) => {
    const jpeg = await quadrants(60, 80, 'BD/AC').jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect((await sharp(await bodyOf(jpeg, actions)).metadata()).orientation ?? 1).toBe(tag);
  });

  it.each(['avif', 'tiff', 'webp'])('turns by hand what the camera stored with 6, once, in %s', async (format) => {
    const jpeg = await quadrants(60, 80, 'BD/AC').jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const body = await bodyOf(jpeg, `auto-orient,0/resize,h_40/rotate,90/format,${format}`);
    expect(await layoutOf(await sharp(body).autoOrient().png().toBuffer())).toBe('AB/CD');
  });

  it('pads with the colour asked for, else white, and centres', async () => {
    const red = await decode(await bodyOf(await source, 'resize,m_pad,w_40,h_60,color_FF0000'));
    expect([red.width, red.height]).toEqual([40, 60]);
    expect(red.at(0, 0)).toEqual(redColor);
    expect(red.at(20, 14)).toEqual(redColor);
    expect(red.at(39, 45)).toEqual(redColor);
    expect(red.at(30, 16)).not.toEqual(redColor);
    expect((await decode(await bodyOf(await source, 'resize,m_pad,w_40,h_60'))).at(20, 0)).toEqual(whiteColor);
  });

  it('cuts a circle: transparent outside in png and webp, white in jpg', async () => {
    for (const actions of ['circle,r_20', 'circle,r_20/format,webp', 'circle,r_20/format,bmp']) {
      const { body } = await run(await source, actions);
      const { width, height, at } = await decode(await bodyOf(body, 'format,png'));
      expect([width, height]).toEqual([41, 41]);
      expect(at(0, 0)[3]).toBe(0);
      expect(at(5, 5)[3]).toBe(0);
      expect(at(20, 1)[3]).toBe(255);
      expect(distance(at(10, 10), [...redColor, 255])).toBeLessThan(24);
    }
    const jpg = await decode(await bodyOf(await source, 'circle,r_20/quality,Q_95/format,jpg'));
    expect(distance(jpg.at(0, 0), whiteColor)).toBeLessThan(8);
    expect(distance(jpg.at(40, 40), whiteColor)).toBeLessThan(8);
    expect(distance(jpg.at(10, 10), redColor)).toBeLessThan(24);
  });

  it('rounds corners and keeps the size', async () => {
    const { width, height, at } = await decode(await bodyOf(await source, 'rounded-corners,r_20'));
    expect([width, height]).toEqual([80, 60]);
    expect([at(1, 1)[3], at(78, 1)[3], at(1, 58)[3], at(78, 58)[3]]).toEqual([0, 0, 0, 0]);
    expect(at(20, 0)[3]).toBe(255);
    expect(at(8, 8)).toEqual([...redColor, 255]);
  });

  it('turns by any angle on white, on nothing where there is alpha', async () => {
    const turned = await decode(await bodyOf(await source, 'rotate,45'));
    expect([turned.width, turned.height]).toEqual([99, 99]);
    expect(turned.at(1, 1)).toEqual(whiteColor);
    expect(distance(turned.at(30, 50), blueColor)).toBeLessThan(24);
    const seeThrough = await bodyOf(await quadrants(80, 60).ensureAlpha(1).png().toBuffer(), 'rotate,45');
    expect((await decode(seeThrough)).at(1, 1)[3]).toBe(0);
  });

  it('flattens alpha on white in jpg', async () => {
    const half = await quadrants(80, 60).ensureAlpha(0.5).png().toBuffer();
    const { at, channels } = await decode(await bodyOf(half, 'format,jpg/quality,Q_98'));
    expect(channels).toBe(3);
    expect(distance(at(10, 10), [255, 127, 127])).toBeLessThan(12);
  });

  it('blurs, sharpens, brightens and flattens contrast', async () => {
    const edge = await decode(await bodyOf(await source, 'blur,r_5,s_3'));
    expect(distance(edge.at(5, 5), redColor)).toBeLessThan(3);
    expect(edge.at(40, 5)[0]).toBeGreaterThan(80);
    expect(edge.at(40, 5)[0]).toBeLessThan(175);
    expect(distance(edge.at(52, 5), greenColor)).toBeLessThan(3);
    const grey = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#646464' } })
      .png()
      .toBuffer();
    expect((await decode(await bodyOf(grey, 'bright,50'))).at(9, 9).slice(0, 3)).toEqual([150, 150, 150]);
    expect((await decode(await bodyOf(grey, 'bright,-100'))).at(9, 9)[0]).toBe(0);
    expect((await decode(await bodyOf(grey, 'contrast,-50'))).at(9, 9)[0]).toBe(114);
    expect((await decode(await bodyOf(grey, 'contrast,50'))).at(9, 9)[0]).toBe(86);
    const soft = await decode(await bodyOf(await source, 'blur,r_5,s_3/sharpen,100'));
    expect(soft.at(38, 5)[0]).toBeGreaterThan(edge.at(38, 5)[0] ?? 255);
  });

  it('answers the average hue as 0xRRGGBB', async () => {
    const green = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#5c783b' } })
      .png()
      .toBuffer();
    expect(await run(green, 'average-hue')).toEqual({ body: Buffer.from('0x5c783b'), contentType: 'text/plain' });
  });

  it('makes of several operations at once what they make one by one', async () => {
    const operation = fc.oneof(
      fc.constantFrom(
        'flip,0',
        'flip,1',
        'flip,2',
        'rotate,90',
        'rotate,180',
        'rotate,270',
        'rotate,30',
        'rounded-corners,r_9',
        'blur,r_2,s_1',
      ),
      fc.constantFrom(
        'crop,w_30,h_25,g_center',
        'crop,x_3,y_4',
        'crop,w_31,g_se',
        'indexcrop,x_17,i_1',
        'circle,r_14',
        'bright,20',
        'contrast,-20',
      ),
      fc.constantFrom(
        'resize,w_33',
        'resize,m_fixed,w_40,h_21,limit_0',
        'resize,m_fill,w_24,h_28',
        'resize,m_pad,w_40,h_40,color_336699',
      ),
    );
    const orientation = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 2, maxLength: 5 }),
        orientation,
        fc.boolean(),
        async (actions, tag, orient) => {
          const png = await waves(64, 48).png().withMetadata({ orientation: tag }).toBuffer();
          const all = orient ? ['auto-orient,1', ...actions] : actions;
          let expected: Buffer = png;
          try {
            for (const action of all) expected = await bodyOf(expected, action);
          } catch (error) {
            const { code, message } = await refusal(png, all.join('/'));
            expect({ code, message }).toEqual({
              code: (error as ImageError).code,
              message: (error as ImageError).message,
            });
            return;
          }
          const [one, other] = [await decode(await bodyOf(png, all.join('/'))), await decode(expected)];
          expect([one.width, one.height, one.channels]).toEqual([other.width, other.height, other.channels]);
          const sum = one.data.reduce((total, _, i) => total + Math.abs(seen(one, i) - seen(other, i)), 0);
          expect(sum / one.data.length).toBeLessThan(2.5);
        },
      ),
      { numRuns: 25 },
    );
  });
});

// A channel as it shows: the colour of a transparent pixel does not count.
function seen({ data, channels }: Pick<Decoded, 'data' | 'channels'>, i: number): number {
  const alpha = channels === 4 ? (data[i - (i % 4) + 3] ?? 0) : 255;
  return i % 4 === 3 && channels === 4 ? alpha : ((data[i] ?? 0) * alpha) / 255;
}

describe('the encoder', () => {
  const jfif = 'ffe000104a46494600010100000100010000';

  it.each(golden.quality)('$style of a source at $sourceQ is written at $outQ', async ({ sourceQ, style, outQ }) => {
    const jpeg = await waves(64, 48).jpeg({ quality: sourceQ }).toBuffer();
    expect(jpegFacts(await bodyOf(jpeg, style)).quality).toBe(outQ);
  });

  it.each([
    ['resize,w_32', 61, 61],
    ['quality,q_50', 61, 31],
    ['quality,q_1', 20, 1],
    ['quality,40', 80, 40],
    ['quality,90', 80, 80],
    ['quality,q_90,Q_40', 80, 40],
    ['quality,Q_40/quality,Q_70', 80, 70],
  ])('%s of a source at %i is written at %i', async (actions, sourceQ, outQ) => {
    const jpeg = await waves(64, 48).jpeg({ quality: sourceQ }).toBuffer();
    expect(jpegFacts(await bodyOf(jpeg, actions)).quality).toBe(outQ);
  });

  it('writes the source quality, 4:2:0, optimised Huffman tables, baseline, with the JFIF segment', async () => {
    const jpeg = await waves(200, 150).jpeg({ quality: 82, chromaSubsampling: '4:4:4' }).toBuffer();
    expect(jpegFacts(await bodyOf(jpeg, 'rotate,90'))).toEqual({
      firstSegment: jfif,
      quality: 82,
      sampling: '22 11 11',
      progressive: false,
      standardHuffman: false,
    });
    expect(jpegFacts(await bodyOf(jpeg, 'interlace,1')).progressive).toBe(true);
    expect(jpegFacts(await bodyOf(jpeg, 'interlace,1/interlace,0')).progressive).toBe(false);
  });

  it.each([75, 82, 99])(
    'writes the colours of a marked image at every pixel, at the source quality %i',
    async (quality) => {
      const jpeg = await waves(200, 150).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
      for (const actions of ['watermark,text_YQ', 'watermark,text_YQ/resize,w_100']) {
        expect(jpegFacts(await bodyOf(jpeg, actions))).toMatchObject({
          firstSegment: jfif,
          quality,
          sampling: '11 11 11',
        });
      }
    },
  );

  it('writes every format under its type, and gif only from gif', async () => {
    const jpeg = await picture(64, 48);
    const types = await Promise.all(
      ['jpg', 'jpeg', 'png', 'webp', 'tiff', 'avif', 'gif', 'bmp'].map(async (format) => {
        const { body, contentType } = await run(jpeg, `format,${format}`);
        const found = format === 'bmp' ? body.toString('latin1', 0, 2) : (await sharp(body).metadata()).format;
        return [format, contentType, found];
      }),
    );
    expect(types).toEqual([
      ['jpg', 'image/jpeg', 'jpeg'],
      ['jpeg', 'image/jpeg', 'jpeg'],
      ['png', 'image/png', 'png'],
      ['webp', 'image/webp', 'webp'],
      ['tiff', 'image/tiff', 'tiff'],
      ['avif', 'image/avif', 'heif'],
      ['gif', 'image/jpeg', 'jpeg'],
      ['bmp', 'image/bmp', 'BM'],
    ]);
    expect((await run(await quadrants(8, 8).gif().toBuffer(), 'format,gif')).contentType).toBe('image/gif');
  });

  it('refuses sides that a format cannot have', async () => {
    const tall = await sharp({ create: { width: 10, height: 16_384, channels: 3, background: '#123456' } })
      .jpeg()
      .toBuffer();
    expect(await refusal(tall, 'format,webp')).toMatchObject({ ec: '0040-00000011' });
    expect(await refusal(await picture(5100, 3000), 'format,avif')).toMatchObject({ ec: '0040-00000014' });
  });
});

// Some edits overwrite the pixels that they are given. The bytes of a stored object are the storage's own.
describe('what is stored', () => {
  const mark = Buffer.from('mark.png').toString('base64url');
  const actions = [
    'resize,w_20/sharpen,100',
    'sharpen,399/resize,m_fixed,w_90,h_10,limit_0',
    'flip,2/rotate,90/bright,40/contrast,20',
    'circle,r_15/format,png',
    'blur,r_3,s_2/format,bmp',
    'quality,q_20/format,jpg',
    `watermark,image_${mark},t_30`,
    `watermark,image_${mark},t_30,fill_1/resize,w_10`,
    'average-hue',
  ];
  it.each(['jpg', 'png', 'webp', 'bmp', 'tiff'])('stays as it is: %s', async (format) => {
    const source = await bodyOf(await waves(60, 40).ensureAlpha(0.5).png().toBuffer(), `format,${format}`);
    const stored = await quadrants(16, 12).ensureAlpha().png().toBuffer();
    const [before, markBefore] = [Buffer.from(source), Buffer.from(stored)];
    for (const action of actions)
      await processImage(source, `image/${action}`, { ...context, readObject: async () => stored });
    expect(source.equals(before)).toBe(true);
    expect(stored.equals(markBefore)).toBe(true);
  });
});
