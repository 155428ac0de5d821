import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersOf } from '../../../../src/local/page/style/controls.js';
import { stopOf, stopsOf } from '../../../../src/local/page/style/stops.js';
import { catalogue, type ImageOperationName } from '../../../../src/style/catalogue.js';

describe('the stops of a slider', () => {
  it('are whole, grow, and begin and end with the bounds', () => {
    for (const op of Object.keys(catalogue) as ImageOperationName[]) {
      for (const [name, parameter] of parametersOf(op)) {
        if (parameter.type !== 'int') continue;
        const { min, max } = parameter;
        const stops = stopsOf(min, max);
        expect([stops[0], stops.at(-1)], `${op} ${name}`).toEqual([min, max]);
        expect(stops.every((stop, index) => Number.isInteger(stop) && stop > (stops[index - 1] ?? min - 1))).toBe(true);
        expect(stops.length).toBeLessThanOrEqual(2_001);
      }
    }
  });

  it('have all small numbers, and then steps of a hundredth', () => {
    const stops = stopsOf(1, 16_384);
    expect(stops.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(stops[stopOf(stops, 10_000) + 1] ?? 0).toBeLessThan(10_200);
  });

  it('have a place for each number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 40_000 }), (value) => {
        const stops = stopsOf(0, 30_000);
        const at = stopOf(stops, value);
        expect(stops[at]).toBeLessThanOrEqual(Math.max(0, value));
        if (value < 30_000) expect(stops[at + 1]).toBeGreaterThan(value);
      }),
    );
  });
});
