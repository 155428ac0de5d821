// rotate: clockwise by any angle; the canvas grows to the bounding box.
import { type Geometry, rotationRefusal } from '../geometry.js';
import { operation } from '../operation.js';

export const rotate = operation({
  doc: 'Rotate clockwise',
  kind: 'transform',
  imitated: 'approx',
  source: 'https://www.alibabacloud.com/help/doc-detail/44690.html',
  parameters: {
    value: {
      type: 'int',
      positional: true,
      min: 0,
      max: 360,
      required: true,
      invalid: 'rotateAngle',
      missing: 'rotateMissing',
      doc: 'Degrees',
    },
  },
  geometry(size, { value }): Geometry {
    const refusal = rotationRefusal(size);
    if (refusal !== undefined) return refusal;
    const { width, height } = size;
    const turn = value % 360;
    if (turn === 0) return { size: { width, height } };
    if (turn === 180) return { size: { width, height }, turn };
    if (turn % 180 === 90) return { size: { width: height, height: width }, turn };
    const radians = (turn * Math.PI) / 180;
    const cos = Math.abs(Math.cos(radians));
    const sin = Math.abs(Math.sin(radians));
    return { size: { width: halfUp(width * cos + height * sin), height: halfUp(width * sin + height * cos) }, turn };
  },
});

// Sines are not exact: without the cut, a side of exactly …,5 would fall to either side by its last bit.
function halfUp(side: number): number {
  return Math.floor(Number(side.toFixed(6)) + 0.5);
}
