// The buckets that rules name, and what each is for.
import type { Config } from '../rules/rule.js';

/** What each bucket is for, in words: source, target, journal. */
export type BucketUses = ReadonlyMap<string, ReadonlySet<string>>;

export function bucketUses({ rules, journal }: Config): BucketUses {
  const uses = new Map<string, Set<string>>();
  const add = (bucket: string, use: string): void => {
    uses.set(bucket, (uses.get(bucket) ?? new Set()).add(use));
  };
  for (const { when, outputs } of rules) {
    for (const source of when.buckets) {
      add(source, 'source');
      for (const { bucket = source } of outputs) add(bucket, 'target');
    }
  }
  if (journal !== 'throw') add(journal.bucket, 'journal');
  return uses;
}
