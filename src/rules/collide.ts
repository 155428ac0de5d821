// Which claims to the keys of one bucket could be to the same key? Each with each would be 10^8 steps for 10,000 rules;
// in nesting order of the prefixes, a claim only has to be held against those whose prefix it starts with.

import { compatible, type SuffixCount, suffixCounters } from './suffixes.js';

/** To all keys that start with the prefix and end with one of the suffixes. */
export type Claim<Owner> = {
  readonly prefix: string;
  /** At least one. */
  readonly suffixes: readonly string[];
  readonly owner: Owner;
};

/** The mapping of all claims that are never blamed, and never in each other's way. */
export const BLAMELESS = '';

/**
 * Owners of claims to keys that a claim of another mapping could be to as well, each with one such pair, its own first;
 * at most `limit`. One of two is blamed, never a BLAMELESS one; none means that only claims of one mapping share keys.
 */
export function collisions<Owner, C extends Claim<Owner>>(
  claims: readonly C[],
  mappingOf: (claim: C) => string,
  limit: number,
): Map<Owner, readonly [C, C]> {
  const counter = suffixCounters(suffixesOf(claims));
  const blamed = new Map<Owner, readonly [C, C]>();
  // Those whose prefix the present one starts with, except for the owners already blamed, which count no more.
  const open: C[] = [];
  const all = counter();
  // Mappings are asked for only where keys are shared, which is rare: so many of the open ones are counted by theirs.
  const byMapping = new Map<string, SuffixCount>();
  let mapped = 0;

  function countMapped(claim: C, change: 1 | -1): void {
    const mapping = mappingOf(claim);
    let own = byMapping.get(mapping);
    if (own === undefined) {
      own = counter();
      byMapping.set(mapping, own);
    }
    count(own, claim, change);
  }

  function rivalOf(claim: C): C | undefined {
    if (!claim.suffixes.some((suffix) => all.compatible(suffix) > 0)) return undefined;
    for (const one of open.slice(mapped)) if (!blamed.has(one.owner)) countMapped(one, 1);
    mapped = open.length;
    const mapping = mappingOf(claim);
    const own = byMapping.get(mapping);
    const shared = claim.suffixes.filter((suffix) => all.compatible(suffix) > (own?.compatible(suffix) ?? 0));
    if (shared.length === 0) return undefined;
    return open.find(
      (one) =>
        !blamed.has(one.owner) &&
        one.suffixes.some((suffix) => shared.some((other) => compatible(suffix, other))) &&
        mappingOf(one) !== mapping,
    );
  }

  function blame(claim: C, other: C): void {
    blamed.set(claim.owner, [claim, other]);
    for (const [index, one] of open.entries()) {
      if (one.owner !== claim.owner) continue;
      count(all, one, -1);
      if (index < mapped) countMapped(one, -1);
    }
  }

  function close(): void {
    const last = open.pop();
    if (last === undefined) return;
    const wasMapped = mapped > open.length;
    if (wasMapped) mapped = open.length;
    if (blamed.has(last.owner)) return;
    count(all, last, -1);
    if (wasMapped) countMapped(last, -1);
  }

  for (const claim of inOrder(claims)) {
    while (open.length > 0 && !claim.prefix.startsWith(open.at(-1)?.prefix ?? '')) close();
    for (let rival = rivalOf(claim); rival !== undefined && !blamed.has(claim.owner); rival = rivalOf(claim)) {
      if (blamed.size >= limit) return blamed;
      if (mappingOf(claim) === BLAMELESS) blame(rival, claim);
      else blame(claim, rival);
    }
    if (blamed.has(claim.owner)) continue;
    open.push(claim);
    count(all, claim, 1);
  }
  return blamed;
}

function suffixesOf(claims: readonly { readonly suffixes: readonly string[] }[]): Set<string> {
  const distinct = new Set<string>();
  for (const { suffixes } of claims) for (const suffix of suffixes) distinct.add(suffix);
  return distinct;
}

function count(counter: SuffixCount, { suffixes }: { readonly suffixes: readonly string[] }, change: 1 | -1): void {
  for (const suffix of suffixes) counter.add(suffix, change);
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
