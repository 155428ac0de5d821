// Which claims to the keys of one bucket could be to the same key? Each with each would be 10^8 steps for 10,000 rules;
// in nesting order of the prefixes, a claim only has to be held against those whose prefix it starts with.

import { compatible, type SuffixCount, suffixCounters } from './suffixes.js';

/** To all keys that start with the prefix and end with one of the suffixes. */
export interface OwnedPattern<Owner> {
  readonly prefix: string;
  /** At least one. */
  readonly suffixes: readonly string[];
  readonly owner: Owner;
}

/** The mapping of all claims that are never blamed, and never in each other's way. */
export const neverReported = '';

/**
 * Owners of claims to keys that a claim of another mapping could be to as well, each with one such pair, its own first;
 * at most `limit`. One of two is blamed, never a BLAMELESS one; none means that only claims of one mapping share keys.
 */
export function collisions<Owner, C extends OwnedPattern<Owner>>(
  claims: readonly C[],
  mappingOf: (claim: C) => string,
  limit: number,
): Map<Owner, readonly [C, C]> {
  const blamed = new Map<Owner, readonly [C, C]>();
  // Those whose prefix the present one starts with, without those of the blamed; the first `counted` of them count.
  let open: C[] = [];
  let counted = 0;
  let counts: Counts | undefined;

  function rivalOf(claim: C): C | undefined {
    if (open.length > few && !countedRivals(claim)) return undefined;
    return open.find((one) => compatibleSome(one.suffixes, claim.suffixes) && mappingOf(one) !== mappingOf(claim));
  }

  // Whether there is any, without a look at each.
  function countedRivals(claim: C): boolean {
    counts ??= countsOf(claims);
    for (const one of open.slice(counted)) counts.add(one.suffixes, mappingOf(one), 1);
    counted = open.length;
    return counts.others(claim.suffixes, mappingOf(claim));
  }

  function blame(claim: C, other: C): void {
    blamed.set(claim.owner, [claim, other]);
    const gone = open.slice(0, counted).filter(({ owner }) => owner === claim.owner);
    for (const one of gone) counts?.add(one.suffixes, mappingOf(one), -1);
    counted -= gone.length;
    open = open.filter(({ owner }) => owner !== claim.owner);
  }

  function close(): void {
    const last = open.pop();
    if (last === undefined || open.length >= counted) return;
    counted = open.length;
    counts?.add(last.suffixes, mappingOf(last), -1);
  }

  for (const claim of inOrder(claims)) {
    while (open.length > 0 && !claim.prefix.startsWith(open.at(-1)?.prefix ?? '')) close();
    if (blamed.has(claim.owner)) continue;
    let rival = rivalOf(claim);
    // What is removed gives way to what stays; where both are removed, one is as good as the other.
    for (; rival !== undefined && mappingOf(claim) === neverReported; rival = rivalOf(claim)) {
      if (blamed.size >= limit) return blamed;
      blame(rival, claim);
    }
    if (rival !== undefined) {
      if (blamed.size >= limit) return blamed;
      blame(claim, rival);
      continue;
    }
    open.push(claim);
  }
  return blamed;
}

// As many are compared one by one before they are worth counting.
const few = 4;

/** Counts suffixes, all together and by mapping. */
interface Counts {
  add(suffixes: readonly string[], mapping: string, change: 1 | -1): void;
  /** Whether one of another mapping is compatible with one of these. */
  others(suffixes: readonly string[], mapping: string): boolean;
}

function countsOf(claims: readonly { readonly suffixes: readonly string[] }[]): Counts {
  const distinct = new Set<string>();
  for (const { suffixes } of claims) for (const suffix of suffixes) distinct.add(suffix);
  const counter = suffixCounters(distinct);
  const all = counter();
  const byMapping = new Map<string, SuffixCount>();
  return {
    add(suffixes, mapping, change) {
      let own = byMapping.get(mapping);
      if (own === undefined) {
        own = counter();
        byMapping.set(mapping, own);
      }
      for (const suffix of suffixes) {
        all.add(suffix, change);
        own.add(suffix, change);
      }
    },
    others(suffixes, mapping) {
      const own = byMapping.get(mapping);
      return suffixes.some((suffix) => all.compatible(suffix) > (own?.compatible(suffix) ?? 0));
    },
  };
}

function compatibleSome(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => compatible(one, other)));
}

// A prefix before all that start with it: by code units, not locale.
function inOrder<C extends { readonly prefix: string }>(claims: readonly C[]): C[] {
  const groups = new Map<string, C[]>();
  for (const claim of claims) {
    const group = groups.get(claim.prefix);
    if (group === undefined) groups.set(claim.prefix, [claim]);
    else group.push(claim);
  }
  return [...groups.keys()].sort().flatMap((prefix) => groups.get(prefix) ?? []);
}
