// The prefixes of source keys that a set of rules listens to, by bucket: the shortest ones, since OSS filters its
// events by prefix and refuses overlaps.
import type { Rule } from './rule.js';

/** By bucket, the prefixes to listen to: none begins with another, so that each upload fires once. */
export function sourcePrefixes(rules: readonly Rule[]): Map<string, string[]> {
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
