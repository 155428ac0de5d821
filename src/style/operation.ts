// What the catalogue says about one operation, and the helper that keeps its parameters' types.
import type { Geometry } from './geometry.js';
import type { Parameters, Values } from './parameter.js';

/**
 * transform, effect, overlay: change pixels. encoder: how the result is written, wherever it stands. query: answers text, stands alone.
 * imm: needs a bucket that is bound to an Intelligent Media Management project.
 */
export type Kind = 'transform' | 'effect' | 'overlay' | 'encoder' | 'query' | 'imm';

export interface Definition<P extends Parameters> {
  readonly doc: string;
  readonly kind: Kind;
  readonly source: string;
  readonly parameters: P;
  /** At least one of these must be given. */
  readonly oneOf?: { readonly names: readonly (keyof P & string)[]; readonly missing: 'missing' | 'markNothing' };
  /** Values of `parameter` that need an IMM project. */
  readonly immWhen?: { readonly parameter: keyof P & string; readonly values: readonly string[] };
  /** Only through the asynchronous interface (x-oss-async-process). */
  readonly asyncOnly?: true;
  /** Only in a POST that saves its result. */
  readonly saveOnly?: true;
  /** Keeps all frames of an animated GIF or WebP. */
  readonly animated?: true;
  /** What becomes of the size; absent: nothing. Pure, so that lint, page and pipeline share it. */
  readonly geometry?: (size: OrientedSize, values: Values<P>) => Geometry;
}

/** A size, and the EXIF orientation (1–8) of the pixels that have it. */
export interface OrientedSize {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
}

/** Types an operation from its own data. */
export function operation<const P extends Parameters>(definition: Definition<P>): Definition<P> {
  return definition;
}
