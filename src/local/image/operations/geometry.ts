// The operations that move or cut pixels. The catalogue has computed sizes and windows; here they become edits.
import type { Size } from '../../../style/geometry.js';
import type { Draw, Edit } from '../edit.js';

export const resize: Draw<'resize'> = ({ color }, { plan, before }) => {
  const { scale, window, canvas, size } = plan;
  if (scale === undefined) return [];
  const edits: Edit[] = [];
  if (!sameSize(scale, before)) edits.push({ do: 'scale', size: scale });
  if (window !== undefined && !sameSize(window, scale)) edits.push({ do: 'cut', window });
  if (canvas !== undefined && !sameSize(size, scale)) {
    const { left, top } = canvas;
    const edges = { left, top, right: size.width - scale.width - left, bottom: size.height - scale.height - top };
    edits.push({ do: 'extend', edges, background: `#${color}` });
  }
  return edits;
};

/** crop and indexcrop. */
export const crop: Draw<'crop' | 'indexcrop'> = (_, { plan: { window }, before }) =>
  window === undefined || sameSize(window, before) ? [] : [{ do: 'cut', window }];

/** Cuts the square, then keeps the circle in it. */
export const circle: Draw<'circle'> = (_, { plan: { size, window }, opaque }) => {
  const middle = size.width / 2;
  const disc = `<circle cx="${middle}" cy="${middle}" r="${middle}"/>`;
  return [...(window === undefined ? [] : [{ do: 'cut', window } as const]), keepInside(disc, size, opaque)];
};

export const roundedCorners: Draw<'rounded-corners'> = ({ r }, { plan: { size }, opaque }) => {
  const radius = Math.min(r, Math.min(size.width, size.height) / 2);
  return [keepInside(`<rect width="${size.width}" height="${size.height}" rx="${radius}"/>`, size, opaque)];
};

/** New corners are transparent where the image has alpha, else white (OSS documents no colour). */
export const rotate: Draw<'rotate'> = (_, { plan: { turn }, opaque, hasAlpha }) =>
  turn === undefined ? [] : [{ do: 'turn', angle: turn, background: hasAlpha && !opaque ? '#ffffff00' : '#ffffff' }];

/** Applies the EXIF orientation. The layout has put this operation first. */
export const autoOrient: Draw<'auto-orient'> = ({ value }, { orientation }) =>
  value === 1 && orientation > 1 ? [{ do: 'orient' }] : [];

export const flip: Draw<'flip'> = ({ value }) => [{ do: 'mirror', vertical: value !== 1, horizontal: value !== 0 }];

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Removes, or whitens in a result without alpha, what lies outside an SVG shape. */
function keepInside(shape: string, { width, height }: Size, opaque: boolean): Edit {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  const everything = '<rect width="100%" height="100%" fill="white"/>';
  const outside = `<mask id="outside">${everything}${shape}</mask><rect width="100%" height="100%" fill="white" mask="url(#outside)"/>`;
  const picture = `${head}${opaque ? outside : shape}</svg>`;
  return { do: 'overlay', layers: [{ picture, at: { left: 0, top: 0 }, blend: opaque ? 'over' : 'dest-in' }] };
}
