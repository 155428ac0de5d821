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

  it.each([
    ['image/format,webp', `[] → …/resize,l_4096, ${asStored}`],
    ['image/auto-orient,1', `[] → …/resize,l_4096, ${asStored}`],
    ['image/watermark,text_YQ/resize,w_9', `[watermark,text_YQ] → resize,l_4096/watermark,text_YQ, ${asStored}`],
    ['image/rotate,30/resize,w_9', `[rotate,30] → resize,l_4096/rotate,30, ${asStored}`],
    ['image/crop,w_9,g_face/resize,w_9', `[crop,w_9,g_face] → resize,l_4096/crop,w_9,g_face, ${asStored}`],
  ])('are refused for good by %s', (style, expected) => {
    for (const suffixes of [undefined, ['.jpg'], ['.png', '.heic'], ['-raw']]) {
      expect(limits(style, suffixes)).toEqual([`warning turnLimit ${expected}`]);
    }
    for (const suffixes of [['.png'], ['.bmp']]) expect(limits(style, suffixes)).toEqual([]);
  });

  it.each([
    'image/auto-orient,0/format,webp',
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
