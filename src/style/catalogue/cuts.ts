// The operations that cut a part out or round the corners: crop, indexcrop, circle, rounded-corners.
import { centred, cropWindow, type Geometry, type Size, sliceWindow } from '../geometry.js';
import { operation } from '../operation.js';

// Larger than any source that OSS reads; more than the image has is clipped.
const offset = { type: 'int', min: 0, max: 30_000 } as const;
const slice = { type: 'int', min: 1, max: 30_000 } as const;
const radius = {
  type: 'int',
  min: 1,
  max: 4096,
  required: true,
  doc: 'Radius; at most half the shorter side',
} as const;

/** A window counted from one of nine origins. */
export const crop = operation({
  doc: 'Cut a rectangle out',
  kind: 'transform',
  imitated: 'yes',
  notImitated: { parameter: 'g', values: ['face', 'auto'] },
  source: 'https://www.alibabacloud.com/help/en/oss/user-guide/custom-crop',
  parameters: {
    w: { ...offset, default: 0, invalid: 'cropWidth', doc: 'Width; 0 is as wide as possible' },
    h: { ...offset, default: 0, invalid: 'cropHeight', doc: 'Height; 0 is as high as possible' },
    x: { ...offset, default: 0, doc: 'Pixels to the right of the origin' },
    y: { ...offset, default: 0, doc: 'Pixels below the origin' },
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
  animated: { keeps: () => true, when: 'yes' },
  geometry(image, values): Geometry {
    const window = cropWindow(image, values);
    if (window === undefined) return { refused: 'cropOutside', message: "Advance cut's position is out of image." };
    return { size: sizeOf(window), window };
  },
});

/** The i-th slice of equal width (x) or height (y). */
export const indexcrop = operation({
  doc: 'Cut into slices and take one; an index beyond the last leaves the image as it is',
  kind: 'transform',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/indexed-slice',
  parameters: {
    x: { ...slice, invalid: 'sliceRange', doc: 'Width of a slice' },
    y: { ...slice, invalid: 'sliceHeight', doc: 'Height of a slice; wins over x' },
    i: { ...offset, default: 0, invalid: 'sliceIndex', doc: 'Which slice, from 0' },
  },
  oneOf: { names: ['x', 'y'], missing: 'missing' },
  geometry(image, values): Geometry {
    const window = sliceWindow(image, values);
    if (window !== undefined) return { size: sizeOf(window), window };
    const { x, y } = values;
    const message = `The value: ${y ?? x} of parameter: ${y === undefined ? 'x' : 'y'} is invalid.`;
    return { refused: 'sliceRange', message };
  },
});

export const circle = operation({
  doc: 'Cut a circle out of the centre; outside is transparent, white in jpg',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://help.aliyun.com/en/oss/user-guide/circle-crop',
  parameters: { r: { ...radius, invalid: 'circleRadius' } },
  // The documented cap, (shorter side − 1) / 2, is taken for every r: r = side / 2 would need a square one pixel larger
  // than the image.
  geometry(image, { r }) {
    const side = 2 * Math.min(r, Math.floor((Math.min(image.width, image.height) - 1) / 2)) + 1;
    const size = { width: side, height: side };
    return { size, window: { ...centred(image, size), ...size } };
  },
});

export const roundedCorners = operation({
  doc: 'Round the corners; outside is transparent, white in jpg',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://help.aliyun.com/en/oss/user-guide/rounded-rectangle',
  parameters: { r: { ...radius, invalid: 'cornerRadius' } },
});

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}
