// Which OSS triggers a set of rules needs: OSS filters by prefix and suffix alone and refuses overlaps, so the triggers
// are the shortest prefixes of each bucket, and the rules decide the rest.
import type { Rule } from './rule.js';

/** One native OSS trigger: a bucket and the prefix that it filters by. */
export interface NeededTrigger {
  readonly bucket: string;
  readonly prefix: string;
}

/** The prefixes to listen to, none of which begins with another of the same bucket, so that each upload fires once. */
export function neededTriggers(rules: readonly Rule[]): NeededTrigger[] {
  return [...neededPrefixes(rules)].flatMap(([bucket, prefixes]) => prefixes.map((prefix) => ({ bucket, prefix })));
}

/** The same by bucket, each bucket's in the order of their code units. */
export function neededPrefixes(rules: readonly Rule[]): Map<string, string[]> {
  const prefixesOf = new Map<string, Set<string>>();
  for (const { when } of rules) {
    for (const bucket of when.buckets) {
      const known = prefixesOf.get(bucket) ?? new Set();
      for (const prefix of when.prefixes) known.add(prefix);
      prefixesOf.set(bucket, known);
    }
  }
  return new Map([...prefixesOf].map(([bucket, prefixes]) => [bucket, shortestPrefixes(prefixes)]));
}

/** Those that begin with no other of them, in the order of their code units. */
export function shortestPrefixes(prefixes: Iterable<string>): string[] {
  const kept: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}
