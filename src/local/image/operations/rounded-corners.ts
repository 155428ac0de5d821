// rounded-corners: remove, or whiten, what lies outside the rounded rectangle.
import type { Draw } from '../canvas.js';
import { keepInside } from './circle.js';

export const roundedCorners: Draw<'rounded-corners'> = ({ r }, { plan: { size }, opaque }) => {
  const radius = Math.min(r, Math.min(size.width, size.height) / 2);
  return [keepInside(`<rect width="${size.width}" height="${size.height}" rx="${radius}"/>`, size, opaque)];
};
