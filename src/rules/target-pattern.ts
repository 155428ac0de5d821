// Where the keys of an output can lie: how every key starts and ends, from the literal parts of its template and the
// rule's conditions on the upload. The loop proof, policies, triggers and `check` build on it, so a pattern may be too
// wide, but never too narrow.

import { showText } from './issue.js';
import type { Config, Output, Rule } from './rule.js';
import { type Template, templateUses } from './template.js';

/**
 * Keys of `bucket` that start with `prefix` and, compared without ASCII case, end with `suffix` (which is lower case).
 * The two may overlap in a short key.
 */
export interface TargetPattern {
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** A pattern for each prefix with each suffix. */
export interface TargetPatternSet {
  readonly bucket: string;
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
}

/** Every key that the output can produce for an upload that its rule matches lies in one of these. */
export function targetPatterns(output: Output, rule: Rule): TargetPattern[] {
  const patterns: TargetPattern[] = [];
  for (const sourceBucket of sourceBuckets(output, rule)) {
    const { bucket, prefixes, suffixes } = targetPatternsFrom(sourceBucket, output, rule);
    for (const prefix of prefixes) for (const suffix of suffixes) patterns.push({ bucket, prefix, suffix });
  }
  return patterns;
}

/** The rule's buckets; one stands for all where the source bucket makes no difference to the target. */
export function sourceBuckets({ bucket, key }: Output, { when }: Rule): readonly string[] {
  return bucket === undefined || templateUses(key, 'bucket') ? when.buckets : when.buckets.slice(0, 1);
}

/** As `targetPatterns`, for the uploads to one of the rule's buckets. */
export function targetPatternsFrom(sourceBucket: string, output: Output, { name, when }: Rule): TargetPatternSet {
  const suffixes = when.suffixes.length === 0 ? [''] : when.suffixes;
  return {
    bucket: output.bucket ?? sourceBucket,
    prefixes: distinct(when.prefixes, (prefix) => forcedStart(output.key, sourceBucket, name, prefix)),
    suffixes: distinct(suffixes, (suffix) => forcedEnd(output.key, sourceBucket, name, suffix)),
  };
}

function distinct(texts: readonly string[], forced: (text: string) => string): string[] {
  return [...new Set(texts.map(forced))];
}

/** The pattern in words. */
export function patternText({ bucket, prefix, suffix }: TargetPattern): string {
  return `oss://${bucket} where keys start with ${showText(prefix)} and end with ${showText(suffix)}`;
}

/** Where the records of the journal lie; none without a journal. */
export function journalPattern(config: Config): TargetPattern[] {
  if (config.journal === 'throw') return [];
  return [{ bucket: config.journal.bucket, prefix: config.journal.prefix, suffix: '.json' }];
}

/** The text as suffixes are compared: its ASCII letters in lower case, all else as it is. */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

// The longest text with which every key starts, for uploads whose key starts with `prefix`.
function forcedStart(template: Template, bucket: string, rule: string, prefix: string): string {
  let start = '';
  for (const part of template.parts) {
    if (typeof part === 'string') start += part;
    else if (part.variable === 'bucket') start += bucket;
    else if (part.variable === 'rule') start += rule;
    else if (part.variable === 'key') return start + prefix;
    // With the prefix `img` the folder may be empty: `img.jpg` matches it too.
    else if (part.variable === 'dir') return start + prefix.slice(0, prefix.lastIndexOf('/') + 1);
    else return start;
  }
  return start;
}

// The longest text with which every key ends, for uploads whose key ends with `suffix`.
function forcedEnd(template: Template, bucket: string, rule: string, suffix: string): string {
  let end = '';
  for (let index = template.parts.length - 1; index >= 0; index -= 1) {
    const part = template.parts[index] ?? '';
    if (typeof part === 'string') end = part + end;
    else if (part.variable === 'bucket') end = bucket + end;
    else if (part.variable === 'rule') end = rule + end;
    else if (part.variable === 'key') return foldCase(suffix + end);
    else if (part.variable === 'file') return foldCase(suffix.slice(suffix.lastIndexOf('/') + 1) + end);
    // {ext} is the uploader's choice even under the suffix `.jpg`: the file `.jpg` has none.
    else break;
  }
  return foldCase(end);
}
