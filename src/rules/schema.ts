// The shape of a configuration, as a user writes it: the types, `defineConfig` and `env` for TypeScript, and the schema
// that holds for any input. What the parts mean together (names, targets, loops) is checked by load.ts.

import * as v from 'valibot';
import { type Issue, joinPath, mismatch, Shown, showText } from './issue.js';
import {
  type Environment,
  type EnvMarker,
  isBucket,
  isExclude,
  isJournalPrefix,
  isPrefix,
  isRuleName,
  isStyle,
  isSuffix,
  Refusal,
  readSize,
  readString,
  readTemplate,
  readText,
  type Text,
} from './values.js';

export type ConfigInput = {
  /** Where records of what could not be finished are written; 'throw' keeps no journal and lets FC retry. */
  readonly journal: { readonly bucket: Text; readonly prefix: Text } | 'throw';
  /** Tried in order; the first that matches an upload is the one that counts. */
  readonly rules: readonly RuleInput[];
};

export type RuleInput = {
  readonly name: string;
  readonly when: {
    readonly bucket: Text | readonly Text[];
    readonly prefix?: Text | readonly Text[];
    /** Compared without ASCII case. */
    readonly suffix?: readonly string[];
    /** Prefixes of keys that the rule leaves alone. */
    readonly exclude?: readonly string[];
    /** In bytes, both inclusive. */
    readonly size?: { readonly min?: number; readonly max?: number };
  };
  readonly outputs: readonly OutputInput[];
};

export type OutputInput = {
  /** `image/…`, `style/NAME`, or an object that renders one. */
  readonly style: string | { toString(): string };
  /** Without a bucket: the bucket of the upload. */
  readonly to: { readonly bucket?: Text; readonly key: string };
};

/** Types a configuration; gives it back as it is. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** A text from the environment variable `name` when the configuration is loaded; empty counts as unset. */
export function env(name: string, fallback?: string): EnvMarker {
  return Object.freeze(fallback === undefined ? { env: name } : { env: name, default: fallback });
}

const MAX_OUTPUTS = 50;
const MAX_PATTERNS = 100;
const MAX_ISSUES = 200;

/** A rule of the right shape: texts resolved, the style rendered, the template parsed; a single value is still single. */
export type RuleShape = v.InferOutput<ReturnType<typeof schemas>['rule']>;

/** A configuration of the right shape. */
export type Shape = v.InferOutput<ReturnType<typeof schemas>['config']> & { rules: RuleShape[] };

/**
 * Checks the shape of plain data (see snapshot.ts) and reports every mistake; past 200 of them it stops looking, so
 * that hostile input cannot fill the memory with complaints.
 */
export function parseShape(input: unknown, environment: Environment): { shape: Shape } | { issues: Issue[] } {
  const { config, rule } = schemas(environment);
  const outer = v.safeParse(config, input);
  const issues = (outer.issues ?? []).flatMap((issue) => translate('', issue));
  const rules: RuleShape[] = [];
  for (const [index, item] of listOf(outer.output).entries()) {
    if (issues.length >= MAX_ISSUES) break;
    const read = v.safeParse(rule, item);
    if (read.success) rules.push(read.output);
    else for (const issue of read.issues) issues.push(...translate(`rules[${index}]`, issue));
  }
  return outer.success && issues.length === 0
    ? { shape: { ...outer.output, rules } }
    : { issues: issues.slice(0, MAX_ISSUES) };
}

// The rules are looked at even when something beside them is wrong.
function listOf(config: unknown): unknown[] {
  if (typeof config !== 'object' || config === null || !('rules' in config)) return [];
  return Array.isArray(config.rules) ? config.rules : [];
}

function schemas(environment: Environment) {
  const bucket = value(readText(isBucket, environment));
  const prefix = value(readText(isPrefix, environment));
  const place = fields({ bucket, prefix: value(readText(isJournalPrefix, environment)) });
  const nowhere = value((input) => (input === 'throw' ? input : new Refusal(['"throw" or { bucket, prefix }'])));
  const size = v.pipe(
    fields({ min: v.optional(value(readSize)), max: v.optional(value(readSize)) }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { min = 0, max = Number.POSITIVE_INFINITY } = dataset.value;
      if (min > max) addIssue({ expected: 'min to be at most max', input: new Shown(`min ${min}, max ${max}`) });
    }),
  );
  const output = fields({
    style: value(readString(isStyle)),
    to: fields({ bucket: v.optional(bucket), key: value(readTemplate) }),
  });
  const rule = fields({
    name: value(readString(isRuleName)),
    when: fields({
      bucket: oneOrMany(bucket),
      prefix: v.optional(oneOrMany(prefix)),
      suffix: v.optional(list(value(readString(isSuffix)), 1, MAX_PATTERNS)),
      exclude: v.optional(list(value(readString(isExclude)), 0, MAX_PATTERNS)),
      size: v.optional(size),
    }),
    outputs: list(output, 1, MAX_OUTPUTS),
  });
  const config = fields({
    journal: v.lazy((input) => (typeof input === 'object' && input !== null ? place : nowhere)),
    // Checked one by one by parseShape; the number of items is bounded by snapshot.ts.
    rules: v.array(v.unknown()),
  });
  return { config, rule };
}

type Schema = v.GenericSchema;

function value<T>(read: (input: unknown) => T | Refusal) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const result = read(dataset.value);
      if (!(result instanceof Refusal)) return result;
      for (const expected of result.expected) addIssue({ expected, input: result.shown ?? dataset.value });
      return NEVER;
    }),
  );
}

// The message carries the known keys to translate(), which needs them to report every unknown key and not only the first.
function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.strictObject(entries, Object.keys(entries).join(' '));
}

function list<const Item extends Schema>(item: Item, min: number, max: number) {
  return v.pipe(
    v.array(item),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const count = dataset.value.length;
      const shown = new Shown(`a list of ${count}`);
      if (count < min) addIssue({ expected: `at least ${min} item`, input: shown });
      if (count > max) addIssue({ expected: `at most ${max} items`, input: shown });
    }),
  );
}

function oneOrMany<const Item extends Schema>(item: Item) {
  const many = list(item, 1, MAX_PATTERNS);
  return v.lazy((input) => (Array.isArray(input) ? many : item));
}

function translate(base: string, issue: v.BaseIssue<unknown>): Issue[] {
  const keys = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  const path = joinPath(base, keys);
  if (issue.type === 'array') return [mismatch(path, 'a list', issue.input)];
  if (issue.type !== 'strict_object') return [mismatch(path, issue.expected ?? 'another value', issue.input)];
  const known = issue.message.split(' ');
  const last = issue.path?.at(-1);
  if (last?.origin !== 'key') return [mismatch(path, `an object with ${known.join(', ')}`, issue.input)];
  if (issue.expected !== 'never')
    return [{ path, value: 'nothing', expected: 'a value', message: 'required, but missing' }];
  const owner = joinPath(base, keys.slice(0, -1));
  return Object.keys(Object(last.input))
    .filter((key) => !known.includes(key))
    .slice(0, MAX_ISSUES)
    .map((key) => {
      const expected = `one of the keys ${known.join(', ')}`;
      return {
        path: joinPath(owner, [key]),
        value: showText(key),
        expected,
        message: `unknown key; expected ${expected}`,
      };
    });
}
