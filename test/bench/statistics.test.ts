import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, ratios, spreadOf } from './statistics.js';

describe('spreadOf', () => {
  it.each([
    [[7], { median: 7, low: 7, high: 7, least: 7 }],
    [[1, 2], { median: 1.5, low: 1.25, high: 1.75, least: 1 }],
    [[30, 10, 20], { median: 20, low: 15, high: 25, least: 10 }],
    [[5, 1, 4, 2, 3], { median: 3, low: 2, high: 4, least: 1 }],
  ])('%j', (values, expected) => {
    expect(spreadOf(values)).toEqual(expected);
  });

  it('is in order, and between the least and the largest value, whatever their order', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
    fc.assert(
      fc.property(values, (some) => {
        const { least, low, median, high } = spreadOf(some);
        expect([least, low, median, high, Math.max(...some)]).toEqual(
          [least, low, median, high, Math.max(...some)].sort((a, b) => a - b),
        );
        expect(spreadOf([...some].reverse())).toEqual({ least, low, median, high });
      }),
    );
  });

  it('refuses to speak of nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});

it('gives the value below which a share lies', () => {
  const hundred = Array.from({ length: 101 }, (_, value) => 100 - value);
  expect(quantile(hundred, 0.5)).toBe(50);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(hundred[0]).toBe(100);
});

it('takes ratios within a round: what slows both halves of a round falls out', () => {
  expect(ratios([10, 20, 40], [20, 40, 80])).toEqual([0.5, 0.5, 0.5]);
});
