// indexcrop: the i-th slice of equal width (x) or height (y).
import type { Geometry } from '../geometry.js';
import { operation } from '../operation.js';

export const indexcrop = operation({
  doc: 'Cut into slices and take one; an index beyond the last leaves the image as it is',
  kind: 'transform',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/indexed-slice',
  parameters: {
    x: { type: 'int', min: 1, max: 30_000, invalid: 'sliceRange', doc: 'Width of a slice' },
    y: { type: 'int', min: 1, max: 30_000, invalid: 'sliceHeight', doc: 'Height of a slice; wins over x' },
    i: { type: 'int', min: 0, max: 30_000, default: 0, invalid: 'sliceIndex', doc: 'Which slice, from 0' },
  },
  oneOf: { names: ['x', 'y'], missing: 'missing' },
  geometry({ width: W, height: H }, { x, y, i }): Geometry {
    const wanted = y ?? x ?? 0;
    const across = y === undefined;
    const side = across ? W : H;
    if (wanted > side)
      return { refused: 'sliceRange', message: `The value: ${wanted} of parameter: ${across ? 'x' : 'y'} is invalid.` };
    const start = i * wanted;
    // A last slice that is narrower than the others is returned as it is; whether OSS counts it is unpublished.
    if (start >= side) return { size: { width: W, height: H } };
    const slice = Math.min(wanted, side - start);
    const size = across ? { width: slice, height: H } : { width: W, height: slice };
    return { size, window: { left: across ? start : 0, top: across ? 0 : start, ...size } };
  },
});
