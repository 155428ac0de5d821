// Turns valibot's issues into mistakes that a reader of s.yaml can fix.
import type * as v from 'valibot';
import { joinPath, mismatch, showText } from '../../rules/issue.js';

/** Where in s.yaml, and what is wrong there. */
export interface Mistake {
  readonly path: string;
  readonly message: string;
}

/** What valibot found, each path below `base`. */
export function mistakesOf(issues: readonly v.BaseIssue<unknown>[], base: readonly (string | number)[]): Mistake[] {
  const seen = new Set<string>();
  return issues
    .flatMap((issue) => translate(base, issue))
    .filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`));
}

function translate(base: readonly (string | number)[], issue: v.BaseIssue<unknown>): Mistake[] {
  const keys = (issue.path ?? []).map(({ key, type }) =>
    type === 'array' || (typeof key === 'string' && /^\d+$/.test(key)) ? Number(key) : String(key),
  );
  const here = [...base, ...keys];
  if (issue.type !== 'strict_object') return [mistakeAt(here, issue.message, issue.input)];
  // fields() has put the known keys there.
  const known = issue.message.split(' ');
  const last = issue.path?.at(-1);
  if (last?.origin !== 'key') return [mistakeAt(here, `an object with ${known.join(', ')}`, issue.input)];
  if (issue.expected !== 'never') return [{ path: joinPath(here), message: 'required, but missing' }];
  return Object.keys(Object(last.input))
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: joinPath([...here.slice(0, -1), key]), message: unknownKey(key, known) }));
}

function mistakeAt(path: readonly (string | number)[], expected: string, input: unknown): Mistake {
  return { path: joinPath(path), message: mismatch('', expected, input).message };
}

/** Keys of fc3 that this function must do without, and why. */
const misplaced: Readonly<Record<string, string>> = {
  instanceConcurrency: 'the nodejs20 runtime takes one request an instance at a time; remove it',
  customRuntimeConfig: 'for custom runtimes only; remove it',
  customContainerConfig: 'for containers only; remove it',
  gpuConfig: 'the function computes nothing itself; remove it',
  customDomain: 'the function has no HTTP trigger; remove it',
  preStop: 'the function exports no such handler; remove it',
  asyncTask: 'task mode keeps the state of each invocation, which nothing reads; remove it',
};

function unknownKey(key: string, known: readonly string[]): string {
  const reason = Object.hasOwn(misplaced, key) ? misplaced[key] : undefined;
  if (reason !== undefined) return reason;
  const meant = known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? known.find((name) => near(name, key));
  if (meant !== undefined) return `unknown key, which fc3 ignores; did you mean ${showText(meant)}?`;
  return `unknown key, which fc3 ignores; expected one of ${known.join(', ')}`;
}

/** One character added, left out or replaced, or two swapped. */
function near(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [left, right] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
