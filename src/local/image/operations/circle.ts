// circle: cut the square, then remove (or, for a result without alpha, whiten) what lies outside the circle.
import type { Draw } from '../canvas.js';

export const circle: Draw<'circle'> = (_, { plan: { size, window }, opaque }) => {
  const middle = size.width / 2;
  const disc = `<circle cx="${middle}" cy="${middle}" r="${middle}"/>`;
  return [...(window === undefined ? [] : [{ do: 'cut', window } as const]), keepInside(disc, size, opaque)];
};

/** The edit that keeps what lies inside an SVG shape. */
export function keepInside(shape: string, { width, height }: { width: number; height: number }, opaque: boolean) {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  if (!opaque) return { do: 'overlay', blend: 'dest-in', svg: `${head}${shape}</svg>` } as const;
  const everything = '<rect width="100%" height="100%" fill="white"/>';
  return {
    do: 'overlay',
    blend: 'over',
    svg: `${head}<mask id="outside">${everything}${shape}</mask><rect width="100%" height="100%" fill="white" mask="url(#outside)"/></svg>`,
  } as const;
}
