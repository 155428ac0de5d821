import { describe, expect, it } from 'vitest';
import { lintStyle } from '../../../src/style/lint.js';
import { shippedConfig } from '../../support/shipped.js';

function limits(style: string, sourceSuffixes?: readonly string[]): string[] {
  return lintStyle(style, { sourceSuffixes })
    .filter(({ code }) => code === 'turnLimit' || code === 'sourceLimit')
    .map(({ severity, code, start, end, fix }) => `${severity} ${code} [${style.slice(start, end)}] → ${fix}`);
}

describe('photos that are too large to turn', () => {
  const asStored = 'or auto-orient,0 for pixels as stored';
  const counting = (names: string) => `with the numbers of ${names} in pixels of the smaller image`;

  it.each([
    ['image/auto-orient,1', `[] → image/auto-orient,1/resize,l_4096, ${asStored}`],
    // The format stands last, as OSS asks.
    ['image/format,jpeg', `[] → image/resize,l_4096/format,jpeg, ${asStored}`],
    ['image/format,avif', `[] → image/resize,l_3072/format,avif, ${asStored}`],
    ['image/blur,r_3,s_2/format,webp', `[] → image/blur,r_3,s_2/resize,l_4096/format,webp, ${asStored}`],
    [
      'image/quality,q_80/format,jpg/auto-orient,1',
      `[] → image/auto-orient,1/resize,l_4096/quality,q_80/format,jpg, ${asStored}`,
    ],
    [
      'image/watermark,text_YQ/resize,w_9',
      `[watermark,text_YQ] → image/resize,l_4096/watermark,text_YQ/resize,w_9, ${counting('watermark')}, ${asStored}`,
    ],
    [
      'image/format,webp/watermark,text_YQ',
      `[watermark,text_YQ] → image/resize,l_4096/format,webp/watermark,text_YQ, ${counting('watermark')}, ${asStored}`,
    ],
    [
      'image/crop,w_9,g_face/resize,w_9',
      `[crop,w_9,g_face] → image/resize,l_4096/crop,w_9,g_face/resize,w_9, ${counting('crop')}, ${asStored}`,
    ],
    // Outside of this photo also as it is stored.
    [
      'image/crop,x_5000,y_5000,w_10,h_10',
      `[crop,x_5000,y_5000,w_10,h_10] → image/resize,l_4096/crop,x_5000,y_5000,w_10,h_10, ${counting('crop')}`,
    ],
    // What it turns itself it turns also with auto-orient,0.
    ['image/rotate,30/resize,w_9', '[rotate,30] → image/resize,l_4096/rotate,30/resize,w_9'],
    ['image/auto-orient,0/rotate,30', '[rotate,30] → image/auto-orient,0/resize,l_4096/rotate,30'],
    [
      'image/rotate,30/circle,r_9/resize,w_9/blur,r_3,s_2',
      `[rotate,30] → image/resize,l_4096/rotate,30/circle,r_9/resize,w_9/blur,r_3,s_2, ${counting('circle')}`,
    ],
  ])('are refused for good by %s', (style, expected) => {
    for (const suffixes of [undefined, ['.jpg'], ['.png', '.heic'], ['-raw']]) {
      expect(limits(style, suffixes)).toEqual([`warning turnLimit ${expected}`]);
    }
    for (const suffixes of [['.png'], ['.bmp']]) expect(limits(style, suffixes)).toEqual([]);
  });

  it.each([
    'image/format,jpeg',
    'image/format,webp',
    'image/auto-orient,1/quality,q_80/format,jpg',
    'image/format,webp/auto-orient,1',
    'image/format,webp/watermark,image_YS5wbmc',
    'image/rotate,30/resize,w_9',
    'image/auto-orient,0/rotate,30',
  ])('pass, and without another warning, where the advice on %s is followed', (style) => {
    for (const sourceSuffixes of [['.jpg'], ['.jpg', '.webp'], ['.jpg', '.gif']]) {
      const warnings = (text: string) =>
        lintStyle(text, { sourceSuffixes }).flatMap(({ severity, code }) =>
          severity === 'info' ? [] : [String(code)],
        );
      const { fix = '' } = lintStyle(style, { sourceSuffixes }).find(({ code }) => code === 'turnLimit') ?? {};
      const [mended = ''] = /^image[\w,/-]+(?=, |$)/.exec(fix) ?? [];
      expect(mended).toContain('/resize,l_4096');
      const before = warnings(style).filter((code) => code !== 'turnLimit');
      expect(warnings(mended).filter((code) => !before.includes(code))).toEqual([]);
    }
  });

  it('are best left as stored in a rule without GIFs, which auto-orient takes the frames from', () => {
    expect(limits('image/format,webp', ['.jpg', '.gif']).join()).toContain(`${asStored}, in a rule without .gif`);
  });

  it.each([
    'image/auto-orient,0/format,webp',
    'image/auto-orient,0/watermark,text_YQ/resize,w_100/rotate,30',
    'image/auto-orient,0/rotate,90/resize,w_100',
    'image/resize,w_100/format,webp',
    'image/format,webp/resize,w_100',
    'image/crop,w_100,h_100/watermark,text_YQ',
    'image/rotate,90/resize,w_100/rotate,30',
    'image/circle,r_100',
    'style/small',
    'image/info',
    'image/resize',
  ])('are none of the troubles of %s', (style) => {
    expect(limits(style, ['.jpg'])).toEqual([]);
  });

  it('are none of the troubles of the shipped rules', () => {
    const styles = shippedConfig.rules.flatMap(({ when, outputs }) =>
      outputs.map(({ style }) => limits(String(style), when.suffix as string[])),
    );
    expect(styles).toEqual([[], [], [], []]);
  });
});

it.each([
  ['.tif', 'OSS takes TIFF of at most 16384 pixels a side.'],
  ['.avif', 'OSS takes AVIF of at most 10000 pixels a side.'],
  ['.GIF', 'OSS takes GIFs of at most 250000000 pixels, all frames together.'],
])('of what a suffix names, %s: %s', (suffix, message) => {
  const found = lintStyle('image/resize,w_9', { sourceSuffixes: [suffix] });
  expect(found.filter(({ code }) => code === 'sourceLimit')).toMatchObject([
    { severity: 'info', message, fix: 'smaller uploads; a style cannot help' },
  ]);
});

it('blind watermarks want neither small images nor large ones', () => {
  expect(limits('image/blindwatermark,content_YQ', ['.png'])).toEqual([
    'info sourceLimit [blindwatermark,content_YQ] → a resize in the same style; a rule of its own for small images',
  ]);
});
