import { describe, expect, it } from 'vitest';
import { permutation, random32 } from '../../../../src/local/image/blind-watermark/random.js';

describe('random', () => {
  // Marks that exist are found by these numbers: they must never change.
  it('gives the same numbers for ever', () => {
    const next = random32(0x0b11d);
    expect([next(), next(), next()]).toEqual([1634822217, 291373742, 2505357257]);
    expect([...permutation(10, 0x0b11d)]).toEqual([9, 1, 8, 2, 5, 7, 6, 4, 0, 3]);
  });

  it('shuffles: every number once, few where they were', () => {
    const order = permutation(10_000, 1);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(order.filter((value, i) => value === i).length).toBeLessThan(10);
  });

  it('is even', () => {
    const next = random32(9);
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i += 1) {
      const tenth = Math.floor((next() / 2 ** 32) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.max(...tenths.map((count) => Math.abs(count - 2000)))).toBeLessThan(200);
  });
});
