import { describe, expect, it } from 'vitest';
import { contourPath } from '../../../src/local/image/outline.js';

// "10,20" is on the curve, "(10,20)" a control point.
function contour(text: string) {
  return text.split(' ').map((point) => {
    const [x = 0, y = 0] = point.replace(/[()]/g, '').split(',').map(Number);
    return { x, y, on: !point.startsWith('(') };
  });
}

describe('contourPath', () => {
  it.each([
    ['0,0 10,0 10,10', 'M0 0L10 0L10 10L0 0Z'],
    ['0,0 (5,5) 10,0', 'M0 0Q5 5 10 0L0 0Z'],
    ['0,0 (4,4) (8,4) 12,0', 'M0 0Q4 4 6 4Q8 4 12 0L0 0Z'],
    ['0,0 10,0 (5,9)', 'M0 0L10 0Q5 9 0 0Z'],
    ['(5,9) 10,0 0,0', 'M0 0Q5 9 10 0L0 0L0 0Z'],
    ['(0,0) (10,0) (10,10) (0,10)', 'M0 5Q0 0 5 0Q10 0 10 5Q10 10 5 10Q0 10 0 5Z'],
    ['3,3', ''],
  ])('%s is %s', (points, path) => {
    expect(contourPath(contour(points))).toBe(path);
  });

  it('is nothing for no points', () => expect(contourPath([])).toBe(''));
});
