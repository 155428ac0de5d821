import { describe, expect, it } from 'vitest';
import { ImageError } from '../../src/local/image/error.js';
import { turnLater } from '../../src/style/turn-later.js';
import { turnsAlike } from './turned.js';

const phone = { width: 6000, height: 4000 };
const later = (actions: string, orientation: number, size = phone) =>
  turnLater(`image/${actions}`, { ...size, orientation });

describe('turns after shrinking', () => {
  const shipped = 'auto-orient,1/resize,m_fill,w_128,h_64/format,webp';
  it.each([
    [2, 'resize,m_fill,w_128,h_64/flip,1'],
    [3, 'resize,m_fill,w_128,h_64/rotate,180'],
    [4, 'resize,m_fill,w_128,h_64/flip,1/rotate,180'],
    [5, 'resize,m_fill,h_128,w_64/flip,1/rotate,270'],
    [6, 'resize,m_fill,h_128,w_64/rotate,90'],
    [7, 'resize,m_fill,h_128,w_64/flip,1/rotate,90'],
    [8, 'resize,m_fill,h_128,w_64/rotate,270'],
  ])('orientation %i: %s', (orientation, expected) => {
    const style = `image/auto-orient,0/${expected}/format,webp`;
    expect(later(shipped, orientation)).toEqual({ style });
    // wherever auto-orient stands, or if it is not written
    expect(later('resize,m_fill,w_128,h_64/format,webp', orientation)).toEqual({ style });
    expect(later('resize,m_fill,w_128,h_64/format,webp/auto-orient,1', orientation)).toEqual({ style });
  });

  it.each([
    ['rotate before the resize', 'rotate,90/resize,w_20', 1, 'resize,h_20/rotate,90'],
    ['rotate of pixels as stored', 'auto-orient,0/rotate,270/resize,w_20', 6, 'resize,h_20/rotate,270'],
    ['rotate of a turned image', 'rotate,90/resize,w_20', 6, 'resize,w_20/rotate,180'],
    ['two turns that undo each other', 'rotate,270/resize,w_20', 6, 'resize,w_20'],
    ['flip of a turned image', 'flip,1/resize,w_20', 6, 'flip,0/resize,h_20/rotate,90'],
    ['crop', 'crop,h_5000,x_3,g_west/resize,w_20', 6, 'crop,x_500,y_0,w_5000,h_3997/resize,h_20/rotate,90'],
    ['crop that shrinks', 'crop,w_500,h_400/resize,w_9', 6, 'crop,x_0,y_3500,w_400,h_500/rotate,90/resize,w_9'],
    ['a slice', 'indexcrop,x_1000,i_3/resize,h_20', 6, 'crop,x_0,y_0,w_6000,h_1000/resize,w_20/rotate,90'],
    ['effects', 'blur,r_3,s_2/sharpen,100/resize,p_10', 8, 'blur,r_3,s_2/sharpen,100/resize,p_10/rotate,270'],
    ['marks after the resize', 'resize,h_20/watermark,text_YQ,g_ne', 6, 'resize,w_20/rotate,90/watermark,text_YQ,g_ne'],
    ['a slash at the end', 'crop,w_500,h_400/', 6, 'crop,x_0,y_3500,w_400,h_500/rotate,90'],
    ['a slash behind another end', 'resize,w_20/format,png/', 6, 'resize,h_20/rotate,90/format,png'],
    ['circle', 'circle,r_99', 6, 'circle,r_99/rotate,90'],
    ['no resize, upside down', 'watermark,text_YQ/format,png', 3, 'flip,2/watermark,text_YQ/format,png'],
    ['no resize, mirrored', 'format,png', 4, 'flip,0/format,png'],
  ])('%s: %s', (_, actions, orientation, expected) => {
    expect(later(actions, orientation)).toEqual({ style: `image/auto-orient,0/${expected}` });
  });

  it('in a square, l stands for the width and s for the height', () => {
    const square = { width: 5000, height: 5000 };
    const actions = 'resize,m_fill,l_200,s_100';
    expect(later(actions, 6, square)).toEqual({ style: 'image/auto-orient,0/resize,m_fill,h_200,w_100/rotate,90' });
    expect(later(actions, 6)).toEqual({ style: `image/auto-orient,0/${actions}/rotate,90` });
  });
});

describe('has no equivalent', () => {
  it.each([
    ['watermark,text_YQ/resize,w_20', 'watermark,text_YQ'],
    ['blindwatermark,content_YQ/resize,w_20', 'blindwatermark,content_YQ'],
    ['crop,w_500,g_face/resize,w_20', 'crop,w_500,g_face'],
    ['blur,r_3,s_2,g_faces/resize,w_20', 'blur,r_3,s_2,g_faces'],
    ['rotate,30/resize,w_20', 'rotate,30'],
    // what OSS refuses anyway
    ['crop,x_4000/resize,w_20', 'crop,x_4000'],
    ['indexcrop,x_5000/resize,w_20', 'indexcrop,x_5000'],
    ['format,webp', ''],
    ['auto-orient,1', ''],
    ['rotate,90/rotate,270', ''],
  ])('%s, before %j', (actions, blockedBy) => {
    expect(later(actions, 6)).toEqual({ blockedBy });
  });
});

it.each([
  ['auto-orient,0/resize,w_20', 6, phone],
  // small enough: OSS has refused what it was made to
  ['resize,p_900/rotate,90', 6, { width: 400, height: 300 }],
])('%s with orientation %i turns nothing that is too large', (actions, orientation, size) => {
  expect(later(actions, orientation, size)).toEqual({});
});

it.each([
  ['resize,w_20', 'resize,w_20'],
  ['auto-orient,1/crop,x_10,g_se/format,webp', 'crop,x_10,g_se/format,webp'],
  ['watermark,text_YQ/resize,w_20', 'watermark,text_YQ/resize,w_20'],
  ['resize,w_20/rotate,90', 'resize,w_20/rotate,90'],
])('%s of an image that lies right is %s, and no turn before', (actions, expected) => {
  expect(later(actions, 1)).toEqual({ style: `image/auto-orient,0/${expected}` });
});

// Every orientation with every mode, and random chains: turn-later.slow.test.ts.
describe('gives the same picture', () => {
  it.each([
    ['resize,m_fill,w_90,h_70', 6],
    ['crop,w_900,h_200,x_70,y_9,g_west/resize,m_fill,w_80,h_60', 7],
    ['indexcrop,y_1200,i_1/flip,1/resize,l_300/watermark,text_YWJj,size_20,g_nw,x_3,y_5', 6],
  ])('%s, orientation %i', async (actions, orientation) => {
    await turnsAlike(actions, { width: 4200, height: 264, orientation });
  });

  it('where the style turns an image that is stored upright', async () => {
    await turnsAlike('resize,m_fill,w_60,h_90', { width: 4200, height: 264, orientation: 1 }, ['rotate,90', 'flip,0']);
  });

  // 61 px are left over beside a strip of 2 px: it lies one pixel off, and the mark where it should.
  const strip = { width: 4200, height: 152, orientation: 6 };
  const marked = 'resize,m_pad,w_63,limit_0/watermark,text_YWJj,size_9,g_ne';

  it('where the image lies one pixel off and the mark on it does not', async () => {
    await turnsAlike(marked, strip);
  });

  it.each([
    ['the mark is turned too', 'resize,m_pad,h_63,limit_0/watermark,text_YWJj,size_9,g_ne/rotate,90'],
    ['the mark is in another corner', 'resize,m_pad,h_63,limit_0/rotate,90/watermark,text_YWJj,size_9,g_nw'],
    ['the mark is missing', 'resize,m_pad,h_63,limit_0/rotate,90'],
    ['the strip is upside down', 'resize,m_pad,h_63,limit_0/rotate,270/watermark,text_YWJj,size_9,g_ne'],
    ['the strip is missing', 'resize,m_pad,h_63,limit_0/bright,100/rotate,90/watermark,text_YWJj,size_9,g_ne'],
  ])('and not where %s', async (_, wrong) => {
    const style = `image/auto-orient,0/${wrong}/format,png`;
    await expect(turnsAlike(marked, strip, [], () => style)).rejects.toThrow(/difference/);
  });

  it('and this file would see it if it did not', async () => {
    const image = { width: 4200, height: 264, orientation: 6 };
    const wrong = (style: string) => turnsAlike('resize,m_fill,w_80,h_80', image, [], () => style);
    await expect(wrong('image/resize,m_fill,w_80,h_80')).rejects.toBeInstanceOf(ImageError);
    await expect(wrong('image/auto-orient,0/resize,m_fill,w_80,h_80/rotate,270')).rejects.toThrow(/difference/);
  });
});
