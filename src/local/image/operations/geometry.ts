// The operations that move or cut pixels. The catalogue has computed sizes and windows; here they become edits.
import type { Size } from '../../../style/geometry.js';
import type { Draw, Edit, Layer } from '../edit.js';

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
export const circle: Draw<'circle'> = (_, { plan: { size, window }, opaque }) => [
  ...(window === undefined ? [] : [{ do: 'cut', window } as const]),
  roundOff(size.width / 2, size, opaque),
];

export const roundedCorners: Draw<'rounded-corners'> = ({ r }, { plan: { size }, opaque }) => [
  roundOff(Math.min(r, Math.min(size.width, size.height) / 2), size, opaque),
];

/** New corners are transparent where the image has alpha, else white (OSS documents no colour). */
export const rotate: Draw<'rotate'> = (_, { plan: { turn }, opaque, hasAlpha }) =>
  turn === undefined ? [] : [{ do: 'turn', angle: turn, background: hasAlpha && !opaque ? '#ffffff00' : '#ffffff' }];

/** Applies the EXIF orientation. The layout has put this operation first. */
export const autoOrient: Draw<'auto-orient'> = ({ value }, { orientation }) =>
  value === 1 ? (upright[orientation] ?? []) : [];

const turn = (angle: number): Edit => ({ do: 'turn', angle, background: '#ffffff' });
const mirror = { do: 'mirror', vertical: false, horizontal: true } as const;
// Exif 2.3, tag 0x0112.
const upright: Readonly<Record<number, readonly Edit[]>> = {
  2: [mirror],
  3: [turn(180)],
  4: [{ do: 'mirror', vertical: true, horizontal: false }],
  5: [mirror, turn(270)],
  6: [turn(90)],
  7: [mirror, turn(90)],
  8: [turn(270)],
};

export const flip: Draw<'flip'> = ({ value }) => [{ do: 'mirror', vertical: value !== 1, horizontal: value !== 0 }];

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

// Several low layers are painted in half the time of a high one.
const maxRows = 256;

/**
 * Removes, or whitens in a result without alpha, what lies outside a rectangle with round corners of radius r. The
 * layers cover the rows of the corners only: to paint the whole of a photo takes longer than all else. They are as wide
 * as the image, for at some radii a corner drawn alone has other edges.
 */
function roundOff(r: number, { width, height }: Size, opaque: boolean): Edit {
  const whole = `width="${width}" height="${height}"`;
  const mask = `<mask id="outside"><rect ${whole} fill="white"/><rect ${whole} rx="${r}"/></mask>`;
  const outside = `${mask}<rect ${whole} fill="white" mask="url(#outside)"/>`;
  const layers = (from: number, to: number): Layer[] => {
    if (from >= to) return [];
    const rows = Math.min(maxRows, to - from);
    const head = `width="${width}" height="${rows}" viewBox="0 ${from} ${width} ${rows}"`;
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" ${head}>${outside}</svg>`;
    return [{ picture, at: { left: 0, top: from }, blend: opaque ? 'over' : 'dest-out' }, ...layers(from + rows, to)];
  };
  const side = Math.ceil(r);
  return { do: 'overlay', layers: [...layers(0, side), ...layers(Math.max(side, height - side), height)] };
}
