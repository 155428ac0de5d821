// Examples for the author of refused rules: an upload whose derivative would start a rule, or two uploads that would
// have one derivative. No proof depends on them, and the function makes none: where these few tries find no example,
// the output is refused all the same.

import { asksFor } from './conditions.js';
import type { Clash } from './issue.js';
import type { Rule, RuleOutput } from './rule.js';
import { render, type Variables, variablesOf } from './template.js';

const tries = 3;

/** Uploads that show what a proof could not keep apart, in a sentence. */
export function exampleOf(clash: Clash): string | undefined {
  if ('starts' in clash) {
    const loop = exampleLoop(clash.from, clash.starts);
    return loop && `${loop.source} would be saved as ${loop.target}`;
  }
  const { from, meets } = clash;
  const collision = exampleCollision(from, meets);
  if (collision === undefined) return undefined;
  const { sources, target } = collision;
  if (sources[0] === sources[1]) return `${sources[0]} could be saved by both as ${target}`;
  return `${sources.join(' and ')} ${from.output === meets.output ? 'would' : 'could'} both be saved as ${target}`;
}

/** A source and the target that the output makes of it, which the rule `started` matches; as oss:// addresses. */
function exampleLoop(from: RuleOutput, started: Rule): { source: string; target: string } | undefined {
  for (const { source, bucket, key } of saves(from, loopKeys(from.rule, started))) {
    if (key !== '' && asksFor(started, bucket, key)) return { source, target: `oss://${bucket}/${key}` };
  }
  return undefined;
}

/**
 * A source of each output, not the same one unless the outputs differ, and the target that both would be saved as; as
 * oss:// addresses.
 */
function exampleCollision(
  one: RuleOutput,
  other: RuleOutput,
): { sources: [string, string]; target: string } | undefined {
  for (const far of [false, true]) {
    const sources = new Map<string, string>();
    for (const { source, bucket, key } of saves(one, collisionKeys(one.rule, other, far))) {
      const target = `oss://${bucket}/${key}`;
      if (!sources.has(target)) sources.set(target, source);
    }
    for (const { source, bucket, key } of saves(other, collisionKeys(other.rule, one, far))) {
      const target = `oss://${bucket}/${key}`;
      const first = sources.get(target);
      if (first === undefined || (first === source && one.output === other.output)) continue;
      return { sources: [first, source], target };
    }
  }
  return undefined;
}

// What the output makes of the sources with one of the keys that the rule matches.
function* saves(
  { rule, output }: RuleOutput,
  keys: readonly string[],
): Generator<{ source: string; bucket: string; key: string }> {
  for (const bucket of rule.when.buckets.slice(0, tries)) {
    for (const key of keys) {
      if (key === '' || !asksFor(rule, bucket, key)) continue;
      const variables = someVariables(bucket, key, rule);
      const rendered = render(output.key, (variable) => variables[variable]);
      if (!('key' in rendered)) continue;
      yield { source: `oss://${bucket}/${key}`, bucket: output.bucket ?? bucket, key: rendered.key };
    }
  }
}

// Keys that differ only in folder, name, extension or its case; `far`: also keys that hold the other's prefixes and
// text.
function collisionKeys(rule: Rule, { rule: { when }, output }: RuleOutput, far: boolean): string[] {
  const ends = rule.when.suffixes.slice(0, tries).flatMap((end) => [end, end.toUpperCase()]);
  if (ends.length === 0) ends.push('.jpg', '.png', '', ...when.suffixes.slice(0, tries));
  const prefixes = rule.when.prefixes.slice(0, tries);
  const near = combined(prefixes, ['photo', 'a/photo', 'photo.', 'b-photo', ''], ends);
  if (!far) return near;
  const texts = output.key.parts.filter((part) => typeof part === 'string');
  const words = [...new Set(['photo', '', ...texts, ...texts.map((text) => text.replace(/^\/|\/$/g, ''))])];
  return [
    ...near,
    ...combined([...prefixes, ...when.prefixes.slice(0, tries)], words, ends),
    ...texts.flatMap((text) =>
      combined(
        prefixes,
        words,
        ends.map((end) => end + text),
      ),
    ),
  ];
}

// Keys that the rule may match, with a prefix or suffix of the other rule in them.
function loopKeys(rule: Rule, started: Rule): string[] {
  const ends = [...rule.when.suffixes.slice(0, tries), ...started.when.suffixes.slice(0, tries), '.jpg', ''];
  const middles = [
    'photo',
    '',
    ...started.when.prefixes.slice(0, tries).flatMap((prefix) => [prefix, `${prefix}photo`]),
  ];
  return combined(rule.when.prefixes.slice(0, tries), middles, ends);
}

function combined(starts: readonly string[], middles: readonly string[], ends: readonly string[]): string[] {
  return starts.flatMap((start) => middles.flatMap((middle) => ends.map((end) => start + middle + end)));
}

function someVariables(bucket: string, key: string, rule: Rule): Variables {
  return variablesOf({ bucket, key, etag: '5D41402ABC4B2A76B9719D911017C592', time: '2026-01-31' }, rule.name);
}
