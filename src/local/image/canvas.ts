// What an operation is told about the image when it turns its parameters into edits.
import type { Operation, OperationName } from '../../style/catalogue.js';
import type { Plan, Size } from '../../style/geometry.js';
import type { Edit } from './edit.js';
import type { Source } from './source.js';

export interface Canvas {
  readonly before: Size;
  readonly plan: Plan;
  /** The result will have no alpha (jpg): what would be transparent is white. */
  readonly opaque: boolean;
  /** The image has alpha by now: new corners are transparent, else white. */
  readonly hasAlpha: boolean;
  readonly orientation: number;
  /** All frames of an animation lie one below the other, and each gets the same. */
  readonly animated: boolean;
  /** The image that a watermark names, prepared for a main image of this size. */
  readonly markImage: (value: string, main: Size) => Promise<PreparedImage>;
  /** When all must be done, as `performance.now()` counts. */
  readonly end: number;
}

/** An operation's way from parameters to edits. */
export type Draw<N extends OperationName> = (
  operation: Operation<N>,
  canvas: Canvas,
) => readonly Edit[] | Promise<readonly Edit[]>;

/** Opaque white, or transparent where the image has alpha. */
export function emptyColour({ opaque, hasAlpha }: Canvas): string {
  return hasAlpha && !opaque ? '#ffffff00' : '#ffffff';
}

/** A watermark image whose pixels are still to be made. */
export interface PreparedImage {
  readonly source: Source;
  readonly edits: readonly Edit[];
  readonly size: Size;
  /** When its pixels must be made, as `performance.now()` counts. */
  readonly end: number;
}
