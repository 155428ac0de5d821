// One mistake in a configuration, and how a value of unknown origin is shown to the author of the configuration: short,
// on one line, and without running any of the value's code.
import { printable } from './printable.js';
import type { Rule, RuleOutput } from './rule.js';

/** One mistake: where it is, what was found there (as a reader sees it), what was expected, and both in a sentence. */
export interface Issue {
  readonly path: string;
  readonly value: string;
  readonly expected: string;
  readonly message: string;
  /** The key that is missing; or that is unknown, and then those that are known there. */
  readonly key?: { readonly name: string; readonly known?: readonly string[] };
  /** What a proof could not keep apart: example.ts looks for uploads that show it. */
  readonly clash?: Clash | undefined;
}

/** An output, and the rule that it could start, or the output (perhaps itself) that could have its target too. */
export type Clash =
  | { readonly from: RuleOutput; readonly starts: Rule }
  | { readonly from: RuleOutput; readonly meets: RuleOutput };

const maxShown = 80;

/** A text to show in place of a value that must not be shown itself, such as one from the environment. */
export class Placeholder {
  constructor(readonly text: string) {}
}

/** The usual mistake: something else was expected at this path. */
export function mismatch(path: string, expected: string, value: unknown): Issue {
  const shown = show(value);
  return { path, value: shown, expected, message: `expected ${expected}, got ${shown}` };
}

/** Another output key was expected: `what` goes on after the name of the output. */
export function outputIssue(from: RuleOutput, expected: string, what: string, clash?: Clash): Issue {
  const { rule, output, outputIndex, path } = from;
  const value = showText(output.key.text);
  const message = `outputs[${outputIndex}] ${value} of rule "${rule.name}"${what}`;
  return { path: `${path}.to.key`, value, expected, message, clash };
}

/** A value as one short line of text. Calls no method of the value. */
export function show(value: unknown): string {
  if (typeof value === 'string') return showText(value);
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return 'a bigint';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (value instanceof Placeholder) return value.text;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}

/** A text in quotes, shortened. What could break or reorder a log line is escaped. */
export function showText(text: string): string {
  const cut = text.length > maxShown ? text.slice(0, maxShown) : text;
  const quoted = printable(JSON.stringify(cut));
  return cut.length < text.length ? `${quoted}… (${text.length} characters)` : quoted;
}

/** A path as one would write it in code: `rules[0].outputs[1].to.key`. */
export function joinPath(keys: readonly (string | number)[]): string {
  let path = '';
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (/^[A-Za-z_$][\w$]{0,63}$/.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${showText(key)}]`;
  }
  return path;
}
