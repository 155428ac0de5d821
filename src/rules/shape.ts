// The shape of a configuration: what stands where, and the normal form that it is read to, frozen throughout. A reader
// gives undefined where the reading has got an issue; the configuration is then refused as a whole.
import { headersOf, tagsOf } from './headers-and-tags.js';
import { Placeholder } from './issue.js';
import {
  listOf,
  noOthers,
  objectOf,
  optional,
  type Reader,
  type Reading,
  refuse,
  required,
  resultOf,
  textOf,
  textOrMarkerOf,
} from './reading.js';
import { relayOf, relayProblem } from './relay.js';
import type { Config, Journal, Output, Rule } from './rule.js';
import { foldCase } from './target-pattern.js';
import {
  bucketProblem,
  excludeProblem,
  journalPrefixProblem,
  prefixProblem,
  readStyleObject,
  ruleNameProblem,
  styleProblem,
  suffixProblem,
} from './values.js';

const maxOutputs = 50;
const maxPatterns = 100;

/** A configuration without its rules, which parse.ts reads one by one. */
export function readJournal(input: unknown, at: Reading): Config['journal'] | undefined {
  const keys = ['journal', 'rules'];
  const config = objectOf(input, keys, at);
  if (config === undefined) return undefined;
  const journal = required(config, 'journal', journalOf, at);
  required(config, 'rules', (rules) => (Array.isArray(rules) ? rules : refuse(at, 'a list', rules)), at);
  noOthers(config, keys, at);
  return journal;
}

function journalOf(input: unknown, at: Reading): Config['journal'] | undefined {
  if (input === 'throw') return input;
  if (typeof input !== 'object' || input === null) return refuse(at, '"throw" or { bucket, prefix }', input);
  const keys = ['bucket', 'prefix'];
  const place = objectOf(input, keys, at);
  if (place === undefined) return undefined;
  const bucket = required(place, 'bucket', bucketOf, at);
  const prefix = required(place, 'prefix', (prefix) => textOrMarkerOf(prefix, journalPrefixProblem, at), at);
  noOthers(place, keys, at);
  if (bucket === undefined || prefix === undefined) return undefined;
  return Object.freeze<Journal>({ bucket, prefix });
}

const ruleKeys = ['name', 'when', 'onDelete', 'outputs'];

export function readRule(input: unknown, at: Reading): Rule | undefined {
  const rule = objectOf(input, ruleKeys, at);
  if (rule === undefined) return undefined;
  const name = required(rule, 'name', nameOf, at);
  const when = required(rule, 'when', whenOf, at);
  const onDelete = optional(rule, 'onDelete', onDeleteOf, at);
  const outputs = required(rule, 'outputs', outputsOf, at);
  noOthers(rule, ruleKeys, at);
  if (name === undefined || when === undefined || outputs === undefined) return undefined;
  return Object.freeze(onDelete === undefined ? { name, when, outputs } : { name, when, onDelete, outputs });
}

const nameOf: Reader<string> = (input, at) => textOf(input, ruleNameProblem, at);
const onDeleteOf: Reader<'remove'> = (input, at) =>
  input === 'remove' ? input : refuse(at, '"remove", or no such key', input);
const outputsOf: Reader<readonly Output[]> = (input, at) => {
  const outputs = listOf(input, 1, maxOutputs, outputOf, at);
  return outputs && Object.freeze(outputs);
};

const whenKeys = ['bucket', 'prefix', 'suffix', 'exclude', 'size'];

function whenOf(input: unknown, at: Reading): Rule['when'] | undefined {
  const when = objectOf(input, whenKeys, at);
  if (when === undefined) return undefined;
  const buckets = required(when, 'bucket', bucketsOf, at);
  const prefixes = optional(when, 'prefix', prefixesOf, at) ?? everywhere;
  const suffixes = optional(when, 'suffix', suffixesOf, at) ?? nothing;
  const excludes = optional(when, 'exclude', excludesOf, at) ?? nothing;
  const size = optional(when, 'size', sizeOf, at);
  noOthers(when, whenKeys, at);
  return buckets && Object.freeze({ buckets, prefixes, suffixes, excludes, size });
}

const bucketOf = repeated((input, at) => textOrMarkerOf(input, bucketProblem, at), isText);
const prefixOf: Reader<string> = (input, at) => textOrMarkerOf(input, prefixProblem, at);
const suffixOf: Reader<string> = (input, at) => {
  const suffix = textOf(input, suffixProblem, at);
  return suffix === undefined ? undefined : foldCase(suffix);
};
const excludeOf: Reader<string> = (input, at) => textOf(input, excludeProblem, at);

const bucketsOf = repeated(
  (input, at) => oneOrMany(input, bucketOf, at),
  (input, last) => (last.length === 1 && input === last[0]) || isList(input, last),
);
const prefixesOf: Reader<readonly string[]> = (input, at) => oneOrMany(input, prefixOf, at);
const suffixesOf = repeated((input, at) => distinct(listOf(input, 1, maxPatterns, suffixOf, at)), isList);
const excludesOf: Reader<readonly string[]> = (input, at) => distinct(listOf(input, 0, maxPatterns, excludeOf, at));

function oneOrMany(input: unknown, read: Reader<string>, at: Reading): readonly string[] | undefined {
  if (Array.isArray(input)) return distinct(listOf(input, 1, maxPatterns, read, at));
  const one = read(input, at);
  return one === undefined ? undefined : Object.freeze([one]);
}

const everywhere: readonly string[] = Object.freeze(['']);
const nothing: readonly string[] = Object.freeze([]);

function distinct(texts: readonly string[] | undefined): readonly string[] | undefined {
  if (texts === undefined) return undefined;
  const repeats = texts.some((text, index) => texts.indexOf(text) < index);
  return Object.freeze(repeats ? [...new Set(texts)] : texts);
}

const sizeKeys = ['min', 'max'];

function sizeOf(input: unknown, at: Reading): Rule['when']['size'] {
  // No key is required: without this check, a date or a map would be taken for an empty object.
  const plain = Object.prototype.toString.call(input) === '[object Object]';
  const size = plain ? objectOf(input, sizeKeys, at) : refuse(at, 'an object with min, max', input);
  if (size === undefined) return undefined;
  const before = at.issues.length;
  const min = optional(size, 'min', bytesOf, at);
  const max = optional(size, 'max', bytesOf, at);
  noOthers(size, sizeKeys, at);
  if (at.issues.length === before && min !== undefined && max !== undefined && min > max) {
    refuse(at, 'min to be at most max', new Placeholder(`min ${min}, max ${max}`));
  }
  return Object.freeze({ min, max });
}

const bytesOf: Reader<number> = (input, at) =>
  typeof input === 'number' && Number.isSafeInteger(input) && input >= 0
    ? input
    : refuse(at, 'a size in bytes: a whole number from 0', input);

const outputKeys = ['style', 'to', 'headers', 'tags'];
const targetKeys = ['bucket', 'key'];

function outputOf(input: unknown, at: Reading): Output | undefined {
  const output = objectOf(input, outputKeys, at);
  if (output === undefined) return undefined;
  const style = required(output, 'style', styleOf, at);
  const to = required(output, 'to', targetOf, at);
  const headers = optional(output, 'headers', headersOf, at);
  const tags = optional(output, 'tags', tagsOf, at);
  noOthers(output, outputKeys, at);
  if (style === undefined || to === undefined) return undefined;
  const relay = relayOf(style, headers, tags);
  const problem = relay && relayProblem(style, relay);
  if (problem !== undefined) return resultOf<never>(problem, style, at);
  return Object.freeze(relay === undefined ? { style, ...to } : { style, ...to, relay });
}

function targetOf(input: unknown, at: Reading): Omit<Output, 'style'> | undefined {
  const target = objectOf(input, targetKeys, at);
  if (target === undefined) return undefined;
  const bucket = optional(target, 'bucket', bucketOf, at);
  const key = required(target, 'key', keyOf, at);
  noOthers(target, targetKeys, at);
  return key && { bucket, key };
}

const styleOf = repeated(
  (input, at) =>
    typeof input === 'string' ? textOf(input, styleProblem, at) : resultOf(readStyleObject(input), input, at),
  isText,
);
const keyOf: Reader<Output['key']> = (input, at) => resultOf(at.templateOf(input), input, at);

// Thousands of rules repeat what the rule before has: that is shared, and not checked again. `last` is in normal form,
// so a value that is equal to it would be read to the same. The items of a list that differs are looked at twice.
function repeated<T>(read: Reader<T>, isSame: (input: unknown, last: T) => boolean): Reader<T> {
  let last: T | undefined;
  return (input, at) => {
    if (last !== undefined && isSame(input, last)) return last;
    last = read(input, at);
    return last;
  };
}

function isText(input: unknown, text: string): boolean {
  return input === text;
}

function isList(input: unknown, texts: readonly string[]): boolean {
  if (!Array.isArray(input) || input.length !== texts.length) return false;
  for (let index = 0; index < texts.length; index += 1) if (input[index] !== texts[index]) return false;
  return true;
}
