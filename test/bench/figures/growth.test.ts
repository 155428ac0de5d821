import { expect, it } from 'vitest';
import { growthByOutputs, growthByRecords, growthByRules, lineThrough } from './growth.js';
import { exactly } from './measured.js';

it('expects a straight line through the first and the last', () => {
  const found = [2, 90, 40, 102].map((median) => ({ median }));
  expect(lineThrough([1, 26, 51, 101], found)).toEqual([2, 27, 52, 102]);
});

it.each([growthByRules, growthByRecords, growthByOutputs])('$name draws what stands in its rows', ({ draw }) => {
  const rows = [3, 4, 5, 6, 7, 8].map((ms) => {
    const columns = ['cold start', 'CPU an event'];
    const expected = columns.flatMap((column) => [`${column}, straight line`, `${column}, constant`]);
    return {
      of: `${ms}`,
      values: Object.fromEntries([...columns, ...expected].map((name) => [name, exactly(ms, 'ms')])),
    };
  });
  const svg = draw?.(rows) ?? '';
  const lines = Array.from(svg.matchAll(/<polyline points="([^"]+)"/g), ([, points]) => points);
  expect(lines.length).toBeGreaterThan(1);
  // Here, what is measured is what is expected.
  expect(new Set(lines).size).toBe(1);
  expect(svg).not.toMatch(/NaN|undefined/);
});
