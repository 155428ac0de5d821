import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultOf } from '../../src/derivatives/style-result.js';
import { catalogue } from '../../src/style/catalogue.js';
import { parseStyle } from '../../src/style/grammar.js';
import { layOut } from '../../src/style/layout.js';
import { readSteps } from '../../src/style/read.js';

describe('the type of a result', () => {
  it.each([
    ['image/resize,w_1/format,webp', 'a.jpg', 'image/webp'],
    ['image/format,jpg', 'a.png', 'image/jpeg'],
    ['image/format,jpeg', 'a.png', 'image/jpeg'],
    ['image/format,avif', 'a', 'image/avif'],
    ['image/format,heic', 'a', 'image/heic'],
    ['image/format,png/resize,w_1/format,webp', 'a.jpg', 'image/webp'],
    ['image/resize,w_1', 'a.JPG', 'image/jpeg'],
    ['image/resize,w_1', 'a/b.c/d.jpeg', 'image/jpeg'],
    ['image/resize,w_1', 'a.webp', 'image/webp'],
    ['image/resize,w_1', 'a.png.bak', undefined],
    ['image/resize,w_1', 'a.heic', undefined],
    ['image/resize,w_1', 'jpg', undefined],
    // Only a GIF becomes one; others keep their format.
    ['image/format,gif', 'a.gif', 'image/gif'],
    ['image/format,gif', 'a.png', 'image/png'],
    ['image/format,gif', 'a', undefined],
    ['style/webp', 'a.jpg', undefined],
    // The key of a watermark's image, in base64url, holds what looks like a format.
    ['image/watermark,image_Zm9ybWF0,webp', 'a.jpg', 'image/jpeg'],
  ])('%s of %s', (style, key, expected) => {
    expect(resultOf(style, key).type).toBe(expected);
  });
});

describe('the width of a result', () => {
  it.each([
    ['image/resize,w_320', 320],
    ['image/resize,m_lfit,w_320,h_200', 320],
    ['image/resize,m_fill,w_320,h_200/quality,q_80/format,webp', 320],
    ['image/resize,m_fixed,h_200,w_320', 320],
    ['image/resize,m_pad,w_320,h_200,color_FF0000', 320],
    ['image/resize,m_mfit,w_320', 320],
    ['image/resize,m_mfit,w_320,h_200', undefined],
    ['image/resize,h_200', undefined],
    ['image/resize,l_200', undefined],
    ['image/resize,p_50', undefined],
    ['image/auto-orient,1/resize,w_320/flip,1', 320],
    ['image/resize,w_320/rotate,90', undefined],
    ['image/crop,w_300,h_100', 300],
    ['image/crop,x_0,w_300', 300],
    ['image/crop,x_10,w_300', undefined],
    ['image/crop,x_10', undefined],
    ['image/resize,w_320/crop,w_300,g_center', 300],
    ['image/resize,w_320/crop,h_100', 320],
    ['image/resize,w_320/crop,w_400', 320],
    ['image/resize,w_320/crop,x_100,w_300', undefined],
    ['image/resize,w_320/crop,g_face', undefined],
    ['image/crop,w_600/resize,w_320', 320],
    ['image/resize,w_320/resize,h_100', undefined],
    ['image/resize,w_320/resize,w_640', undefined],
    ['image/resize,w_320/circle,r_50', undefined],
    ['image/indexcrop,x_100', undefined],
    ['image/blur,r_3,s_2', undefined],
    ['image/watermark,text_SGVsbG8,size_30/resize,w_320', 320],
    ['style/w_320', undefined],
  ])('%s', (style, expected) => {
    expect(resultOf(style, 'a').width).toBe(expected);
  });

  it('changes by no other operation', () => {
    const resizing = Object.entries(catalogue).filter(([, definition]) => 'geometry' in definition);
    expect(resizing.map(([name]) => name).sort()).toEqual([
      'auto-orient',
      'circle',
      'crop',
      'indexcrop',
      'resize',
      'rotate',
    ]);
  });

  const side = fc.integer({ min: 1, max: 400 });
  const step = fc.oneof(
    fc
      .record(
        {
          m: fc.constantFrom('lfit', 'mfit', 'fill', 'pad', 'fixed'),
          w: side,
          h: side,
          l: side,
          limit: fc.constantFrom(0, 1),
        },
        { requiredKeys: [] },
      )
      .filter(({ w, h, l }) => (w ?? h ?? l) !== undefined)
      .map((given) => ['resize', ...Object.entries(given).map(([name, value]) => `${name}_${value}`)].join(',')),
    fc
      .record({ w: side, h: side, g: fc.constantFrom('nw', 'center', 'se') }, { requiredKeys: [] })
      .map((given) => ['crop', ...Object.entries(given).map(([name, value]) => `${name}_${value}`)].join(',')),
    fc.constantFrom(
      'rotate,180',
      'rotate,90',
      'circle,r_20',
      'indexcrop,x_50',
      'flip,1',
      'format,webp',
      'auto-orient,1',
    ),
  );

  it('is that of the layout for one step, of a source that is large enough; within a box at most that', () => {
    fc.assert(
      fc.property(step, fc.constantFrom([4000, 3000], [3000, 4000], [1000, 1000]), (step, [width = 0, height = 0]) => {
        const style = `image/${step}`;
        const told = resultOf(style, 'a').width;
        const placed = layOut(readSteps(parseStyle(style)), { width, height, orientation: 1 });
        const made = Array.isArray(placed) ? placed.at(-1)?.plan.size.width : undefined;
        if (told === undefined || made === undefined) return;
        if (/resize/.test(step) && !/m_(?:fill|pad|fixed)/.test(step) && /h_/.test(step))
          expect(made).toBeLessThanOrEqual(told);
        else expect(made).toBe(told);
      }),
      { numRuns: 1000 },
    );
  });
});
