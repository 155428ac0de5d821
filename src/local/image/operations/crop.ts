// crop and indexcrop: the window that the catalogue computed.
import type { Draw } from '../canvas.js';

export const crop: Draw<'crop' | 'indexcrop'> = (_, { plan: { window }, before }) => {
  const whole = window === undefined || (window.width === before.width && window.height === before.height);
  return whole ? [] : [{ do: 'cut', window }];
};
