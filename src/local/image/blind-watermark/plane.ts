// The plane that carries the mark: the luminance of the whole image on a square of fixed size, whatever the image's own
// size and shape. A copy that was enlarged, reduced or squeezed has the same plane, so the reader needs no original.
import type { Sharp } from 'sharp';
import { resampleColumns, resampleRows } from './resample.js';

/** A square plane, row by row. */
export interface Plane {
  readonly side: number;
  readonly luminance: Float32Array;
  /** How far each point can be changed before it is black or white: 0 to 1, where 1 is far enough. */
  readonly room: Float32Array;
}

const [small, large] = [256, 512];
/** Every side that a reader has to try, the likelier first. */
export const sides = [small, large] as const;

/**
 * The sides that an image of this size can be marked on, the sturdiest first: the large one needs more detail than a
 * small image has.
 */
export function sidesFor({ width, height }: { readonly width: number; readonly height: number }): readonly number[] {
  return Math.min(width, height) < large ? [small] : sides;
}

// The distance from black or white, in levels, from which on it no longer limits.
const enoughRoom = 10;

/**
 * The plane of an image `width` × `height` pixels large, as stored: nothing is turned. What is transparent counts as
 * lying on white.
 */
export async function planeOf(
  image: Sharp,
  { width, height }: { width: number; height: number },
  side: number,
): Promise<Plane> {
  const small = { width: Math.min(width, side), height: Math.min(height, side) };
  const { data, info } = await image
    .flatten({ background: '#ffffff' })
    .resize(small.width, small.height, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const luminance = new Float32Array(small.width * small.height);
  const room = new Float32Array(luminance.length);
  const { channels } = info;
  for (let i = 0, at = 0; i < luminance.length; i += 1, at += channels) {
    const red = data[at] ?? 0;
    const green = channels < 3 ? red : (data[at + 1] ?? 0);
    const blue = channels < 3 ? red : (data[at + 2] ?? 0);
    luminance[i] = luminanceOf(red, green, blue);
    room[i] = luminanceOf(roomOf(red), roomOf(green), roomOf(blue));
  }
  const fill = (values: Float32Array) => resampleColumns(resampleRows(values, small.width, side), side, side);
  return { side, luminance: fill(luminance), room: fill(room) };
}

// ITU-R BT.601, full range: the luminance of JPEG, and in effect of WebP.
function luminanceOf(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function roomOf(level: number): number {
  return Math.min(1, level / enoughRoom, (255 - level) / enoughRoom);
}
