// The upload that tries a rule: a key that the rule takes, and a photo of the format and the size that it asks for.
import { type ByteRange, type PhotoFormat, photoOf } from '../../local/samples/photo-of.js';
import type { ObjectName } from '../../oss/object-name.js';
import type { RuleIndex } from '../../pipeline/match.js';
import type { Rule } from '../../rules/rule.js';
import { maxSourceBytes } from '../../style/source-limits.js';
import { exampleNames, takes, uploadFor } from '../rules/example-uploads.js';

export interface SmokeUpload extends ObjectName {
  readonly body: Buffer;
  /** What it is, and how many bytes the rule lets it have. */
  readonly format: PhotoFormat;
  readonly range: ByteRange;
}

/** Sizes at which another rule may take over: the first ones. */
const mostCuts = 64;

/** By the end of the key; undefined: it cannot be made here. What is not in the list is a JPEG. */
const formats: Readonly<Record<string, PhotoFormat | undefined>> = {
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  bmp: 'bmp',
  tif: 'tiff',
  tiff: 'tiff',
  avif: 'avif',
  heic: undefined,
  heif: undefined,
};

/**
 * Makes it.
 * @returns why there is none, where none was found or can be made
 */
export async function uploadForRule(
  rule: Rule,
  rules: readonly Rule[],
  index: RuleIndex,
): Promise<SmokeUpload | { readonly untried: string }> {
  let untried = 'no upload of at most 20 MB was found that this rule takes, and no rule before it';
  for (const name of exampleNames(rule)) {
    const range = rangeOf(rule, rules, name, index);
    if (range === undefined) continue;
    const ending = /\.([a-z]+)$/i.exec(name.key)?.[1]?.toLowerCase() ?? '';
    const format = Object.hasOwn(formats, ending) ? formats[ending] : 'jpeg';
    if (format === undefined) {
      untried = `no ${ending.toUpperCase()} image can be made here`;
      continue;
    }
    const body = await photoOf(format, range);
    if (body !== undefined) return { ...name, body, format, range };
    untried = `no ${format} image of at most ${range.max} bytes can be made here`;
  }
  return { untried };
}

/** The sizes of which the rule takes this object: where they are in several pieces, the widest one. */
export function rangeOf(
  rule: Rule,
  rules: readonly Rule[],
  { bucket, key }: ObjectName,
  index: RuleIndex,
): ByteRange | undefined {
  const { min = 1, max = maxSourceBytes } = rule.when.size ?? {};
  const end = Math.min(max, maxSourceBytes) + 1;
  const others = rules.flatMap(({ when: { size } }) => [size?.min ?? 0, (size?.max ?? 0) + 1]);
  const within = [...new Set(others)].filter((cut) => cut > min && cut < end).slice(0, mostCuts);
  const cuts = [Math.max(min, 1), ...within.sort((one, other) => one - other), end];
  const pieces: ByteRange[] = [];
  for (const [at, from] of cuts.entries()) {
    const to = cuts[at + 1];
    if (to === undefined || to <= from || !takes(rule, uploadFor(rule, bucket, key, from), index)) continue;
    const last = pieces.at(-1);
    if (last?.max === from - 1) pieces.splice(-1, 1, { min: last.min, max: to - 1 });
    else pieces.push({ min: from, max: to - 1 });
  }
  return pieces.sort((one, other) => other.max - other.min - (one.max - one.min))[0];
}
