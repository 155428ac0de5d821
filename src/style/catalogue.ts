// The catalogue: every operation of OSS's image language, by its name. The reader, the builder's types, lint, the
// table of operations and the local image service all use this one list.
import { circle, crop, indexcrop, roundedCorners } from './catalogue/cuts.js';
import { blur, bright, contrast, sharpen } from './catalogue/effects.js';
import { format, interlace, quality } from './catalogue/encoder.js';
import { averageHue, bodies, cars, codes, faces, info, labels, score } from './catalogue/queries.js';
import { resize } from './catalogue/resize.js';
import { autoOrient, flip, rotate } from './catalogue/turns.js';
import { blindwatermark, deblindwatermark, watermark } from './catalogue/watermark.js';
import type { Definition } from './operation.js';
import type { Parameters, Values } from './parameter.js';

export const catalogue = {
  resize,
  crop,
  circle,
  'rounded-corners': roundedCorners,
  indexcrop,
  rotate,
  'auto-orient': autoOrient,
  flip,
  blur,
  bright,
  contrast,
  sharpen,
  quality,
  format,
  interlace,
  watermark,
  blindwatermark,
  deblindwatermark,
  info,
  'average-hue': averageHue,
  faces,
  bodies,
  cars,
  codes,
  labels,
  score,
} as const;

export type ImageOperationName = keyof typeof catalogue;

/** The parameters of one operation, as read from a style: defaults filled in. */
export type ValuesOf<N extends ImageOperationName> = Values<(typeof catalogue)[N]['parameters']>;

/** One operation of a style, read: `{ op: 'resize', m: 'lfit', w: 100, limit: 1, color: 'FFFFFF' }`. */
export type ImageOperation<N extends ImageOperationName = ImageOperationName> = {
  [K in N]: { readonly op: K } & ValuesOf<K>;
}[N];

/** Whether OSS knows an operation of this name. */
export function isOperationName(name: string): name is ImageOperationName {
  return Object.hasOwn(catalogue, name);
}

/** What the catalogue holds for any operation. */
export function definitionOf(name: ImageOperationName): Definition<Parameters> {
  return catalogue[name] as unknown as Definition<Parameters>;
}

/**
 * What of an operation needs a bucket that is bound to an IMM project, `faces` or `crop,g_face`; undefined when nothing
 * does.
 */
export function immFeature(operation: ImageOperation): string | undefined {
  const { kind, immWhen } = definitionOf(operation.op);
  if (immWhen === undefined) return kind === 'imm' ? operation.op : undefined;
  const value = String((operation as Readonly<Record<string, unknown>>)[immWhen.parameter]);
  return immWhen.values.includes(value) ? `${operation.op},${immWhen.parameter}_${value}` : undefined;
}
