// The keys that a rule asks for, as a trigger's filter would have them; its excludes and sizes aside.
import type { KeyFilter } from '../../deploy/triggers/filter.js';
import type { Rule } from '../../rules/rule.js';

/** Keys of a bucket. */
export interface AskedKeys extends KeyFilter {
  readonly bucket: string;
}

/** One for each bucket with each prefix and each suffix. */
export function askedKeys({ when: { buckets, prefixes, suffixes } }: Rule): AskedKeys[] {
  const ends = suffixes.length === 0 ? [''] : suffixes;
  return buckets.flatMap((bucket) => prefixes.flatMap((prefix) => ends.map((suffix) => ({ bucket, prefix, suffix }))));
}
