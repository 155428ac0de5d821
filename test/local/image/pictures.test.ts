// Every operation against a stored picture, within a tolerance that another build of sharp stays in and a shift by one
// pixel does not. `UPDATE_PICTURES=1 npx vitest run test/local/image/pictures.test.ts` stores the present results: look
// at them before they are committed.
import { readdirSync, statSync } from 'node:fs';
import { decode } from 'bmp-ts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { processImage } from '../../../src/local/image/pipeline.js';
import { difference, expectPicture, letters, lossless, lossy, type Tolerance } from './pictures/compare.js';
import { logo, testCard } from './pictures/test-card.js';

const b64 = (words: string) => Buffer.from(words).toString('base64url');
const context = {
  readObject: async (key: string) => (key === 'logo.png' ? logo : undefined),
  immBound: true,
  saving: true,
};
const run = async (source: keyof typeof testCard, actions: string) =>
  (await processImage(testCard[source], `image/${actions}`, context)).body;
const image = (process = '') => `watermark,image_${b64(`logo.png${process}`)}`;
const text = (words: string) => `watermark,text_${b64(words)}`;

const cases: [name: string, source: keyof typeof testCard, actions: string, tolerance?: Tolerance][] = [
  ['resize-lfit', 'png', 'resize,m_lfit,w_70,h_70'],
  ['resize-mfit', 'png', 'resize,m_mfit,w_40,h_40'],
  ['resize-fill', 'png', 'resize,m_fill,w_50,h_60'],
  ['resize-pad', 'png', 'resize,m_pad,w_60,h_60,color_884488'],
  ['resize-fixed', 'png', 'resize,m_fixed,w_40,h_70'],
  ['resize-percent', 'png', 'resize,p_30'],
  ['resize-enlarged', 'png', 'resize,w_150,limit_0'],
  ['crop-south-east', 'png', 'crop,w_70,h_50,g_se,x_5,y_5'],
  ['indexcrop', 'png', 'indexcrop,x_45,i_1'],
  ['circle', 'png', 'circle,r_35'],
  ['circle-on-white', 'png', 'circle,r_35/format,jpg/quality,Q_95', lossy],
  ['rounded-corners', 'png', 'rounded-corners,r_20'],
  ['rotate-30', 'png', 'rotate,30'],
  ['rotate-30-with-alpha', 'alphaPng', 'rotate,30'],
  ['rotate-90', 'png', 'rotate,90'],
  ['auto-orient', 'turnedJpg', 'auto-orient,1/format,png'],
  ['flip-upside-down', 'png', 'flip,0'],
  ['flip-left-to-right', 'png', 'flip,1'],
  ['blur', 'png', 'blur,r_6,s_3'],
  ['sharpen', 'png', 'sharpen,100'],
  ['bright', 'png', 'bright,40'],
  ['contrast', 'png', 'contrast,-40'],
  ['quality', 'jpg', 'quality,Q_20', lossy],
  ['flattened-on-white', 'alphaPng', 'format,jpg/quality,Q_95', lossy],
  ['chain', 'turnedJpg', 'auto-orient,1/resize,m_fill,w_64,h_64/rounded-corners,r_12/bright,10/format,png'],
  ['watermark-image', 'png', `${image()},g_se,x_4,y_4`],
  ['watermark-image-faint', 'png', `${image()},g_nw,x_4,y_4,t_50`],
  ['watermark-image-percent-turned', 'png', `${image('?x-oss-process=image/resize,P_40/rotate,30')},g_center`],
  ['watermark-image-on-alpha', 'alphaPng', `${image()},g_center`],
  ['watermark-image-fill', 'png', `${image('?x-oss-process=image/resize,P_20')},fill_1,padx_6,pady_4,t_70`],
  ['watermark-image-cut', 'png', `${image('?x-oss-process=image/resize,w_200,limit_0')},g_center`],
  ['watermark-chain', 'png', `${image()},g_nw,x_0,y_0/${image()},g_se,x_0,y_0/resize,w_80`],
  ['watermark-text', 'png', `${text('Hello 图片')},size_20,x_4,y_4`, letters],
  ['watermark-text-shadow', 'png', `${text('版权所有')},size_24,color_FFFFFF,shadow_80,g_center`, letters],
  ['watermark-text-turned', 'png', `${text('Sample')},size_26,rotate_330,t_60,g_center`, letters],
  ['watermark-text-fill', 'png', `${text('样张')},size_14,fill_1,padx_10,pady_8,color_FFFFFF`, letters],
  [
    'watermark-mixed',
    'png',
    `${image('?x-oss-process=image/resize,P_30')},text_${b64('阿里云')},size_18,order_1,align_1,interval_5,color_FFFFFF,g_south`,
    letters,
  ],
];

describe('operations', () => {
  it.each(cases)('%s', async (name, source, actions, tolerance = lossless) => {
    await expectPicture(name, await run(source, actions), tolerance);
  });
});

describe('formats', () => {
  const bmpAsPng = async (bmp: Buffer) => {
    const { data: abgr, width, height } = decode(bmp);
    const data = Buffer.alloc(width * height * 3);
    for (let i = 0; i < width * height; i += 1) {
      for (let c = 0; c < 3; c += 1) data[3 * i + c] = abgr[4 * i + 3 - c] ?? 0;
    }
    return sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  };

  it.each([
    ['png', 'png', lossless],
    ['tiff', 'png', lossless],
    ['bmp', 'png', lossless],
    ['jpg', 'jpg', lossy],
    ['webp', 'jpg', lossy],
    ['avif', 'png', lossy],
    ['gif', 'gif', lossy],
  ] as const)('%s from %s is the test card', async (format, source, tolerance) => {
    const body = await run(source, `format,${format}`);
    await expectPicture(`format-${format}`, format === 'bmp' ? await bmpAsPng(body) : body, tolerance, testCard.png);
  });
});

describe('the comparison itself', () => {
  const card = testCard.png;
  it.each([
    ['a shift by one pixel', 'extract', 2],
    ['a shift by one pixel among letters', 'extract', 3, letters],
  ] as const)('sees %s', async (_, __, by, tolerance: Tolerance = lossless) => {
    const moved = await sharp(card)
      .extract({ left: by - 1, top: 0, width: 100, height: 80 })
      .png()
      .toBuffer();
    const unmoved = await sharp(card).extract({ left: 0, top: 0, width: 100, height: 80 }).png().toBuffer();
    expect(await difference(moved, unmoved, tolerance)).toContain('differs');
    expect(await difference(unmoved, unmoved, tolerance)).toBeUndefined();
  });

  it('sees another size, another brightness, a lost alpha', async () => {
    expect(await difference(await sharp(card).resize(119).png().toBuffer(), card, lossy)).toContain('119 × ');
    expect(await difference(await sharp(card).linear(1.03, 0).png().toBuffer(), card, lossless)).toContain('differs');
    const opaque = await sharp(testCard.alphaPng).flatten({ background: '#000' }).png().toBuffer();
    expect(await difference(opaque, testCard.alphaPng, lossy)).toContain('differs');
  });

  it('tells every stored picture from the test card', async () => {
    for (const [name, source, actions, tolerance = lossless] of cases) {
      if (name === 'auto-orient' || name === 'quality') continue;
      expect([name, await difference(await run(source, actions), card, tolerance)]).toEqual([name, expect.any(String)]);
    }
  });

  it('stores one picture for each case, none too many, small ones', () => {
    const folder = new URL('pictures/', import.meta.url);
    const stored = readdirSync(folder).filter((file) => file.endsWith('.png'));
    expect(stored.sort()).toEqual(cases.map(([name]) => `${name}.png`).sort());
    const bytes = stored.reduce((sum, file) => sum + statSync(new URL(file, folder)).size, 0);
    expect(bytes).toBeLessThan(400_000);
  });
});
