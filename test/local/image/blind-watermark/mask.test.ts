import { describe, expect, it } from 'vitest';
import { maskOf } from '../../../../src/local/image/blind-watermark/mask.js';

const imageSide = 16;
const checkered = (i: number, contrast: number) =>
  128 + ((i + Math.floor(i / imageSide)) % 2 === 0 ? contrast : -contrast);
const plane = (level: (i: number) => number, room = 1) => ({
  side: imageSide,
  luminance: Float32Array.from({ length: imageSide * imageSide }, (_, i) => level(i)),
  room: new Float32Array(imageSide * imageSide).fill(room),
});
const right = (i: number) => i % imageSide >= imageSide / 2;

describe('maskOf', () => {
  it('gives busy blocks more than smooth ones, up to a limit', () => {
    const weights = maskOf(plane((i) => (right(i) ? checkered(i, 3) : 128)));
    expect(weights[0]).toBe(1);
    expect(weights[imageSide / 2]).toBeGreaterThan(2);
    expect(Math.max(...maskOf(plane((i) => checkered(i, 100))))).toBe(8);
  });

  it('is not misled by an edge: half of the block is smooth', () => {
    expect(new Set(maskOf(plane((i) => (i % 8 >= 4 ? 220 : 30))))).toEqual(new Set([1]));
  });

  it('gives next to nothing where there is no room', () => {
    expect(Math.max(...maskOf(plane((i) => checkered(i, 3), 0)))).toBeLessThan(0.001);
    expect(Math.max(...maskOf(plane(() => 128, 0.5)))).toBeCloseTo(0.25, 5);
  });
});
