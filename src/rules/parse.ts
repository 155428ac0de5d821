// From any input to rules of the right shape, or every mistake in them. Rules are copied and checked one at a time: the
// copies die young, and hostile input is dropped as soon as it has shown what it is.

import * as v from 'valibot';
import { type Issue, joinPath, mismatch, Shown, showText } from './issue.js';
import type { Config, Rule } from './load.js';
import { schemas } from './schema.js';
import { snapshot, unreadable } from './snapshot.js';
import type { Environment } from './values.js';

const MAX_RULES = 10_000;
const MAX_ISSUES = 200;

/** The configuration, every rule right by itself; or what is wrong, all of it up to 200 mistakes. */
export function parseConfig(input: unknown, environment: Environment): { config: Config } | { issues: Issue[] } {
  const { config: configSchema, rule: ruleSchema } = schemas(environment);
  const opened = open(input);
  if (opened === undefined) return { issues: [unreadable([])] };
  const { outer, items } = opened;
  const issues: Issue[] = [];
  if (items.length > MAX_RULES) {
    issues.push(mismatch('rules', `at most ${MAX_RULES} rules`, new Shown('a longer list')));
  }
  const around = check(configSchema, outer, [], issues);
  const rules: Rule[] = [];
  for (let index = 0; index < items.length && issues.length < MAX_ISSUES; index += 1) {
    const rule = check(ruleSchema, items[index], ['rules', index], issues);
    if (rule !== undefined) rules.push(rule);
  }
  if (around === undefined || issues.length > 0) return { issues: issues.slice(0, MAX_ISSUES) };
  return { config: Object.freeze({ journal: around.journal, rules: Object.freeze(rules) }) };
}

// Takes the rules out of what is around them, reading each of the two once.
function open(input: unknown): { outer: unknown; items: readonly unknown[] } | undefined {
  try {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return { outer: input, items: [] };
    const outer: Record<string, unknown> = { ...input };
    const { rules } = outer;
    if (!Array.isArray(rules)) return { outer, items: [] };
    const items = Array.from({ length: Math.min(rules.length, MAX_RULES + 1) }, (_, index): unknown => rules[index]);
    return { outer: { ...outer, rules: [] }, items };
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
  const copied = snapshot(input, path);
  if ('issue' in copied) {
    issues.push(copied.issue);
    return undefined;
  }
  const read = v.safeParse(schema, copied.value);
  if (read.success) return read.output;
  for (const issue of read.issues) issues.push(...translate(path, issue));
  return undefined;
}

function translate(base: Path, issue: v.BaseIssue<unknown>): Issue[] {
  const keys = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const path = joinPath([...base, ...keys]);
  if (issue.type === 'array') return [mismatch(path, 'a list', issue.input)];
  if (issue.type !== 'strict_object') return [mismatch(path, issue.expected ?? 'another value', issue.input)];
  // See fields() in schema.ts.
  const known = issue.message.split(' ');
  const last = issue.path?.at(-1);
  if (last?.origin !== 'key') return [mismatch(path, `an object with ${known.join(', ')}`, issue.input)];
  if (issue.expected !== 'never') {
    return [{ path, value: 'nothing', expected: 'a value', message: 'required, but missing' }];
  }
  const owner = [...base, ...keys.slice(0, -1)];
  const expected = `one of the keys ${known.join(', ')}`;
  const message = `unknown key; expected ${expected}`;
  return Object.keys(Object(last.input))
    .filter((key) => !known.includes(key))
    .slice(0, MAX_ISSUES)
    .map((key) => ({ path: joinPath([...owner, key]), value: showText(key), expected, message }));
}
