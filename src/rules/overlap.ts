// The proof itself, for one bucket: which reaches hold a key that some rule could match? Comparing every reach with every
// rule would take 10^8 steps for 10,000 rules; one sweep over all prefixes in nesting order takes about as many as there
// are prefixes and suffixes, whatever their shape.
import { prefixTree } from './nesting.js';
import type { Rule } from './rule.js';
import { compatible, suffixCounters } from './suffixes.js';
import type { TargetPattern } from './target-pattern.js';

/**
 * The reaches that could start a rule, at most `limit` of them; none means that none can. All are of one bucket, which
 * all the rules listen to.
 */
export function overlapping(reaches: readonly TargetPattern[], rules: readonly Rule[], limit: number): TargetPattern[] {
  if (reaches.length === 0) return [];
  const listeners = rules.map(({ when }) => ({ when, suffixes: suffixesOf(when), open: 0, closed: 0 }));
  const listeningAt = group(listeners, ({ when }) => when.prefixes);
  const closedAt = group(listeners, ({ when }) => when.excludes);
  const reachesAt = group(reaches, ({ prefix }) => [prefix]);
  const counter = suffixCounters(distinctSuffixes(reaches, rules));
  const listening = counter();
  const reaching = counter();
  const found = new Set<TargetPattern>();
  const stack: string[] = [];

  function enter(prefix: string): void {
    stack.push(prefix);
    for (const rule of closedAt.get(prefix) ?? none) turn(rule, 0, 1);
    const here = listeningAt.get(prefix) ?? none;
    for (const rule of here) turn(rule, 1, 0);
    for (const reach of reachesAt.get(prefix) ?? none) {
      // A rule whose prefix this reach starts with, and that no exclude has closed on the way here.
      if (listening.compatible(reach.suffix) > 0) found.add(reach);
      else reaching.add(reach.suffix, 1);
    }
    for (const rule of here) {
      // A reach that this rule's prefix starts with.
      if (rule.closed === 0) for (const suffix of rule.suffixes) if (reaching.compatible(suffix) > 0) blame(suffix);
    }
  }

  function leave(prefix: string): void {
    for (const reach of reachesAt.get(prefix) ?? none) if (!found.has(reach)) reaching.add(reach.suffix, -1);
    for (const rule of listeningAt.get(prefix) ?? none) turn(rule, -1, 0);
    for (const rule of closedAt.get(prefix) ?? none) turn(rule, 0, -1);
  }

  // A rule listens where at least one of its prefixes and none of its excludes has been passed.
  function turn(rule: Listener, opened: number, closed: number): void {
    const before = rule.open > 0 && rule.closed === 0;
    rule.open += opened;
    rule.closed += closed;
    const after = rule.open > 0 && rule.closed === 0;
    if (before !== after) for (const suffix of rule.suffixes) listening.add(suffix, after ? 1 : -1);
  }

  // Each reach is found once: it stops counting, so that the next rule that meets something meets another one.
  function blame(suffix: string): void {
    for (const prefix of stack) {
      for (const reach of reachesAt.get(prefix) ?? none) {
        if (found.size >= limit) return;
        if (found.has(reach) || !compatible(reach.suffix, suffix)) continue;
        found.add(reach);
        reaching.add(reach.suffix, -1);
      }
    }
  }

  for (const { text } of prefixTree([...listeningAt.keys(), ...closedAt.keys(), ...reachesAt.keys()])) {
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
 * A quick test that most reaches fail, since most derivatives lie nowhere near a source: a key that a rule matches
 * begins as that rule's prefix does, and as many characters as the shortest prefix has tell most of them apart.
 */
export function quickTest(rules: readonly Rule[]): (reach: TargetPattern) => boolean {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { when } of rules) for (const prefix of when.prefixes) shortest = Math.min(shortest, prefix.length);
  const heads = new Set<string>();
  for (const { when } of rules) for (const prefix of when.prefixes) heads.add(prefix.slice(0, shortest));
  return ({ prefix }) => prefix.length < shortest || heads.has(prefix.slice(0, shortest));
}

/** Whether keys that this reach may hold could match a rule that listens to its bucket: the same question, for one pair. */
export function mayMatch(reach: TargetPattern, rule: Rule): boolean {
  return (
    rule.when.buckets.includes(reach.bucket) &&
    suffixesOf(rule.when).some((suffix) => compatible(suffix, reach.suffix)) &&
    rule.when.prefixes.some((prefix) => {
      if (!prefix.startsWith(reach.prefix) && !reach.prefix.startsWith(prefix)) return false;
      const common = prefix.length > reach.prefix.length ? prefix : reach.prefix;
      return !rule.when.excludes.some((exclude) => common.startsWith(exclude));
    })
  );
}

interface Listener {
  readonly when: Rule['when'];
  readonly suffixes: readonly string[];
  open: number;
  closed: number;
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

function distinctSuffixes(reaches: readonly TargetPattern[], rules: readonly Rule[]): Set<string> {
  const distinct = new Set<string>();
  for (const { suffix } of reaches) distinct.add(suffix);
  for (const { when } of rules) for (const suffix of suffixesOf(when)) distinct.add(suffix);
  return distinct;
}
