// circle: cut the square, then remove (or, for a result without alpha, whiten) what lies outside the circle.
import type { Size } from '../../../style/geometry.js';
import type { Draw } from '../canvas.js';
import type { Edit } from '../edit.js';

export const circle: Draw<'circle'> = (_, { plan: { size, window }, opaque }) => {
  const middle = size.width / 2;
  const disc = `<circle cx="${middle}" cy="${middle}" r="${middle}"/>`;
  return [...(window === undefined ? [] : [{ do: 'cut', window } as const]), keepInside(disc, size, opaque)];
};

/** The edit that keeps what lies inside an SVG shape. */
export function keepInside(shape: string, { width, height }: Size, opaque: boolean): Edit {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  const everything = '<rect width="100%" height="100%" fill="white"/>';
  const outside = `<mask id="outside">${everything}${shape}</mask><rect width="100%" height="100%" fill="white" mask="url(#outside)"/>`;
  const blend = opaque ? 'over' : 'dest-in';
  return {
    do: 'overlay',
    layers: [{ picture: `${head}${opaque ? outside : shape}</svg>`, at: { left: 0, top: 0 }, blend }],
  };
}
