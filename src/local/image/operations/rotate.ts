// rotate: clockwise; new corners are transparent where the image has alpha, else white (OSS documents no colour).
import { type Draw, emptyColour } from '../canvas.js';

export const rotate: Draw<'rotate'> = (_, canvas) => {
  const { turn } = canvas.plan;
  return turn === undefined ? [] : [{ do: 'turn', angle: turn, background: emptyColour(canvas) }];
};
