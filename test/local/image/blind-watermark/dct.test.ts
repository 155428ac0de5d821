import { describe, expect, it } from 'vitest';
import { forwardDct, inPosition, inverseDct, positions } from '../../../../src/local/image/blind-watermark/dct.js';
import { random32 } from '../../../../src/local/image/blind-watermark/random.js';

const side = 32;
const next = random32(7);
const noise = Float32Array.from({ length: side * side }, () => (next() % 256) - 128);
const furthest = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0))));

describe('DCT', () => {
  it('puts a flat block into one coefficient, eight times its level', () => {
    const flat = forwardDct(new Float32Array(64).fill(100), 8);
    expect(flat[0]).toBeCloseTo(800, 3);
    expect(Math.max(...flat.subarray(1).map(Math.abs))).toBeLessThan(1e-3);
  });

  it('puts a cosine of a block into the coefficient of its column and row frequency', () => {
    const wave = Float32Array.from({ length: 64 }, (_, i) => {
      return Math.cos(((2 * (i % 8) + 1) * 3 * Math.PI) / 16) * Math.cos(((2 * (i >> 3) + 1) * 2 * Math.PI) / 16);
    });
    const coefficients = forwardDct(wave, 8);
    expect(coefficients[2 * 8 + 3]).toBeCloseTo(4, 4);
    expect([...coefficients].filter((value) => Math.abs(value) > 1e-4)).toHaveLength(1);
  });

  it('keeps the energy, and is undone by the inverse', () => {
    const coefficients = forwardDct(noise, side);
    const energy = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    expect(energy(coefficients) / energy(noise)).toBeCloseTo(1, 5);
    expect(furthest(inverseDct(coefficients, side), noise)).toBeLessThan(1e-3);
  });
});

describe('inPosition', () => {
  // What each position does to the pixels: the place that a pixel comes from.
  const last = side - 1;
  const from: ((x: number, y: number) => [number, number])[] = [
    (x, y) => [x, y],
    (x, y) => [last - x, y],
    (x, y) => [x, last - y],
    (x, y) => [last - x, last - y],
    (x, y) => [y, x],
    (x, y) => [last - y, x],
    (x, y) => [y, last - x],
    (x, y) => [last - y, last - x],
  ];
  it.each(from.map((place, position) => [position, place] as const))(
    '%i gives the coefficients of the moved pixels',
    (position, place) => {
      expect(from).toHaveLength(positions);
      const moved = noise.map((_, i) => {
        const [x, y] = place(i % side, Math.floor(i / side));
        return noise[y * side + x] ?? 0;
      });
      const coefficients = inPosition(forwardDct(noise, side), side, position);
      expect(furthest(coefficients, forwardDct(moved, side))).toBeLessThan(1e-3);
    },
  );
});
