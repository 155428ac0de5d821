// How a configuration is read: value by value, each by a reader, which gives what the value comes to or notes what was
// expected instead. What a configuration has where is in shape.ts, what a single value may be in values.ts.
import { type Issue, joinPath, mismatch, Placeholder, showText } from './issue.js';
import type { NamedTemplate } from './rule.js';
import type { Template } from './template.js';
import { type Environment, resolveMarker, type TextCheck, ValueProblem } from './values.js';

/** How far the reading of a configuration is. */
export interface Reading {
  /** The mistakes so far. Their paths begin at the object that is being read: see `below`. */
  readonly issues: Issue[];
  readonly environment: Environment;
  /** See templateReader. */
  readonly templateOf: (value: unknown) => Template | ValueProblem;
  /** Headers and tags that have been read, by their text: see headers-and-tags.ts. */
  readonly named: Map<string, readonly NamedTemplate[]>;
}

/** Gives what a value comes to; or undefined, and then the reading has another issue. */
export type Reader<T> = (input: unknown, at: Reading) => T | undefined;

/** No more issues than these are made of one object: it may have millions of keys. */
export const maxIssues = 200;

/** Notes what was expected in place of the present value. */
export function refuse(at: Reading, expected: string, input: unknown): undefined {
  at.issues.push(mismatch('', expected, input));
}

/** The value, if it is an object. Its keys are read by `required` and `optional`, and then `noOthers` ends it. */
export function objectOf(
  input: unknown,
  keys: readonly string[],
  at: Reading,
): Readonly<Record<string, unknown>> | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return refuse(at, `an object with ${keys.join(', ')}`, input);
  }
  return input as Record<string, unknown>;
}

/** What stands under a key that must be there. */
export function required<T>(
  object: Readonly<Record<string, unknown>>,
  key: string,
  read: Reader<T>,
  at: Reading,
): T | undefined {
  const value = object[key];
  if (value !== undefined || key in object) return readAt(key, value, read, at);
  const path = joinPath([key]);
  at.issues.push({ path, value: 'nothing', expected: 'a value', message: 'required, but missing', key: { name: key } });
  return undefined;
}

/** What stands under a key that need not be there. */
export function optional<T>(
  object: Readonly<Record<string, unknown>>,
  key: string,
  read: Reader<T>,
  at: Reading,
): T | undefined {
  const value = object[key];
  return value === undefined ? undefined : readAt(key, value, read, at);
}

/** Reads what stands under a key, or at an index. */
export function readAt<T>(key: string | number, value: unknown, read: Reader<T>, at: Reading): T | undefined {
  const before = at.issues.length;
  const result = read(value, at);
  if (at.issues.length > before) below(joinPath([key]), at, before);
  return result;
}

/** Puts `path` before the paths of the latest issues. Only mistakes need a path: thousands of good rules make none. */
export function below(path: string, { issues }: Reading, before: number): void {
  for (const [index, issue] of issues.entries()) {
    if (index < before) continue;
    const dot = issue.path === '' || issue.path.startsWith('[') ? '' : '.';
    issues[index] = { ...issue, path: `${path}${dot}${issue.path}` };
  }
}

/** Notes every other key of the object. */
export function noOthers(object: object, known: readonly string[], at: Reading): void {
  // Not by Object.keys: nearly all objects have none, and thousands of rules would leave as many lists behind.
  let found = 0;
  for (const name in object) {
    if (known.includes(name) || !Object.hasOwn(object, name)) continue;
    found += 1;
    if (found > maxIssues) return;
    const path = joinPath([name]);
    const expected = `one of the keys ${known.join(', ')}`;
    const message = `unknown key; expected ${expected}`;
    at.issues.push({ path, value: showText(name), expected, message, key: { name, known } });
  }
}

/** A list of `min` to `max` items. The items of a list that is too long are not read: there may be millions. */
export function listOf<T>(
  input: unknown,
  min: number,
  max: number,
  read: Reader<T>,
  at: Reading,
): readonly T[] | undefined {
  if (!Array.isArray(input)) return refuse(at, 'a list', input);
  const { length } = input;
  if (length < min || length > max) return refuse(at, `${min} to ${max} items`, input);
  // As long as it will be: a list that grows has room for 17 items at once, which thousands of rules would keep.
  const items = new Array<T>(length);
  let good = 0;
  for (let index = 0; index < length; index += 1) {
    const item = readAt(index, input[index], read, at);
    if (item === undefined) continue;
    items[index] = item;
    good += 1;
  }
  return good === length ? items : undefined;
}

export function textOf(input: unknown, check: TextCheck, at: Reading): string | undefined {
  return typeof input === 'string' ? checked(input, check, at) : refuse(at, 'a string', input);
}

/** A text that may come from the environment. */
export function textOrMarkerOf(input: unknown, check: TextCheck, at: Reading): string | undefined {
  if (typeof input === 'string') return checked(input, check, at);
  if (typeof input !== 'object' || input === null) return refuse(at, 'a string or env(NAME)', input);
  return resultOf(resolveMarker(input, check, at.environment), input, at);
}

function checked(text: string, check: TextCheck, at: Reading): string | undefined {
  const problem = check(text);
  return problem === undefined ? text : refuse(at, problem, text);
}

/** What a function of values.ts has made of `input`. */
export function resultOf<T>(result: T | ValueProblem, input: unknown, at: Reading): T | undefined {
  if (!(result instanceof ValueProblem)) return result;
  const shown = result.shown === undefined ? input : new Placeholder(result.shown);
  for (const expected of result.expected) refuse(at, expected, shown);
  return undefined;
}
