import { describe, expect, it } from 'vitest';
import { layOn } from '../../../../src/local/image/blind-watermark/lay-on.js';

const side = 256;
const [width, height] = [300, 220];
const flat = (level: number) => new Float32Array(side * side).fill(level);
const image = (...pixel: number[]) => ({
  data: Buffer.alloc(width * height * pixel.length, Uint8Array.from(pixel)),
  width,
  height,
  channels: pixel.length as 1 | 2 | 3 | 4,
});
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('layOn', () => {
  it('adds the same whole number to all colours, and in the mean just the change', () => {
    const pixels = image(90, 140, 200);
    layOn(pixels, flat(0.3), side);
    const red = [...pixels.data].filter((_, i) => i % 3 === 0);
    expect([...new Set(red)].sort()).toEqual([90, 91]);
    expect(mean(red)).toBeCloseTo(90.3, 1);
    const chroma = red.map(
      (value, i) => `${(pixels.data[3 * i + 1] ?? 0) - value} ${(pixels.data[3 * i + 2] ?? 0) - value}`,
    );
    expect(new Set(chroma)).toEqual(new Set(['50 110']));
  });

  it('changes transparent pixels by their part, invisible ones not at all, and never alpha', () => {
    const [half, none] = [image(100, 100, 100, 128), image(100, 100, 100, 0)];
    layOn(half, flat(4), side);
    layOn(none, flat(4), side);
    expect(mean([...half.data].filter((_, i) => i % 4 === 1))).toBeCloseTo(102, 1);
    expect(new Set([...half.data].filter((_, i) => i % 4 === 3))).toEqual(new Set([128]));
    expect(none.data.equals(image(100, 100, 100, 0).data)).toBe(true);
  });

  it('stays in the range', () => {
    const pixels = image(0, 254, 255);
    layOn(pixels, flat(9), side);
    expect([...pixels.data.subarray(0, 3)]).toEqual([9, 255, 255]);
    layOn(pixels, flat(-30), side);
    expect([...pixels.data.subarray(0, 3)]).toEqual([0, 225, 225]);
  });

  it('handles grey, with and without alpha', () => {
    const [grey, both] = [image(50), image(50, 255)];
    layOn(grey, flat(2), side);
    layOn(both, flat(2), side);
    expect(new Set(grey.data)).toEqual(new Set([52]));
    expect(new Set(both.data)).toEqual(new Set([52, 255]));
  });
});
