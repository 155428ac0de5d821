// flip: 0 upside down, 1 left to right, 2 both.
import type { Draw } from '../canvas.js';

export const flip: Draw<'flip'> = ({ value }) => [{ do: 'mirror', vertical: value !== 1, horizontal: value !== 0 }];
