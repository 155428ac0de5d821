import { expect, it } from 'vitest';
import { growthByOutputs, growthByRecords, growthByRules, lineThrough } from './growth.js';
import { exactly } from './measured.js';

it('expects a straight line through the first and the last', () => {
  const found = [2, 90, 40, 102].map((median) => ({ median }));
  expect(lineThrough([1, 26, 51, 101], found)).toEqual([2, 27, 52, 102]);
});

const [cold, event] = ['cold start', 'CPU an event'];
/** Each rises in a way of its own. */
const powers: Readonly<Record<string, number>> = {
  [cold]: 1,
  [`${cold}, straight line`]: 2,
  [`${cold}, constant`]: 3,
  [event]: 0.5,
  [`${event}, straight line`]: 1.5,
  [`${event}, constant`]: 0.25,
};
const valueAt = (column: string, nth: number): number => (nth + 1) ** (powers[column] ?? Number.NaN);

it.each([
  [growthByRules, [`${cold}, straight line`, cold, `${event}, constant`, event]],
  [growthByRecords, [`${event}, straight line`, event]],
  [growthByOutputs, [`${event}, straight line`, event]],
])('$name draws the columns that it is for', ({ draw }, columns) => {
  const rows = [0, 1, 2, 3, 4, 5].map((nth) => ({
    of: `${nth}`,
    values: Object.fromEntries(Object.keys(powers).map((column) => [column, exactly(valueAt(column, nth), 'ms')])),
  }));
  const svg = draw?.(rows) ?? '';
  expect(svg).not.toMatch(/NaN|undefined/);
  const [, ground = ''] = /<path d="M[\d.]+ ([\d.]+)H/.exec(svg) ?? [];
  const lines = Array.from(svg.matchAll(/<polyline points="([^"]+)"/g), ([, points = '']) =>
    points.split(' ').map((point) => Number(ground) - Number(point.split(',')[1])),
  );
  expect(lines).toHaveLength(columns.length);
  for (const [line, heights] of lines.entries()) {
    const last = heights.length - 1;
    for (const [nth, height] of heights.entries()) {
      const column = columns[line] ?? '';
      expect(height / (heights[last] ?? 0)).toBeCloseTo(valueAt(column, nth) / valueAt(column, last), 1);
    }
  }
});
