import { describe, expect, it } from 'vitest';
import { intersection, mixMarks, placeMark } from '../../../src/style/catalogue/watermark-place.js';

const image = { width: 400, height: 267 };
const mark = { width: 100, height: 50 };

describe('placeMark', () => {
  it.each([
    ['nw', 10, 20, 0, 10, 20],
    ['north', 10, 20, 0, 150, 20],
    ['ne', 10, 20, 0, 290, 20],
    ['west', 10, 20, 0, 10, 108],
    ['center', 10, 20, 0, 150, 108],
    ['east', 10, 20, 0, 290, 108],
    ['sw', 10, 20, 0, 10, 197],
    ['south', 10, 20, 0, 150, 197],
    ['se', 10, 20, 0, 290, 197],
    ['west', 0, 0, 30, 0, 138],
    ['center', 0, 0, -30, 150, 78],
    ['east', 0, 0, 1000, 300, 1108],
    // voffset is for the middle line only
    ['se', 0, 0, 30, 300, 217],
    ['north', 0, 0, 30, 150, 0],
  ] as const)('%s, x %i, y %i, voffset %i: at %i, %i', (g, x, y, voffset, left, top) => {
    expect(placeMark(image, mark, { g, x, y, voffset })).toEqual({ left, top, ...mark });
  });

  it('lets a mark that is larger than the image reach beyond it', () => {
    const large = { width: 500, height: 300 };
    expect(placeMark(image, large, { g: 'se', x: 10, y: 10, voffset: 0 })).toMatchObject({ left: -110, top: -43 });
    expect(placeMark(image, large, { g: 'center', x: 0, y: 0, voffset: 0 })).toMatchObject({ left: -50, top: -17 });
  });
});

describe('mixMarks', () => {
  const text = { width: 200, height: 20 };
  it.each([
    // order, align, interval, where the image is, where the text is
    [0, 2, 0, [0, 0], [100, 30]],
    [0, 1, 7, [0, 0], [107, 15]],
    [0, 0, 0, [0, 0], [100, 0]],
    [1, 2, 0, [200, 0], [0, 30]],
    [1, 0, 7, [207, 0], [0, 0]],
  ] as const)('order %i, align %i, interval %i', (order, align, interval, [left, top], [textLeft, textTop]) => {
    expect(mixMarks(mark, text, { order, align, interval })).toEqual({
      width: 300 + interval,
      height: 50,
      image: { left, top, ...mark },
      text: { left: textLeft, top: textTop, ...text },
    });
  });

  it('keeps two marks of the same size apart', () => {
    const { image: first, text: second } = mixMarks(mark, mark, { order: 1, align: 2, interval: 5 });
    expect([first.left, second.left]).toEqual([105, 0]);
  });
});

it('intersection is what two rectangles share', () => {
  const a = { left: 0, top: 0, width: 10, height: 10 };
  expect(intersection(a, { left: 5, top: -5, width: 10, height: 10 })).toEqual({
    left: 5,
    top: 0,
    width: 5,
    height: 5,
  });
  expect(intersection(a, { left: 10, top: 0, width: 5, height: 5 })).toBeUndefined();
  expect(intersection(a, { left: 0, top: -9, width: 5, height: 5 })).toBeUndefined();
});
