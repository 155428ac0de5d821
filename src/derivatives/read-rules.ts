// From a configuration as its author writes it (rules/schema.ts), or the same as JSON, to rules that are indexed for
// matching. Small, for browsers: it reads what decides where derivatives are, and refuses what it does not know. The
// whole check, with all mistakes at once and proofs, is rules/load.ts; the test holds the two readings together.
import { indexPlaces, type PlaceIndex } from '../pipeline/match.js';
import { bucketName } from '../rules/oss-limits.js';
import type { ConfigInput, OutputInput, RuleInput } from '../rules/schema.js';
import { foldCase } from '../rules/target-pattern.js';
import { cutTemplate, type Template } from '../rules/template.js';
import { refuse } from './refuse.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Gives what a value comes to. `at` is its path. */
type Reader<T> = (value: unknown, at: string) => T;

type Readers<T> = Readonly<Record<keyof T, Reader<unknown>>>;

interface Indexed {
  readonly index: PlaceIndex;
  /** The variables that the configuration names, with what they held. */
  readonly variables: ReadonlyMap<string, string | undefined>;
}

const known = new WeakMap<object, Indexed>();

/**
 * The rules of a configuration. A gallery asks a thousand times, so they are read once, and again where a variable that
 * they name holds another text.
 * @throws {TypeError} for what cannot be read: it says where
 */
export function indexOf(config: object, environment: Environment): PlaceIndex {
  const before = known.get(config);
  if (before && [...before.variables].every(([name, held]) => variableIn(environment, name) === held)) {
    return before.index;
  }
  const variables = new Map<string, string | undefined>();
  const read = configReader((name) => {
    const held = variableIn(environment, name);
    variables.set(name, held);
    return held && text(held, `options.env.${name}`);
  });
  const rules = read(config, 'config').rules.map(({ name, when, outputs }) => ({
    name,
    when: {
      buckets: when.bucket,
      prefixes: when.prefix ?? [''],
      suffixes: when.suffix?.map(foldCase) ?? [],
      excludes: when.exclude ?? [],
      size: when.size,
    },
    outputs: outputs.map(({ style, to }) => ({ style, ...to })),
  }));
  const index = indexPlaces(rules);
  known.set(config, { index, variables });
  return index;
}

function variableIn(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}

function configReader(variable: (name: string) => string | undefined) {
  const marker = object({ env: text, default: optional(text) });
  const textOrMarker: Reader<string> = (value, at) => {
    if (typeof value === 'string') return value;
    const { env, default: fallback } = marker(value, at);
    return variable(env) || (fallback ?? refuse(at, `the variable ${env} to be set, or a default`));
  };
  const bucket: Reader<string> = (value, at) => {
    const name = textOrMarker(value, at);
    return bucketName.test(name) ? name : refuse(at, 'the name of a bucket');
  };
  // `satisfies`: a field that is new in rules/schema.ts has to be known here, too.
  const when = object({
    bucket: oneOrMany(bucket),
    prefix: optional(oneOrMany(textOrMarker)),
    suffix: optional(list(text)),
    exclude: optional(list(text, 0)),
    size: optional(object({ min: optional(bytes), max: optional(bytes) })),
  } satisfies Readers<RuleInput['when']>);
  const to = object({ bucket: optional(bucket), key: template } satisfies Readers<OutputInput['to']>);
  const output = object({ style, to, headers: anything, tags: anything } satisfies Readers<OutputInput>);
  const rule = object({ name: text, when, onDelete: anything, outputs: list(output) } satisfies Readers<RuleInput>);
  return object({ journal: anything, rules: list(rule, 0) } satisfies Readers<ConfigInput>);
}

const anything: Reader<unknown> = (value) => value;

function text(value: unknown, at: string): string {
  return typeof value === 'string' ? value : refuse(at, 'a string');
}

function bytes(value: unknown, at: string): number {
  return typeof value === 'number' && value >= 0 ? value : refuse(at, 'a size in bytes');
}

function template(value: unknown, at: string): Template {
  const { template, strays } = cutTemplate(text(value, at));
  return strays[0] === undefined ? template : refuse(at, `a template, without ${strays[0].text}`);
}

/** A text, or an object that renders one, as the builder's do; what comes from JSON has Object's toString. */
function style(value: unknown, at: string): string {
  const renders = value instanceof Object && !Array.isArray(value) && value.toString !== Object.prototype.toString;
  const style = renders ? String(value) : text(value, at);
  return /^(?:image|style)\/./.test(style) ? style : refuse(at, 'a style: image/… or style/NAME');
}

function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, at) => (value === undefined ? undefined : read(value, at));
}

function oneOrMany<T>(read: Reader<T>): Reader<readonly T[]> {
  const many = list(read);
  return (value, at) => (Array.isArray(value) ? many(value, at) : [read(value, at)]);
}

function list<T>(read: Reader<T>, min = 1): Reader<readonly T[]> {
  return (value, at) =>
    Array.isArray(value) && value.length >= min
      ? Array.from(value, (item, index) => read(item, `${at}[${index}]`))
      : refuse(at, 'a list');
}

/** Reads an object with these keys, and no others: one that this library does not know might change the answer. */
function object<S extends Readonly<Record<string, Reader<unknown>>>>(
  shape: S,
): Reader<{ readonly [K in keyof S]: ReturnType<S[K]> }> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(at, 'an object');
    const stranger = Object.keys(value).find((key) => !Object.hasOwn(shape, key));
    if (stranger !== undefined) refuse(at, `the keys ${Object.keys(shape)}, not ${JSON.stringify(stranger)}`);
    const read = Object.entries(shape).map(([key, read]) => [key, read((value as never)[key], `${at}.${key}`)]);
    return Object.fromEntries(read);
  };
}
