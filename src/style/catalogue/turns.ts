// The operations that turn and mirror: rotate, auto-orient, flip.
import { type Geometry, maxTurnedSide, type Size, type SizeRefusal, turnedBox } from '../geometry.js';
import { operation } from '../operation.js';
import { onlyValue } from '../parameter.js';

/** Clockwise by any angle; the canvas grows to the bounding box. */
export const rotate = operation({
  doc: 'Rotate clockwise',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://www.alibabacloud.com/help/doc-detail/44690.html',
  parameters: {
    value: {
      type: 'int',
      ...onlyValue,
      min: 0,
      max: 360,
      invalid: 'rotateAngle',
      missing: 'rotateMissing',
      doc: 'Degrees',
    },
  },
  geometry(size, { value }): Geometry {
    const turn = value % 360;
    const box = turnedBox(size, turn);
    const turned = { width: Math.floor(box.width + 0.5), height: Math.floor(box.height + 0.5) };
    return rotationRefusal(size) ?? { size: turned, turn: turn === 0 ? undefined : turn };
  },
});

/**
 * Turns and mirrors the image as its EXIF orientation says, before all other operations, also where a style does not
 * name it (see `orientationOf` in layout.ts). With 0 the pixels stay as they are stored: lying, of a camera held
 * upright; what follows sees them so.
 */
export const autoOrient = operation({
  doc: 'Apply the EXIF orientation (acts first, wherever it stands, and as 1 where a style does not say)',
  kind: 'transform',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/auto-rotate-4',
  parameters: {
    value: {
      type: 'enum',
      ...onlyValue,
      values: [0, 1],
      invalid: 'orientValue',
      missing: 'orientMissing',
      doc: '1: apply; 0: leave the pixels as stored',
    },
  },
  geometry(size, { value }): Geometry {
    const { width, height, orientation } = size;
    if (value === 0 || orientation <= 1) return { size: { width, height } };
    return rotationRefusal(size) ?? { size: orientation >= 5 ? { width: height, height: width } : { width, height } };
  },
});

export const flip = operation({
  doc: 'Mirror',
  kind: 'transform',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/flip-image',
  parameters: {
    value: {
      type: 'enum',
      ...onlyValue,
      values: [0, 1, 2],
      doc: '0: upside down; 1: left to right; 2: both',
    },
  },
});

function rotationRefusal({ width, height }: Size): SizeRefusal | undefined {
  if (Math.max(width, height) <= maxTurnedSide) return undefined;
  return { refused: 'rotateTooLarge', message: 'Picture exceed the maximum allowable rotation range.' };
}
