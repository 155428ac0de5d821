// The shape of a configuration, as a user writes it: the types, `defineConfig` and `env` for TypeScript, and the schema
// that checks any input. load.ts checks what the parts mean together (names, targets, loops).

import * as v from 'valibot';
import { Placeholder } from './issue.js';
import type { Journal, Output, Rule } from './rule.js';
import { foldCase } from './target-pattern.js';
import {
  bucketProblem,
  type Environment,
  type EnvMarker,
  excludeProblem,
  journalPrefixProblem,
  prefixProblem,
  readStyleObject,
  resolveMarker,
  ruleNameProblem,
  styleProblem,
  suffixProblem,
  type Text,
  type TextCheck,
  templateReader,
  ValueProblem,
} from './values.js';

export interface ConfigInput {
  /**
   * Where the records of what could not be finished are written; 'throw' keeps no journal and lets FC retry. Then
   * nobody looks again once FC's retries are through: where an instance is killed in the middle of a call, and OSS
   * carries that call out after a newer one, the derivative stays of the former version until the next upload.
   */
  readonly journal: { readonly bucket: Text; readonly prefix: Text } | 'throw';
  /** They are tried in order; the first that matches an upload takes it. */
  readonly rules: readonly RuleInput[];
}

export interface RuleInput {
  readonly name: string;
  readonly when: {
    readonly bucket: Text | readonly Text[];
    readonly prefix?: Text | readonly Text[];
    /** Upper and lower case of ASCII letters count as the same. */
    readonly suffix?: readonly string[];
    /** Prefixes of keys that the rule leaves alone. */
    readonly exclude?: readonly string[];
    /** In bytes, both inclusive. */
    readonly size?: { readonly min?: number; readonly max?: number };
  };
  /** 'remove': when a source is deleted, its derivatives are deleted too. Without it they stay. */
  readonly onDelete?: 'remove';
  readonly outputs: readonly OutputInput[];
}

export interface OutputInput {
  /** `image/…`, `style/NAME`, or an object that renders one. */
  readonly style: string | { toString(): string };
  /** Without a bucket: the bucket of the upload. */
  readonly to: { readonly bucket?: Text; readonly key: string };
}

/** Gives the configuration back as it is: only for its type. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/** A text from the environment variable `name` when the configuration is loaded; empty counts as unset. */
export function env(name: string, fallback?: string): EnvMarker {
  return Object.freeze(fallback === undefined ? { env: name } : { env: name, default: fallback });
}

const maxOutputs = 50;
const maxPatterns = 100;

/** The schemas of a configuration without its rules, and of one rule. They give normalised, frozen values. */
export function schemas(environment: Environment) {
  const bucket = textOrMarker(bucketProblem, environment);
  const prefix = textOrMarker(prefixProblem, environment);
  const place = v.pipe(
    fields({ bucket, prefix: textOrMarker(journalPrefixProblem, environment) }),
    v.transform((journal): Journal => Object.freeze(journal)),
  );
  const bytes = v.custom<number>(
    (input) => typeof input === 'number' && Number.isSafeInteger(input) && input >= 0,
    'a size in bytes: a whole number from 0',
  );
  const size = v.pipe(
    fields({ min: v.optional(bytes), max: v.optional(bytes) }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { min = 0, max = Number.POSITIVE_INFINITY } = dataset.value;
      if (min > max) addIssue({ message: 'min to be at most max', input: new Placeholder(`min ${min}, max ${max}`) });
    }),
    v.transform((size): Rule['when']['size'] => Object.freeze(size)),
  );
  const plainStyle = text(styleProblem);
  const renderedStyle = value(readStyleObject);
  const output = v.pipe(
    fields({
      style: v.lazy((input) => (typeof input === 'string' ? plainStyle : renderedStyle)),
      to: fields({ bucket: v.optional(bucket), key: value(templateReader()) }),
    }),
    v.transform(({ style, to: { bucket, key } }): Output => Object.freeze({ style, bucket, key })),
  );
  const when = v.pipe(
    fields({
      bucket: oneOrMany(bucket),
      prefix: v.optional(oneOrMany(prefix)),
      suffix: v.optional(list(text(suffixProblem), 1, maxPatterns)),
      exclude: v.optional(list(text(excludeProblem), 0, maxPatterns)),
      // No key of `size` is required: without this check, a list or a date would be taken for an empty object.
      size: v.optional(v.lazy((input) => (isPlain(input) ? size : noSize))),
    }),
    v.transform(({ bucket, prefix, suffix, exclude, size }): Rule['when'] =>
      Object.freeze({
        buckets: distinct(bucket),
        prefixes: prefix === undefined ? everywhere : distinct(prefix),
        suffixes: suffix === undefined ? nothing : distinct(suffix.map(foldCase)),
        excludes: exclude === undefined ? nothing : distinct(exclude),
        size,
      }),
    ),
  );
  const rule = v.pipe(
    fields({ name: text(ruleNameProblem), when, onDelete: v.optional(remove), outputs: list(output, 1, maxOutputs) }),
    v.transform(
      ({ name, when, onDelete, outputs }): Rule =>
        Object.freeze({ name, when, ...(onDelete && { onDelete }), outputs: Object.freeze(outputs) }),
    ),
  );
  const whole = fields({
    journal: v.lazy((input) => (typeof input === 'object' && input !== null ? place : nowhere)),
    // parse.ts checks the rules one by one.
    rules: v.custom<unknown>(Array.isArray, 'a list'),
  });
  return { whole, rule };
}

const nowhere = v.custom<'throw'>((input) => input === 'throw', '"throw" or { bucket, prefix }');
const remove = v.custom<'remove'>((input) => input === 'remove', '"remove", or no such key');
const noSize = v.custom<never>(() => false, 'an object with min, max');

const everywhere: readonly string[] = Object.freeze(['']);
const nothing: readonly string[] = Object.freeze([]);

function distinct(texts: string | readonly string[]): readonly string[] {
  if (typeof texts === 'string') return Object.freeze([texts]);
  return Object.freeze(texts.length === 1 ? texts : [...new Set(texts)]);
}

function isPlain(input: unknown): boolean {
  return Object.prototype.toString.call(input) === '[object Object]';
}

// In place of a message, every schema here hands to parse.ts what was expected, or the keys that an object may have.
function fields<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.strictObject(entries, Object.keys(entries).join(' '));
}

function text(check: TextCheck, otherwise = 'a string') {
  return v.custom<string>(
    (input) => typeof input === 'string' && check(input) === undefined,
    ({ input }) => (typeof input === 'string' ? check(input) : undefined) ?? otherwise,
  );
}

function textOrMarker(check: TextCheck, environment: Environment) {
  const plain = text(check, 'a string or env(NAME)');
  const marker = value((input) => resolveMarker(input, check, environment));
  return v.lazy((input) => (typeof input === 'object' && input !== null ? marker : plain));
}

/** A schema that gives what a function makes of a value. */
function value<T>(read: (input: unknown) => T | ValueProblem) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const result = read(dataset.value);
      if (!(result instanceof ValueProblem)) return result;
      const input = result.shown === undefined ? dataset.value : new Placeholder(result.shown);
      for (const expected of result.expected) addIssue({ message: expected, input });
      return NEVER;
    }),
  );
}

// The items of a list that is too long are not checked: there may be millions.
function list<const Item extends v.GenericSchema>(item: Item, min: number, max: number) {
  const bounded = v.custom<unknown[]>(
    (input) => Array.isArray(input) && input.length >= min && input.length <= max,
    ({ input }) => (Array.isArray(input) ? `${min} to ${max} items` : 'a list'),
  );
  return v.pipe(bounded, v.array(item));
}

function oneOrMany<const Item extends v.GenericSchema>(item: Item) {
  const many = list(item, 1, maxPatterns);
  return v.lazy((input) => (Array.isArray(input) ? many : item));
}
