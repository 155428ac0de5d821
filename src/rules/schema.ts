// The shape of a configuration, as a user writes it: the types, `defineConfig` and `env` for TypeScript, and the schema
// that holds for any input. What the parts mean together (names, targets, loops) is checked by load.ts.

import * as v from 'valibot';
import { Shown } from './issue.js';
import type { Journal, Output, Rule } from './load.js';
import { foldCase } from './reach.js';
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

/** The schemas of a whole configuration without its rules, and of one rule. They give normalised, frozen values. */
export function schemas(environment: Environment) {
  const bucket = value(readText(isBucket, environment));
  const prefix = value(readText(isPrefix, environment));
  const place = v.pipe(
    fields({ bucket, prefix: value(readText(isJournalPrefix, environment)) }),
    v.transform((journal): Journal => Object.freeze(journal)),
  );
  const nowhere = value((input) =>
    input === 'throw' ? ('throw' as const) : new Refusal(['"throw" or { bucket, prefix }']),
  );
  const noList = value((): Rule['when']['size'] | Refusal => new Refusal(['an object with min, max']));
  const size = v.pipe(
    fields({ min: v.optional(value(readSize)), max: v.optional(value(readSize)) }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { min = 0, max = Number.POSITIVE_INFINITY } = dataset.value;
      if (min > max) addIssue({ expected: 'min to be at most max', input: new Shown(`min ${min}, max ${max}`) });
    }),
    v.transform(({ min, max }) =>
      Object.freeze({ ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }),
    ),
  );
  const target = fields({ bucket: v.optional(bucket), key: value(readTemplate) });
  const output = v.pipe(
    fields({ style: value(readString(isStyle)), to: target }),
    v.transform(
      ({ style, to: { bucket, key } }): Output => Object.freeze(bucket ? { style, bucket, key } : { style, key }),
    ),
  );
  const when = v.pipe(
    fields({
      bucket: oneOrMany(bucket),
      prefix: v.optional(oneOrMany(prefix)),
      suffix: v.optional(list(value(readString(isSuffix)), 1, MAX_PATTERNS)),
      exclude: v.optional(list(value(readString(isExclude)), 0, MAX_PATTERNS)),
      // To a strict object without required keys, a list is an empty object.
      size: v.optional(v.lazy((input) => (Array.isArray(input) ? noList : size))),
    }),
    v.transform(({ bucket, prefix, suffix, exclude, size }): Rule['when'] =>
      Object.freeze({
        buckets: distinct(bucket),
        prefixes: prefix === undefined ? EVERYWHERE : distinct(prefix),
        suffixes: suffix === undefined ? NOTHING : distinct(suffix.map(foldCase)),
        excludes: exclude === undefined ? NOTHING : distinct(exclude),
        ...(size && { size }),
      }),
    ),
  );
  const rule = v.pipe(
    fields({ name: value(readString(isRuleName)), when, outputs: list(output, 1, MAX_OUTPUTS) }),
    v.transform(({ name, when, outputs }): Rule => Object.freeze({ name, when, outputs: Object.freeze(outputs) })),
  );
  // The rules are checked one by one, see parse.ts.
  const config = fields({
    journal: v.lazy((input) => (typeof input === 'object' && input !== null ? place : nowhere)),
    rules: v.array(v.unknown()),
  });
  return { config, rule };
}

const EVERYWHERE: readonly string[] = Object.freeze(['']);
const NOTHING: readonly string[] = Object.freeze([]);

function distinct(texts: string | readonly string[]): readonly string[] {
  if (typeof texts === 'string') return Object.freeze([texts]);
  return Object.freeze(texts.length === 1 ? texts : [...new Set(texts)]);
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
