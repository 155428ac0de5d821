// Which formats go into a style and come out of it, as far as suffixes and operations tell; and what their names end in.
import { catalogue, type ValuesOf } from '../catalogue.js';
import { type ReadStep, stepsOf } from './finding.js';

export type Format = ValuesOf<'format'>['value'];

const otherExtensions: ReadonlyMap<string, Format> = new Map([
  ['jpeg', 'jpg'],
  ['jpe', 'jpg'],
  ['tif', 'tiff'],
  ['heif', 'heic'],
]);

/** The format that a key's end names: `.JPG`, `a.jpeg`. */
export function formatOfName(name: string): Format | undefined {
  const extension = /\.([A-Za-z]{3,4})$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const format = otherExtensions.get(extension) ?? extension;
  return catalogue.format.parameters.value.values.find((known) => known === format);
}

/** The format of each suffix, undefined where it names none; undefined when any key may come. */
export function sourceFormats(suffixes: readonly string[] | undefined): (Format | undefined)[] | undefined {
  return suffixes === undefined || suffixes.length === 0 ? undefined : suffixes.map(formatOfName);
}

/** What comes out for a source: the format asked for, but gif only from gif. Undefined: not known. */
export function resultFormat(steps: readonly ReadStep[], source: Format | undefined): Format | undefined {
  const wanted = stepsOf(steps, 'format').at(-1)?.operation.value;
  return wanted === undefined || wanted === 'gif' ? source : wanted;
}

/** The formats that come out of all uploads, each once; undefined stands among them when some are not known. */
export function resultFormats(
  steps: readonly ReadStep[],
  suffixes: readonly string[] | undefined,
): (Format | undefined)[] {
  const sources = sourceFormats(suffixes) ?? [undefined];
  return [...new Set(sources.map((source) => resultFormat(steps, source)))];
}
