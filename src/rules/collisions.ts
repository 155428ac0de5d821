// Which target patterns of one bucket may hold a common key, and so a common target? Comparing each with each would
// take 10^8 steps for 10,000 rules. Sorted by prefix, a pattern is only compared with those whose prefix its own prefix
// starts with.

import { compatible, type SuffixCount, suffixCounters } from './suffixes.js';

/** The keys that start with the prefix and end with one of the suffixes, and who saves there. */
export interface OwnedPattern<Owner> {
  readonly prefix: string;
  /** At least one. */
  readonly suffixes: readonly string[];
  readonly owner: Owner;
}

/** The group of all patterns whose owners are never reported, and which do not collide with each other. */
export const neverReported = '';

/**
 * The owners of patterns that may have a key in common with a pattern of another group, each with one such pair, its
 * own pattern first; at most `limit`. Of a pair, one owner is reported, and the search goes on without it. None means
 * that only patterns of one group have keys in common.
 */
export function collisions<Owner, P extends OwnedPattern<Owner>>(
  patterns: readonly P[],
  groupOf: (pattern: P) => string,
  limit: number,
): Map<Owner, readonly [P, P]> {
  const reported = new Map<Owner, readonly [P, P]>();
  // Those whose prefix the present one starts with, except those of reported owners; the first `counted` are in
  // `counts`.
  let open: P[] = [];
  let counted = 0;
  let counts: Counts | undefined;

  function rivalOf(pattern: P): P | undefined {
    if (open.length > few && !hasRival(pattern)) return undefined;
    return open.find((one) => compatibleSome(one.suffixes, pattern.suffixes) && groupOf(one) !== groupOf(pattern));
  }

  // Whether there is a rival, without a look at each of the open patterns.
  function hasRival(pattern: P): boolean {
    counts ??= countsOf(patterns);
    for (const one of open.slice(counted)) counts.add(one.suffixes, groupOf(one), 1);
    counted = open.length;
    return counts.others(pattern.suffixes, groupOf(pattern));
  }

  function report(pattern: P, other: P): void {
    reported.set(pattern.owner, [pattern, other]);
    const gone = open.slice(0, counted).filter(({ owner }) => owner === pattern.owner);
    for (const one of gone) counts?.add(one.suffixes, groupOf(one), -1);
    counted -= gone.length;
    open = open.filter(({ owner }) => owner !== pattern.owner);
  }

  function close(): void {
    const last = open.pop();
    if (last === undefined || open.length >= counted) return;
    counted = open.length;
    counts?.add(last.suffixes, groupOf(last), -1);
  }

  for (const pattern of sorted(patterns)) {
    while (open.length > 0 && !pattern.prefix.startsWith(open.at(-1)?.prefix ?? '')) close();
    if (reported.has(pattern.owner)) continue;
    let rival = rivalOf(pattern);
    // All rivals of a pattern that is never reported are reported; in any other pair, it does not matter which one is.
    for (; rival !== undefined && groupOf(pattern) === neverReported; rival = rivalOf(pattern)) {
      if (reported.size >= limit) return reported;
      report(rival, pattern);
    }
    if (rival === undefined) {
      open.push(pattern);
      continue;
    }
    if (reported.size >= limit) return reported;
    report(pattern, rival);
  }
  return reported;
}

// Up to so many patterns are compared one by one; more are counted.
const few = 4;

/** Counts suffixes, in all and by group. */
interface Counts {
  add(suffixes: readonly string[], group: string, change: 1 | -1): void;
  /** Whether a suffix of another group is compatible with one of these. */
  others(suffixes: readonly string[], group: string): boolean;
}

function countsOf(patterns: readonly { readonly suffixes: readonly string[] }[]): Counts {
  const counter = suffixCounters(patterns.flatMap(({ suffixes }) => suffixes));
  const all = counter();
  const byGroup = new Map<string, SuffixCount>();
  return {
    add(suffixes, group, change) {
      let own = byGroup.get(group);
      if (own === undefined) {
        own = counter();
        byGroup.set(group, own);
      }
      for (const suffix of suffixes) {
        all.add(suffix, change);
        own.add(suffix, change);
      }
    },
    others(suffixes, group) {
      const own = byGroup.get(group);
      return suffixes.some((suffix) => all.compatible(suffix) > (own?.compatible(suffix) ?? 0));
    },
  };
}

function compatibleSome(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => compatible(one, other)));
}

// A prefix comes before all prefixes that start with it: by code units, not by locale.
function sorted<P extends { readonly prefix: string }>(patterns: readonly P[]): P[] {
  const byPrefix = new Map<string, P[]>();
  for (const pattern of patterns) {
    const same = byPrefix.get(pattern.prefix);
    if (same === undefined) byPrefix.set(pattern.prefix, [pattern]);
    else same.push(pattern);
  }
  return [...byPrefix.keys()].sort().flatMap((prefix) => byPrefix.get(prefix) ?? []);
}
