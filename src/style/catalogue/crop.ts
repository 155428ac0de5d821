// crop: a window counted from one of nine origins.
import { centre, type Geometry } from '../geometry.js';
import { operation } from '../operation.js';

// Larger than any source that OSS reads; more than the image has is clipped.
const most = 30_000;

export const crop = operation({
  doc: 'Cut a rectangle out',
  kind: 'transform',
  imitated: 'yes',
  notImitated: { parameter: 'g', values: ['face', 'auto'] },
  source: 'https://www.alibabacloud.com/help/en/oss/user-guide/custom-crop',
  parameters: {
    w: { type: 'int', min: 0, max: most, default: 0, invalid: 'cropWidth', doc: 'Width; 0 is as wide as possible' },
    h: { type: 'int', min: 0, max: most, default: 0, invalid: 'cropHeight', doc: 'Height; 0 is as high as possible' },
    x: { type: 'int', min: 0, max: most, default: 0, doc: 'Pixels to the right of the origin' },
    y: { type: 'int', min: 0, max: most, default: 0, doc: 'Pixels below the origin' },
    g: {
      type: 'enum',
      values: ['nw', 'north', 'ne', 'west', 'center', 'east', 'sw', 'south', 'se', 'face', 'auto'],
      default: 'nw',
      invalid: 'cropGravity',
      doc: 'Origin',
    },
    p: { type: 'int', min: 1, max: 200, doc: 'Size of the face box in percent, with g_face' },
  },
  immWhen: { parameter: 'g', values: ['face', 'auto'] },
  animated: true,
  geometry({ width: W, height: H }, { w, h, x, y, g }): Geometry {
    const width = w === 0 ? W : Math.min(w, W);
    const height = h === 0 ? H : Math.min(h, H);
    const left = x + origin(g, W, width, ['north', 'center', 'south'], ['ne', 'east', 'se']);
    const top = y + origin(g, H, height, ['west', 'center', 'east'], ['sw', 'south', 'se']);
    if (left >= W || top >= H) return { refused: 'cropOutside', message: "Advance cut's position is out of image." };
    const size = { width: Math.min(width, W - left), height: Math.min(height, H - top) };
    return { size, window: { left, top, ...size } };
  },
});

function origin(g: string, outer: number, inner: number, middle: readonly string[], end: readonly string[]): number {
  if (middle.includes(g)) return centre(outer, inner);
  return end.includes(g) ? outer - inner : 0;
}
