// auto-orient: turn and mirror the image as its EXIF orientation says, before all other operations.
import { type Geometry, rotationRefusal } from '../geometry.js';
import { operation } from '../operation.js';

export const autoOrient = operation({
  doc: 'Apply the EXIF orientation (acts first, wherever it stands)',
  kind: 'transform',
  imitated: 'yes',
  source: 'https://help.aliyun.com/en/oss/user-guide/auto-rotate-4',
  parameters: {
    value: {
      type: 'enum',
      positional: true,
      values: [0, 1],
      required: true,
      invalid: 'orientValue',
      missing: 'orientMissing',
      doc: '1: apply; 0: leave the pixels as stored',
    },
  },
  animated: true,
  geometry(size, { value }): Geometry {
    const { width, height, orientation } = size;
    if (value === 0 || orientation <= 1) return { size: { width, height } };
    const refusal = rotationRefusal(size);
    if (refusal !== undefined) return refusal;
    return { size: orientation >= 5 ? { width: height, height: width } : { width, height } };
  },
});
