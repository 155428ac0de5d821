// What the conditions of a rule say of one object. The function finds rules by an index of them (pipeline/match.ts);
// whoever has few rules, or asks seldom, tries one after another.
import type { Rule } from './rule.js';
import { foldCase } from './target-pattern.js';

/** Whether a rule asks for this key, whatever its size. */
export function asksFor({ when }: Rule, bucket: string, key: string): boolean {
  const starts = (prefix: string) => key.startsWith(prefix);
  return (
    when.buckets.includes(bucket) &&
    when.prefixes.some(starts) &&
    (when.suffixes.length === 0 || when.suffixes.some((suffix) => foldCase(key).endsWith(suffix))) &&
    !when.excludes.some(starts)
  );
}

/** Whether a rule takes an object of this size; one that is not known, or 0, may be any. */
export function takesSize({ when }: Rule, size: number | undefined): boolean {
  if (when.size === undefined || !size) return true;
  const { min = 0, max = size } = when.size;
  return size >= min && size <= max;
}

/**
 * What the first rule that asks for an object and takes its size means. `empty`: there are rules for its key, but none
 * takes an object without bytes. `size-unknown`: the first rule that could take it has a size condition, so the object
 * has to be looked at.
 */
export function verdict(
  first: Rule | undefined,
  size: number | undefined,
): { readonly rule: Rule } | { readonly reason: 'no-rule' | 'empty' | 'size-unknown' } {
  if (first === undefined) return { reason: 'no-rule' };
  if (size === 0) return { reason: 'empty' };
  return first.when.size !== undefined && size === undefined ? { reason: 'size-unknown' } : { rule: first };
}
