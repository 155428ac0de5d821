// auto-orient: as EXIF says. The layout has put it first.
import type { Draw } from '../canvas.js';

export const autoOrient: Draw<'auto-orient'> = ({ value }, { orientation }) =>
  value === 1 && orientation > 1 ? [{ do: 'orient' }] : [];
