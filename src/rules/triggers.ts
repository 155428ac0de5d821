// Which prefixes of which buckets the OSS triggers of a set of rules must cover: OSS filters only by prefix and suffix
// and refuses triggers that overlap. So each bucket's shortest prefixes get a trigger, and the rules decide the rest.
import type { Rule } from './rule.js';

/**
 * The prefixes to listen to, by bucket, each bucket's in the order of their code units. None starts with another of the
 * same bucket, so that each upload fires one trigger.
 */
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

/** Those that start with no other of them, in the order of their code units. */
export function shortestPrefixes(prefixes: Iterable<string>): string[] {
  const kept: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    const last = kept.at(-1);
    if (last === undefined || !prefix.startsWith(last)) kept.push(prefix);
  }
  return kept;
}
