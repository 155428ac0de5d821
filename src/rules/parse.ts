// From any input to rules of the right shape (read by shape.ts), or every mistake in them. Rules are read one by one,
// so that the check of hostile input stops after 200 mistakes. What was checked is what is used, whatever a getter
// gives the next time.

import { type Issue, mismatch, Placeholder } from './issue.js';
import { below, maxIssues, type Reader, type Reading } from './reading.js';
import type { Config, Rule } from './rule.js';
import { readJournal, readRule } from './shape.js';
import { type Environment, templateReader } from './values.js';

const maxRules = 10_000;

/** A configuration in which every rule is right by itself; or its mistakes, up to 200. */
export function parseConfig(input: unknown, environment: Environment): { config: Config } | { issues: Issue[] } {
  const opened = open(input);
  if (opened === undefined) return { issues: [unreadable()] };
  const { outer, items } = opened;
  const issues: Issue[] = [];
  const at: Reading = { issues, environment, templateOf: templateReader(), named: new Map() };
  const journal = readWhole(outer, at, readJournal);
  if (items.length > maxRules)
    issues.push(mismatch('rules', `at most ${maxRules} rules`, new Placeholder('a longer list')));
  const rules: Rule[] = [];
  for (let index = 0; index < items.length && issues.length < maxIssues; index += 1) {
    const before = issues.length;
    const rule = readWhole(items[index], at, readRule);
    if (issues.length > before) below(`rules[${index}]`, at, before);
    if (rule !== undefined) rules.push(rule);
  }
  if (journal === undefined || issues.length > 0) return { issues: issues.slice(0, maxIssues) };
  return { config: Object.freeze({ journal, rules: Object.freeze(rules) }) };
}

// Takes the rules out of the rest of the configuration.
function open(input: unknown): { outer: unknown; items: readonly unknown[] } | undefined {
  try {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return { outer: input, items: [] };
    const outer: Record<string, unknown> = { ...input };
    const { rules } = outer;
    if (!Array.isArray(rules)) return { outer, items: [] };
    const items = Array.from({ length: Math.min(rules.length, maxRules + 1) }, (_, index): unknown => rules[index]);
    return { outer, items };
  } catch {
    return undefined;
  }
}

// Reads it whole or not at all: where a getter or a proxy throws, that is its only issue.
function readWhole<T>(input: unknown, at: Reading, read: Reader<T>): T | undefined {
  const before = at.issues.length;
  try {
    return read(input, at);
  } catch {
    at.issues.splice(before, Number.POSITIVE_INFINITY, unreadable());
    return undefined;
  }
}

// The message of what was thrown may hold anything, so it is not repeated.
function unreadable(): Issue {
  return mismatch('', 'plain data', new Placeholder('an object that cannot be read'));
}
