// The formats of sources and results, as far as suffixes and operations show them, and the extensions of each format.
import { catalogue, type ValuesOf } from '../catalogue.js';
import { type ReadStep, stepsOf } from './finding.js';

export type ImageFormat = ValuesOf<'format'>['value'];

/** The formats that carry an EXIF orientation in practice. */
export const photoFormats: readonly ImageFormat[] = ['jpg', 'heic', 'tiff', 'webp', 'avif'];

const otherExtensions: ReadonlyMap<string, ImageFormat> = new Map([
  ['jpeg', 'jpg'],
  ['jpe', 'jpg'],
  ['tif', 'tiff'],
  ['heif', 'heic'],
]);

/** The format that a key's end names: `.JPG`, `a.jpeg`. */
export function formatOfName(name: string): ImageFormat | undefined {
  const extension = /\.([A-Za-z]{3,4})$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const format = otherExtensions.get(extension) ?? extension;
  return catalogue.format.parameters.value.values.find((known) => known === format);
}

/** The format of each suffix. Undefined stands for any format: where a suffix names none, and where there are none. */
export function sourceFormats(suffixes: readonly string[] = []): (ImageFormat | undefined)[] {
  return suffixes.length === 0 ? [undefined] : suffixes.map(formatOfName);
}

/** What to add to the advice to write auto-orient: it keeps only the first frame of a GIF (lint/animation.ts). */
export function unlessGif(suffixes: readonly string[] | undefined): string {
  return sourceFormats(suffixes).includes('gif') ? ', in a rule without .gif' : '';
}

/** What comes out for a source: the format of the last format action, but gif only from gif. Undefined: not known. */
export function resultFormat(steps: readonly ReadStep[], source: ImageFormat | undefined): ImageFormat | undefined {
  const wanted = stepsOf(steps, 'format').at(-1)?.operation.value;
  return wanted === undefined || wanted === 'gif' ? source : wanted;
}

/** The formats that come out of all uploads, each once; undefined stands among them when some are not known. */
export function resultFormats(
  steps: readonly ReadStep[],
  suffixes: readonly string[] | undefined,
): (ImageFormat | undefined)[] {
  return [...new Set(sourceFormats(suffixes).map((source) => resultFormat(steps, source)))];
}
