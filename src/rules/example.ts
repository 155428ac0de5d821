// Looks for an upload whose derivative would start a rule, or for two that would have one derivative, to show its author
// why an output is refused. No proof depends on it: where none is found among these few tries, it is refused all the same.

import type { Output, Rule } from './rule.js';
import { foldCase } from './target-pattern.js';
import { render, type Variables, variablesOf } from './template.js';

const tries = 3;

/** A source that `rule` matches and the target that `output` makes of it, which `started` matches; as oss:// addresses. */
export function exampleLoop(output: Output, rule: Rule, started: Rule): { source: string; target: string } | undefined {
  for (const bucket of rule.when.buckets.slice(0, tries)) {
    for (const key of candidates(rule, started)) {
      if (!matches(rule, bucket, key)) continue;
      const rendered = render(output.key, someVariables(bucket, key, rule));
      const target = output.bucket ?? bucket;
      if (!('key' in rendered) || !matches(started, target, rendered.key)) continue;
      return { source: `oss://${bucket}/${key}`, target: `oss://${target}/${rendered.key}` };
    }
  }
  return undefined;
}

/** An output of a rule. */
interface Maker {
  readonly rule: Rule;
  readonly output: Output;
}

/**
 * A source of each, not the same one unless the outputs differ, and the target that both would be saved as; as oss://
 * addresses.
 */
export function exampleCollision(one: Maker, other: Maker): { sources: [string, string]; target: string } | undefined {
  for (const far of [false, true]) {
    const sources = new Map<string, string>();
    for (const { source, target } of saves(one, other, far)) if (!sources.has(target)) sources.set(target, source);
    for (const { source, target } of saves(other, one, far)) {
      const first = sources.get(target);
      if (first === undefined || (first === source && one.output === other.output)) continue;
      return { sources: [first, source], target };
    }
  }
  return undefined;
}

// What is saved of a few sources that the rule matches, such as could have a target that the other maker has too.
function* saves({ rule, output }: Maker, other: Maker, far: boolean): Generator<{ source: string; target: string }> {
  for (const bucket of rule.when.buckets.slice(0, tries)) {
    for (const key of lookalikes(rule, other, far)) {
      if (!matches(rule, bucket, key)) continue;
      const rendered = render(output.key, someVariables(bucket, key, rule));
      if (!('key' in rendered)) continue;
      yield { source: `oss://${bucket}/${key}`, target: `oss://${output.bucket ?? bucket}/${rendered.key}` };
    }
  }
}

// Keys that differ in folder, name, extension or its case only; `far`: also with the other's prefixes and text in them.
function* lookalikes(rule: Rule, { rule: { when }, output }: Maker, far: boolean): Generator<string> {
  const ends = rule.when.suffixes.slice(0, tries).flatMap((end) => [end, end.toUpperCase()]);
  if (ends.length === 0) ends.push('.jpg', '.png', '', ...when.suffixes.slice(0, tries));
  const prefixes = rule.when.prefixes.slice(0, tries);
  yield* combined(prefixes, ['photo', 'a/photo', 'photo.', 'b-photo', ''], ends);
  if (!far) return;
  const texts = output.key.parts.filter((part) => typeof part === 'string');
  const words = new Set(['photo', '', ...texts, ...texts.map((text) => text.replace(/^\/|\/$/g, ''))]);
  yield* combined([...prefixes, ...when.prefixes.slice(0, tries)], words, ends);
  for (const text of texts)
    yield* combined(
      prefixes,
      words,
      ends.map((end) => end + text),
    );
}

// Keys that the rule may match, with something in them that the other rule asks for.
function* candidates(rule: Rule, started: Rule): Generator<string> {
  const ends = [...rule.when.suffixes.slice(0, tries), ...started.when.suffixes.slice(0, tries), '.jpg', ''];
  const middles = [
    'photo',
    '',
    ...started.when.prefixes.slice(0, tries).flatMap((prefix) => [prefix, `${prefix}photo`]),
  ];
  yield* combined(rule.when.prefixes.slice(0, tries), middles, ends);
}

function* combined(starts: Iterable<string>, middles: Iterable<string>, ends: Iterable<string>): Generator<string> {
  for (const start of starts) for (const middle of middles) for (const end of ends) yield start + middle + end;
}

function someVariables(bucket: string, key: string, rule: Rule): Variables {
  return { ...variablesOf({ bucket, key, etag: '5D41402ABC4B2A76B9719D911017C592' }, rule.name), ...someDay };
}

const someDay = { year: '2026', month: '01', day: '31' };

function matches({ when }: Rule, bucket: string, key: string): boolean {
  const folded = foldCase(key);
  return (
    key !== '' &&
    when.buckets.includes(bucket) &&
    when.prefixes.some((prefix) => key.startsWith(prefix)) &&
    (when.suffixes.length === 0 || when.suffixes.some((suffix) => folded.endsWith(suffix))) &&
    !when.excludes.some((exclude) => key.startsWith(exclude))
  );
}
