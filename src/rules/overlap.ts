// The proof itself, for one bucket: which reaches hold a key that some rule could match? Comparing every reach with every
// rule would take 10^8 steps for 10,000 rules; one sweep over all prefixes in nesting order takes about as many as there
// are prefixes and suffixes, whatever their shape.

import type { Rule } from './load.js';
import { nest } from './nesting.js';
import type { Reach } from './reach.js';

/**
 * The reaches that could start a rule, at most `limit` of them; none means that none can. All are of one bucket, which
 * all the rules listen to.
 */
export function overlapping(reaches: readonly Reach[], rules: readonly Rule[], limit: number): Reach[] {
  const near = nearby(reaches, rules);
  if (near.length === 0) return [];
  const suffixes = suffixCounter(near, rules);
  const found = new Set<Reach>();
  const stack: Point[] = [];

  function enter(point: Point): void {
    for (const rule of point.excluded) turn(rule, 0, 1);
    for (const rule of point.listening) turn(rule, 1, 0);
    for (const reach of point.reaches) {
      // A rule whose prefix this reach starts with, and that no exclude has closed on the way here.
      if (suffixes.meets(reach.suffix, 'listening')) found.add(reach);
      else suffixes.count(reach.suffix, 'reaching', 1);
    }
    stack.push(point);
    for (const rule of point.listening) {
      if (rule.closed > 0) continue;
      // A reach that this rule's prefix starts with.
      for (const suffix of rule.suffixes) if (suffixes.meets(suffix, 'reaching')) blame(suffix);
    }
  }

  function leave(point: Point): void {
    for (const reach of point.reaches) if (!found.has(reach)) suffixes.count(reach.suffix, 'reaching', -1);
    for (const rule of point.listening) turn(rule, -1, 0);
    for (const rule of point.excluded) turn(rule, 0, -1);
  }

  // A rule listens where at least one of its prefixes and none of its excludes has been passed.
  function turn(rule: Listener, opened: number, closed: number): void {
    const before = rule.open > 0 && rule.closed === 0;
    rule.open += opened;
    rule.closed += closed;
    const after = rule.open > 0 && rule.closed === 0;
    if (before !== after) for (const suffix of rule.suffixes) suffixes.count(suffix, 'listening', after ? 1 : -1);
  }

  // Each reach is found once: it stops counting, so that the next rule that meets something meets another one.
  function blame(suffix: string): void {
    for (const reach of stack.flatMap((point) => point.reaches)) {
      if (found.size >= limit) return;
      if (found.has(reach) || !compatible(reach.suffix, suffix)) continue;
      found.add(reach);
      suffixes.count(reach.suffix, 'reaching', -1);
    }
  }

  const points = pointsOf(near, rules);
  for (const { text } of nest(points.keys())) {
    const point = points.get(text);
    if (point === undefined) continue;
    for (let top = stack.at(-1); top !== undefined && !text.startsWith(top.prefix); top = stack.at(-1)) {
      leave(top);
      stack.pop();
    }
    enter(point);
    if (found.size >= limit) break;
  }
  return [...found].slice(0, limit);
}

/** Whether keys that this reach may hold could match a rule that listens to its bucket: the same question, for one pair. */
export function couldStart(reach: Reach, rule: Rule): boolean {
  return (
    rule.when.buckets.includes(reach.bucket) &&
    suffixesOf(rule).some((suffix) => compatible(suffix, reach.suffix)) &&
    rule.when.prefixes.some((prefix) => {
      if (!prefix.startsWith(reach.prefix) && !reach.prefix.startsWith(prefix)) return false;
      const common = prefix.length > reach.prefix.length ? prefix : reach.prefix;
      return !rule.when.excludes.some((exclude) => common.startsWith(exclude));
    })
  );
}

type Listener = { readonly suffixes: readonly string[]; open: number; closed: number };

/** What begins at one prefix. */
type Point = {
  readonly prefix: string;
  readonly listening: Listener[];
  readonly excluded: Listener[];
  readonly reaches: Reach[];
};

function pointsOf(reaches: readonly Reach[], rules: readonly Rule[]): Map<string, Point> {
  const points = new Map<string, Point>();
  const at = (prefix: string): Point => {
    const known = points.get(prefix);
    if (known !== undefined) return known;
    const point = { prefix, listening: [], excluded: [], reaches: [] };
    points.set(prefix, point);
    return point;
  };
  for (const rule of rules) {
    const listener = { suffixes: suffixesOf(rule), open: 0, closed: 0 };
    for (const prefix of rule.when.prefixes) at(prefix).listening.push(listener);
    for (const exclude of rule.when.excludes) at(exclude).excluded.push(listener);
  }
  for (const reach of reaches) at(reach.prefix).reaches.push(reach);
  return points;
}

// Most derivatives lie nowhere near a source. A key that both a reach holds and a rule matches begins as that rule's
// prefix does: as many characters as the shortest prefix has tell most pairs apart without the sweep.
function nearby(reaches: readonly Reach[], rules: readonly Rule[]): readonly Reach[] {
  let shortest = Number.POSITIVE_INFINITY;
  for (const { when } of rules) for (const prefix of when.prefixes) shortest = Math.min(shortest, prefix.length);
  if (shortest === 0) return reaches;
  const heads = new Set<string>();
  for (const { when } of rules) for (const prefix of when.prefixes) heads.add(prefix.slice(0, shortest));
  return reaches.filter(({ prefix }) => prefix.length < shortest || heads.has(prefix.slice(0, shortest)));
}

function suffixesOf(rule: Rule): readonly string[] {
  return rule.when.suffixes.length === 0 ? [''] : rule.when.suffixes;
}

function compatible(one: string, other: string): boolean {
  return one.endsWith(other) || other.endsWith(one);
}

type Side = 'listening' | 'reaching';
type Counts = {
  readonly parent: Counts | undefined;
  readonly here: Record<Side, number>;
  readonly below: Record<Side, number>;
};

// Counts suffixes on two sides, and knows without a search whether a side holds one that is compatible with a given one:
// either it ends with that one (it counts below it), or that one ends with it (it counts above it).
function suffixCounter(reaches: readonly Reach[], rules: readonly Rule[]) {
  const distinct = new Set<string>();
  for (const { suffix } of reaches) distinct.add(suffix);
  for (const rule of rules) for (const suffix of suffixesOf(rule)) distinct.add(suffix);
  const nodes = new Map<string, Counts>();
  for (const { text, parent } of nest(Array.from(distinct, reversed))) {
    nodes.set(reversed(text), {
      parent: parent && nodes.get(reversed(parent.text)),
      here: { listening: 0, reaching: 0 },
      below: { listening: 0, reaching: 0 },
    });
  }
  return {
    count(suffix: string, side: Side, by: 1 | -1): void {
      const node = nodes.get(suffix);
      if (node !== undefined) node.here[side] += by;
      for (let above = node; above !== undefined; above = above.parent) above.below[side] += by;
    },
    meets(suffix: string, side: Side): boolean {
      const node = nodes.get(suffix);
      if (node === undefined) return false;
      if (node.below[side] > 0) return true;
      for (let above = node.parent; above !== undefined; above = above.parent) if (above.here[side] > 0) return true;
      return false;
    },
  };
}

function reversed(text: string): string {
  return text.split('').reverse().join('');
}
