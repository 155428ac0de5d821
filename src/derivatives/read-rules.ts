// From a configuration as its author writes it (rules/schema.ts), or the same as JSON, to rules. Small, for browsers:
// it reads what decides where derivatives are, and refuses what it does not know. The whole check, with all mistakes at
// once and proofs, is rules/load.ts: what that takes, this reads to the same rules.
import type { Output, Rule } from '../rules/rule.js';
import { foldCase } from '../rules/target-pattern.js';
import { cutTemplate, type Template } from '../rules/template.js';
import { refuse } from './refuse.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Gives what a value comes to. `at` is its path. */
type Reader<T> = (value: unknown, at: string) => T;

/** A field of an object; where it is absent, the fallback, if one is given. */
type Field = <T>(name: string, read: Reader<T>, ...fallback: T[]) => T;

/** What was read last of a configuration, and in which environment. */
const known = new WeakMap<object, { readonly rules: Rule[]; readonly environment: Environment }>();

/**
 * The rules of a configuration. A gallery asks a thousand times, so they are read once; again in another environment.
 * @throws {TypeError} for what cannot be read: it says where
 */
export function rulesOf(config: object, environment: Environment): readonly Rule[] {
  const before = known.get(config);
  if (before?.environment === environment) return before.rules;

  const textOrMarker: Reader<string> = (value, at) => {
    if (typeof value === 'string') return value;
    const marker = fieldsOf(value, at, 'env default');
    const name = marker('env', text);
    const held = Object.hasOwn(environment, name) && environment[name];
    return text(held || marker('default', anything), `${at}: env(${name})`);
  };
  const when: Reader<Rule['when']> = (value, at) => {
    const field = fieldsOf(value, at, 'bucket prefix suffix exclude size');
    return {
      buckets: field('bucket', many(textOrMarker)),
      prefixes: field('prefix', many(textOrMarker), ['']),
      suffixes: field('suffix', many(text), []).map(foldCase),
      excludes: field('exclude', many(text), []),
      size: field('size', size, undefined),
    };
  };
  const to: Reader<Pick<Output, 'bucket' | 'key'>> = (value, at) => {
    const field = fieldsOf(value, at, 'bucket key');
    return { bucket: field('bucket', textOrMarker, undefined), key: field('key', template) };
  };
  const output: Reader<Output> = (value, at) => {
    const field = fieldsOf(value, at, 'style to headers tags');
    return { style: field('style', style), ...field('to', to) };
  };
  const rule: Reader<Rule> = (value, at) => {
    const field = fieldsOf(value, at, 'name when onDelete outputs');
    return { name: field('name', text), when: field('when', when), outputs: field('outputs', many(output)) };
  };
  const rules = fieldsOf(config, 'config', 'journal rules')('rules', many(rule));
  known.set(config, { rules, environment });
  return rules;
}

const anything: Reader<unknown> = (value) => value;
const text: Reader<string> = (value, at) => (typeof value === 'string' ? value : refuse(at));
const bytes: Reader<number> = (value, at) => (typeof value === 'number' ? value : refuse(at));

const size: Reader<Rule['when']['size']> = (value, at) => {
  const field = fieldsOf(value, at, 'min max');
  return { min: field('min', bytes, undefined), max: field('max', bytes, undefined) };
};

const template: Reader<Template> = (value, at) => {
  const { template, strays } = cutTemplate(text(value, at));
  return strays[0] ? refuse(at) : template;
};

/** A text, or an object that renders one, as the builder's do; what comes from JSON renders as `[object Object]`. */
const style: Reader<string> = (value, at) => {
  const style = String(value);
  return /^(?:image|style)\/./.test(style) ? style : refuse(at);
};

/** A list, or a single one. */
function many<T>(read: Reader<T>): Reader<T[]> {
  return (value, at) =>
    Array.isArray(value) ? Array.from(value, (one, index) => read(one, `${at}[${index}]`)) : [read(value, at)];
}

/** The fields of an object that has no others: one that this library does not know might change the answer. */
function fieldsOf(value: unknown, at: string, names: string): Field {
  const object: Readonly<Record<string, unknown>> = typeof value === 'object' ? { ...value } : refuse(at);
  for (const name of Object.keys(object)) if (!names.split(' ').includes(name)) refuse(`${at}.${name}`);
  return (name, read, ...fallback) =>
    object[name] === undefined && fallback.length > 0 ? (fallback[0] as never) : read(object[name], `${at}.${name}`);
}
