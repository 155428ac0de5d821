import { describe, expect, it } from 'vitest';
import { drawingOf, type Panel } from './drawing.js';

const panel: Panel = {
  title: 'Load & match <"all">',
  across: 'rules',
  up: 'ms',
  points: [1, 5_000, 10_000].map((at) => ({ at, median: at / 100 + 2, low: at / 100 + 1, high: at / 100 + 3 })),
  expected: { name: 'straight line', values: [2, 52, 102] },
};

/** The points of each line, those that are expected first. */
function lines(svg: string): (readonly [x: number, y: number])[][] {
  return [...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points = '']) =>
    points.split(' ').map((point) => {
      const [x = Number.NaN, y = Number.NaN] = point.split(',').map(Number);
      return [x, y] as const;
    }),
  );
}

describe('drawingOf', () => {
  it('draws a point for each measurement, and what is expected where it is measured so', () => {
    const [expected = [], measured = []] = lines(drawingOf([panel]));
    expect(measured).toHaveLength(3);
    expect(measured).toEqual(expected);
    const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = measured;
    // Larger is further right and further up; half of it is in the middle.
    expect(x1 - x0).toBeCloseTo(x2 - x1, 0);
    expect(y0 - y1).toBeCloseTo(y1 - y2, 0);
    expect(y2).toBeLessThan(y0);
  });

  it('stays within its bounds, with panels side by side', () => {
    const svg = drawingOf([panel, { ...panel, expected: { name: 'constant', values: [0, 0, 400] } }]);
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    expect([width, height]).toEqual(['800', '250']);
    for (const [x, y] of lines(svg).flat()) {
      expect(x > 0 && x < 400 && y > 0 && y < 250).toBe(true);
    }
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('writes texts as texts', () => {
    const svg = drawingOf([panel]);
    expect(svg).toContain('Load &#38; match &#60;&#34;all&#34;&#62;');
    expect(svg).toContain('>10,000</text>');
  });
});
