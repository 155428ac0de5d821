// Which formats go into a style and come out of it, as far as suffixes and operations tell; and what their names end in.
import type { ReadStep } from './finding.js';
import { stepsOf } from './finding.js';

export type Format = 'jpg' | 'png' | 'webp' | 'bmp' | 'gif' | 'tiff' | 'heic' | 'avif';

const extensions: ReadonlyMap<string, Format> = new Map([
  ['jpg', 'jpg'],
  ['jpeg', 'jpg'],
  ['jpe', 'jpg'],
  ['png', 'png'],
  ['webp', 'webp'],
  ['bmp', 'bmp'],
  ['gif', 'gif'],
  ['tif', 'tiff'],
  ['tiff', 'tiff'],
  ['heic', 'heic'],
  ['heif', 'heic'],
  ['avif', 'avif'],
]);

/** The format that a key's end names: `.JPG`, `a.jpeg`. */
export function formatOfName(name: string): Format | undefined {
  const [, extension = ''] = /\.([A-Za-z]{3,4})$/.exec(name) ?? [];
  return extensions.get(extension.toLowerCase());
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

/** All formats that are certain to come out for some upload. */
export function resultFormats(steps: readonly ReadStep[], suffixes: readonly string[] | undefined): Format[] {
  const sources = sourceFormats(suffixes) ?? [undefined];
  const results = sources.map((source) => resultFormat(steps, source));
  return [...new Set(results.filter((format) => format !== undefined))];
}

/** Whether every result has a known format: then what is said of all is certain. */
export function allKnown(steps: readonly ReadStep[], suffixes: readonly string[] | undefined): boolean {
  return (sourceFormats(suffixes) ?? [undefined]).every((source) => resultFormat(steps, source) !== undefined);
}
