// The proof of loops.ts for one bucket: which target patterns hold a key that some rule could match? Comparing every
// pattern with every rule would take 10^8 steps for 10,000 rules. One sweep over all prefixes, sorted, takes about as
// many steps as there are prefixes and suffixes, whatever their shape.
import type { Rule } from './rule.js';
import { compatible, suffixCounters } from './suffixes.js';
import type { TargetPattern } from './target-pattern.js';

/**
 * The patterns that could start a rule, at most `limit` of them; none means that none can. All are of one bucket, to
 * which all the rules listen.
 */
export function overlapping(
  patterns: readonly TargetPattern[],
  rules: readonly Rule[],
  limit: number,
): TargetPattern[] {
  if (patterns.length === 0) return [];
  const listeners = rules.map(({ when }) => ({ when, suffixes: suffixesOf(when), prefixes: 0, excludes: 0 }));
  const listeningAt = group(listeners, ({ when }) => when.prefixes);
  const excludedAt = group(listeners, ({ when }) => when.excludes);
  const patternsAt = group(patterns, ({ prefix }) => [prefix]);
  const counter = suffixCounters([
    ...patterns.map(({ suffix }) => suffix),
    ...listeners.flatMap(({ suffixes }) => suffixes),
  ]);
  const listening = counter();
  const enclosing = counter();
  const found = new Set<TargetPattern>();
  const stack: string[] = [];

  function enter(prefix: string): void {
    stack.push(prefix);
    for (const rule of excludedAt.get(prefix) ?? none) pass(rule, 0, 1);
    const here = listeningAt.get(prefix) ?? none;
    for (const rule of here) pass(rule, 1, 0);
    for (const pattern of patternsAt.get(prefix) ?? none) {
      // Some rule listens here: the pattern's prefix starts with the rule's, and with none of its excludes.
      if (listening.compatible(pattern.suffix) > 0) found.add(pattern);
      else enclosing.add(pattern.suffix, 1);
    }
    for (const rule of here) {
      // Some pattern holds keys here: the rule's prefix starts with the pattern's.
      if (rule.excludes === 0) for (const suffix of rule.suffixes) if (enclosing.compatible(suffix) > 0) report(suffix);
    }
  }

  function leave(prefix: string): void {
    for (const pattern of patternsAt.get(prefix) ?? none) if (!found.has(pattern)) enclosing.add(pattern.suffix, -1);
    for (const rule of listeningAt.get(prefix) ?? none) pass(rule, -1, 0);
    for (const rule of excludedAt.get(prefix) ?? none) pass(rule, 0, -1);
  }

  // A rule listens below at least one of its prefixes, if not below one of its excludes.
  function pass(rule: Listener, prefixes: number, excludes: number): void {
    const before = rule.prefixes > 0 && rule.excludes === 0;
    rule.prefixes += prefixes;
    rule.excludes += excludes;
    const after = rule.prefixes > 0 && rule.excludes === 0;
    if (before !== after) for (const suffix of rule.suffixes) listening.add(suffix, after ? 1 : -1);
  }

  // A pattern is found only once: it is not counted any more, so that later rules find other ones.
  function report(suffix: string): void {
    for (const prefix of stack) {
      for (const pattern of patternsAt.get(prefix) ?? none) {
        if (found.size >= limit) return;
        if (found.has(pattern) || !compatible(pattern.suffix, suffix)) continue;
        found.add(pattern);
        enclosing.add(pattern.suffix, -1);
      }
    }
  }

  for (const text of [...new Set([...listeningAt.keys(), ...excludedAt.keys(), ...patternsAt.keys()])].sort()) {
    for (let top = stack.at(-1); top !== undefined && !text.startsWith(top); top = stack.at(-1)) {
      leave(top);
      stack.pop();
    }
    enter(text);
    if (found.size >= limit) break;
  }
  return [...found].slice(0, limit);
}

/**
 * A quick test which patterns may overlap a rule at all. Most fail it, since most derivatives have other folders than
 * any source: a key that a rule matches starts as the rule's prefix does, and only as many characters are compared as
 * the shortest prefix has.
 */
export function quickTest(rules: readonly Rule[]): (pattern: TargetPattern) => boolean {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { when } of rules) for (const prefix of when.prefixes) shortest = Math.min(shortest, prefix.length);
  const heads = new Set<string>();
  for (const { when } of rules) for (const prefix of when.prefixes) heads.add(prefix.slice(0, shortest));
  return ({ prefix }) => prefix.length < shortest || heads.has(prefix.slice(0, shortest));
}

/** Whether a rule could match a key of this pattern: the same question for one pair. */
export function mayMatch(pattern: TargetPattern, rule: Rule): boolean {
  return (
    rule.when.buckets.includes(pattern.bucket) &&
    suffixesOf(rule.when).some((suffix) => compatible(suffix, pattern.suffix)) &&
    rule.when.prefixes.some((prefix) => {
      if (!prefix.startsWith(pattern.prefix) && !pattern.prefix.startsWith(prefix)) return false;
      const common = prefix.length > pattern.prefix.length ? prefix : pattern.prefix;
      return !rule.when.excludes.some((exclude) => common.startsWith(exclude));
    })
  );
}

interface Listener {
  readonly when: Rule['when'];
  readonly suffixes: readonly string[];
  /** Of how many of its prefixes and excludes the sweep is below. */
  prefixes: number;
  excludes: number;
}

const none: readonly never[] = [];

function group<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}

function suffixesOf({ suffixes }: Rule['when']): readonly string[] {
  return suffixes.length === 0 ? every : suffixes;
}

const every: readonly string[] = [''];
