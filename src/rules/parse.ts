// From any input to rules of the right shape (by the schemas of schema.ts), or every mistake in them. Rules are checked
// one by one, so that the check of hostile input stops after 200 mistakes. Each value is read once: what was checked is
// what is used.

import * as v from 'valibot';
import { type Issue, joinPath, mismatch, Placeholder, showText } from './issue.js';
import type { Config, Rule } from './rule.js';
import { schemas } from './schema.js';
import type { Environment } from './values.js';

const maxRules = 10_000;
const maxIssues = 200;

/** A configuration in which every rule is right by itself; or its mistakes, up to 200. */
export function parseConfig(input: unknown, environment: Environment): { config: Config } | { issues: Issue[] } {
  const { whole, rule: ruleSchema } = schemas(environment);
  const opened = open(input);
  if (opened === undefined) return { issues: [unreadable([])] };
  const { outer, items } = opened;
  const issues: Issue[] = [];
  const around = check(whole, outer, [], issues);
  if (items.length > maxRules)
    issues.push(mismatch('rules', `at most ${maxRules} rules`, new Placeholder('a longer list')));
  const rules: Rule[] = [];
  for (let index = 0; index < items.length && issues.length < maxIssues; index += 1) {
    const rule = check(ruleSchema, items[index], ['rules', index], issues);
    if (rule !== undefined) rules.push(rule);
  }
  if (around === undefined || issues.length > 0) return { issues: issues.slice(0, maxIssues) };
  return { config: Object.freeze({ journal: around.journal, rules: Object.freeze(rules) }) };
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

type Path = readonly (string | number)[];

function check<T extends v.GenericSchema>(
  schema: T,
  input: unknown,
  path: Path,
  issues: Issue[],
): v.InferOutput<T> | undefined {
  try {
    const read = v.safeParse(schema, input);
    if (read.success) return read.output;
    for (const issue of read.issues.flatMap((one) => translate(path, one))) {
      // Where a list stands in place of an object, there is an issue for each key that the list lacks: one is enough.
      if (issue.path !== issues.at(-1)?.path || issue.message !== issues.at(-1)?.message) issues.push(issue);
    }
  } catch {
    issues.push(unreadable(path));
  }
  return undefined;
}

// A getter or a proxy threw. Its message may hold anything, so it is not repeated.
function unreadable(path: Path): Issue {
  return mismatch(joinPath(path), 'plain data', new Placeholder('an object that cannot be read'));
}

// In place of a message, the schemas give what was expected, or the known keys: see schema.ts.
function translate(base: Path, issue: v.BaseIssue<unknown>): Issue[] {
  const keys = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const path = joinPath([...base, ...keys]);
  if (issue.type !== 'strict_object') return [mismatch(path, issue.message, issue.input)];
  const known = issue.message.split(' ');
  const last = issue.path?.at(-1);
  const object = `an object with ${known.join(', ')}`;
  if (last?.origin !== 'key') return [mismatch(path, object, issue.input)];
  const owner = [...base, ...keys.slice(0, -1)];
  if (Array.isArray(last.input)) return [mismatch(joinPath(owner), object, last.input)];
  if (issue.expected !== 'never') {
    const key = { name: String(keys.at(-1)) };
    return [{ path, value: 'nothing', expected: 'a value', message: 'required, but missing', key }];
  }
  const expected = `one of the keys ${known.join(', ')}`;
  const message = `unknown key; expected ${expected}`;
  return Object.keys(Object(last.input))
    .filter((name) => !known.includes(name))
    .slice(0, maxIssues)
    .map((name) => ({
      path: joinPath([...owner, name]),
      value: showText(name),
      expected,
      message,
      key: { name, known },
    }));
}
