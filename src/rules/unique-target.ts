// Which targets a key template gives the keys of one bucket: whether two templates give the same ones (canonicalKey),
// and whether every key gets a target of its own, so that the target tells its source (whyNotUnique, tellsSource), or
// all of it but the extension (tellsName).
import type { Output, Rule } from './rule.js';
import { namesVersion, type Template, templateUses, type Variable } from './template.js';

/** The template with the values of bucket and rule filled in: equal texts give every key the same target. */
export function canonicalKey(template: Template, bucket: string, rule: string): string {
  let text = '';
  for (const part of template.parts) {
    if (typeof part === 'string') text += part;
    else if (part.variable === 'bucket') text += bucket;
    else text += part.variable === 'rule' ? rule : `{${part.variable}}`;
  }
  return text.replaceAll('{dir}{file}', '{key}');
}

/** Whether keys that end with one of these suffixes may end in a dot; without suffixes, any key may. */
export function mayEndInDot(suffixes: readonly string[]): boolean {
  return suffixes.length === 0 || suffixes.some((suffix) => suffix.endsWith('.'));
}

/**
 * Why two keys of one bucket may get one target; undefined where they cannot. Dates and the ETag count as texts that
 * never change. `endsInDot`: whether keys may end in a dot; `a` and `a.` have the same {name} and the same (empty)
 * {ext}.
 */
export function whyNotUnique(template: Template, endsInDot: boolean): string | undefined {
  const has = (variable: Variable) => templateUses(template, variable);
  // Only these variables hold slashes, and they hold all slashes of the key: so the target tells how many the key has.
  if (!has('key') && !has('dir')) return 'it leaves the folder out';
  if (tellsKey(template, true, endsInDot) && tellsKey(template, false, endsInDot)) return undefined;
  if (has('key') || has('file')) return 'where one variable ends and the next begins cannot be told';
  if (!has('name')) return "it leaves the file's name out";
  if (!has('ext')) return '{name} leaves the extension out';
  if (tellsKey(template, true, false) && tellsKey(template, false, false)) {
    return 'a file with a dot at its end has the same {name} and {ext} as the file without it';
  }
  return 'where one variable ends and the next begins cannot be told';
}

/**
 * Whether the target of a template that is not unique tells the key but for its extension: only keys that differ in
 * that alone may get one target.
 */
export function tellsName(template: Template): boolean {
  if (whyNotUnique(template, false) === undefined) return true;
  const has = (variable: Variable) => templateUses(template, variable);
  if (has('key') || has('file') || has('ext')) return false;
  const parts = template.parts.map((part) => (isName(part) ? ({ variable: 'file' } as const) : part));
  return whyNotUnique({ ...template, parts }, false) === undefined;
}

function isName(part: Template['parts'][number]): boolean {
  return typeof part !== 'string' && part.variable === 'name';
}

/**
 * Whether no other source can be saved where an output saves those of one bucket, in a key that names the version: not
 * another key of the bucket, nor what `rules` save there from other buckets in such a key.
 */
export function tellsSource(
  { bucket, key }: Output,
  { when }: Pick<Rule, 'when'>,
  sourceBucket: string,
  rules: readonly Rule[],
): boolean {
  if (whyNotUnique(key, mayEndInDot(when.suffixes)) !== undefined) return false;
  if (bucket === undefined || templateUses(key, 'bucket')) return true;
  return !rules.some((rule) => {
    const others = rule.when.buckets.filter((other) => other !== sourceBucket);
    return rule.outputs.some((output) => {
      return namesVersion(output.key) && others.some((other) => (output.bucket ?? other) === bucket);
    });
  });
}

/** A piece of one path segment of the target: a part of the key, or text, of which only its dots matter. */
type Token = 'first folder' | 'file' | 'name' | 'ext' | 'text' | 'dot';

/**
 * Whether the target tells the key, among keys with folders or among those without. The number of slashes in the key is
 * known, so every segment of the target can be found. A segment with only one unknown piece tells that piece, after
 * which other segments may have only one unknown piece left.
 */
function tellsKey(template: Template, folders: boolean, endsInDot: boolean): boolean {
  const segments = segmentsOf(template, folders);
  const known = new Set<Token>(['text', 'dot']);
  let before = 0;
  while (known.size > before) {
    before = known.size;
    for (const segment of segments) {
      const unknown = segment.filter((token) => !known.has(token));
      if (new Set(unknown).size === 1 || partsAtDot(segment, unknown)) for (const token of unknown) known.add(token);
    }
    if (known.has('file')) known.add('name').add('ext');
    if (known.has('name') && known.has('ext') && !endsInDot) known.add('file');
  }
  return known.has('file') && (!folders || known.has('first folder'));
}

// An extension has no dot. So where a dot of the text stands between {name} and {ext}, the one next to {ext} divides
// them.
function partsAtDot(segment: readonly Token[], unknown: readonly Token[]): boolean {
  if (unknown.length !== 2 || !unknown.includes('name') || !unknown.includes('ext')) return false;
  const ends = [segment.indexOf('name'), segment.indexOf('ext')];
  return segment.slice(Math.min(...ends), Math.max(...ends)).includes('dot');
}

// The segments of the target, without those that hold only a later folder of the key.
function segmentsOf(template: Template, folders: boolean): Token[][] {
  let segment: Token[] = [];
  const segments = [segment];
  const next = () => {
    segment = [];
    segments.push(segment);
  };
  for (const part of template.parts) {
    if (typeof part === 'string') {
      for (const [index, text] of part.split('/').entries()) {
        if (index > 0) next();
        segment.push(text.includes('.') ? 'dot' : 'text');
      }
      continue;
    }
    const { variable } = part;
    if ((variable === 'dir' || variable === 'key') && folders) {
      segment.push('first folder');
      next();
    }
    if (variable === 'key' || variable === 'file') segment.push('file');
    else if (variable === 'name' || variable === 'ext') segment.push(variable);
  }
  return segments;
}
