// What the catalogue holds for one operation, and the helper that keeps the types of its parameters.
import type { CauseName } from './causes.js';
import type { Geometry, Size } from './geometry.js';
import type { Parameters, Values } from './parameter.js';

/**
 * transform, effect, overlay: change pixels. encoder: how the result is written, wherever it stands. query: answers
 * text, stands alone.
 * imm: needs a bucket that is bound to an Intelligent Media Management project.
 */
type Kind = 'transform' | 'effect' | 'overlay' | 'encoder' | 'query' | 'imm';

/** What comes back: an image, or facts about it. */
type Answer = 'image' | 'json' | 'text' | 'message';

export interface Definition<
  P extends Parameters,
  Either extends keyof P & string = keyof P & string,
  A extends Answer = Answer,
> {
  readonly doc: string;
  readonly kind: Kind;
  readonly source: string;
  readonly parameters: P;
  /** At least one of these must be given. */
  readonly oneOf?: { readonly names: readonly Either[]; readonly missing: CauseName };
  /** A value without a key: the parameter that it is read as, and why OSS refuses a wrong one. */
  readonly bare?: { readonly meant: keyof P & string; readonly invalid: CauseName };
  /** Absent: an image. */
  readonly answers?: A;
  /** Values of `parameter` that need an IMM project. */
  readonly immWhen?: { readonly parameter: keyof P & string; readonly values: readonly string[] };
  /** Only through the asynchronous interface (x-oss-async-process). */
  readonly asyncOnly?: true;
  /** Only in a POST that saves its result. */
  readonly saveOnly?: true;
  /** In which case an animated GIF or WebP keeps all its frames; absent: in none. */
  readonly animated?: {
    readonly keeps: (values: Values<P>, setting: AnimationSetting) => boolean;
    /** The same in words. */
    readonly when: string;
  };
  /** How the embedded OSS does it: the same up to the encoder, in its own way to the same end, or not at all. */
  readonly imitated: 'yes' | 'approx' | 'no';
  /** Values of `parameter` that it does not imitate. */
  readonly notImitated?: { readonly parameter: keyof P & string; readonly values: readonly string[] };
  /** What becomes of the size; absent: nothing. Pure, so that lint, page and pipeline share it. */
  readonly geometry?: (size: OrientedSize, values: Values<P>) => Geometry;
}

/** A size, and the EXIF orientation (1–8) of the pixels that have it. */
export interface OrientedSize extends Size {
  readonly orientation: number;
  /** In the preprocessing of a watermark image: the size of the image that it is put on. */
  readonly main?: Size;
}

/** What decides about an animation beside the operation itself. */
export interface AnimationSetting {
  /** The format of the source. */
  readonly source: string;
  /** The operation enlarges the image. */
  readonly enlarges: boolean;
  /** A resize follows. */
  readonly resizeFollows: boolean;
}

/** Types an operation from its own data. */
export function operation<
  const P extends Parameters,
  const Either extends keyof P & string = never,
  const A extends Answer = 'image',
>(definition: Definition<P, Either, A>): Definition<P, Either, A> {
  return definition;
}
