// Where a mark lies on the image: the nine places, and text and image beside each other. Pure, on sizes.
// Source: https://help.aliyun.com/zh/oss/user-guide/add-watermarks
import { alignedAcross, alignedDown, centre, type Size, type Window } from '../geometry.js';

export interface MarkPlace {
  readonly g: 'nw' | 'north' | 'ne' | 'west' | 'center' | 'east' | 'sw' | 'south' | 'se';
  readonly x: number;
  readonly y: number;
  readonly voffset: number;
}

/**
 * The rectangle of a mark on the image. It may reach beyond the image.
 * x counts at the left and right places only, y at the upper and lower ones, voffset on the middle line. Which way a
 * positive voffset goes is unpublished; here it is down.
 */
export function placeMark(image: Size, mark: Size, { g, x, y, voffset }: MarkPlace): Window {
  const left = { start: x, middle: centre(image.width, mark.width), end: image.width - mark.width - x };
  const top = { start: y, middle: centre(image.height, mark.height) + voffset, end: image.height - mark.height - y };
  return { left: left[alignedAcross(g)], top: top[alignedDown(g)], width: mark.width, height: mark.height };
}

export interface Mixture extends Size {
  readonly image: Window;
  readonly text: Window;
}

/** Text and image in one row: order 0 has the image first; align 0, 1, 2 is top, middle, bottom. */
export function mixMarks(
  image: Size,
  text: Size,
  { order, align, interval }: { readonly order: 0 | 1; readonly align: 0 | 1 | 2; readonly interval: number },
): Mixture {
  const height = Math.max(image.height, text.height);
  const topOf = (one: Size) => (align === 1 ? centre(height, one.height) : align === 0 ? 0 : height - one.height);
  const place = (one: Size, left: number) => ({ left, top: topOf(one), width: one.width, height: one.height });
  return {
    width: image.width + interval + text.width,
    height,
    image: place(image, order === 0 ? 0 : text.width + interval),
    text: place(text, order === 0 ? image.width + interval : 0),
  };
}

/** The part that two rectangles share, or undefined. */
export function intersection(a: Window, b: Window): Window | undefined {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  const width = Math.min(a.left + a.width, b.left + b.width) - left;
  const height = Math.min(a.top + a.height, b.top + b.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : undefined;
}
