// With `onDelete: 'remove'`, a source's derivatives are deleted when the source is, and the source's name alone tells
// where they are. This proves that every object deleted so was made of that source and of no other, or says which
// output could lose something else.

import { collisions, neverReported, type OwnedPattern } from './collisions.js';
import { type Clash, type Issue, outputIssue, showText } from './issue.js';
import { maxPatterns, tooMany } from './loops.js';
import { type Config, outputsOf, type Rule, type RuleOutput } from './rule.js';
import { compatible } from './suffixes.js';
import { patternText, sourceBuckets, type TargetPatternSet, targetPatternsFrom } from './target-pattern.js';
import { type Template, templateUses, type Variable, versionVariables } from './template.js';
import { canonicalKey, mayEndInDot, whyNotUnique } from './unique-target.js';

const maxIssues = 50;

/**
 * Every output of a rule with onDelete whose target the source's name does not tell, or which another source or another
 * output could have too (the first 50 of each kind).
 */
export function unsafeRemovals(config: Config): Issue[] {
  const removing = config.rules.filter(({ onDelete }) => onDelete === 'remove');
  if (removing.length === 0) return [];
  const patterns = patternsOf(config, removing);
  if (patterns === undefined) return [tooMany];
  const shared: Issue[] = [];
  for (const inBucket of patterns.values()) {
    const found = collisions<RuleOutput, SavedPattern>(inBucket, derivationOf, maxIssues - shared.length);
    for (const [owner, [own, rival]] of found) shared.push(explain(owner, own, rival));
    if (shared.length >= maxIssues) break;
  }
  return [...unsafeAlone(config), ...shared];
}

/** `source`: the bucket of the sources, where the targets are removed with them. */
type SavedPattern = OwnedPattern<RuleOutput> & { readonly bucket: string; readonly source: string | undefined };

// What is wrong with a template, whatever the other outputs are.
function unsafeAlone(config: Config): Issue[] {
  const judge = templateJudge();
  const issues: Issue[] = [];
  for (const from of outputsOf(config, (_, { onDelete }) => onDelete !== undefined)) {
    if (issues.length >= maxIssues) break;
    const { unknown, notUnique } = judge(from.output.key, from.rule);
    if (unknown.length > 0) {
      const uses = unknown.map((name) => `{${name}}`).join(' ');
      const what = `uses ${uses}, which nobody knows any more when the source is gone; leave that out`;
      issues.push(issueOf(from, 'a key that the name of the source alone decides', what));
    }
    if (notUnique !== undefined) {
      const advice = 'write all of the source key, as {key} or as {dir} with {file}';
      const what = `can give two sources one target, since ${notUnique}; ${advice}`;
      const alone = inOneBucket(from);
      issues.push(issueOf(from, 'a key of its own for every source', what, { from: alone, meets: alone }));
    }
  }
  return issues.slice(0, maxIssues);
}

interface Judgement {
  /** The variables of the template that have no value once the source is gone. */
  readonly unknown: readonly Variable[];
  readonly notUnique: string | undefined;
}

// Rules repeat templates, and equal ones are shared: each is judged once, with and without suffixes that end in a dot.
function templateJudge(): (template: Template, rule: Rule) => Judgement {
  const known = [new Map<Template, Judgement>(), new Map<Template, Judgement>()] as const;
  return (template, { when: { suffixes } }) => {
    const endsInDot = mayEndInDot(suffixes);
    const judged = known[endsInDot ? 1 : 0];
    let judgement = judged.get(template);
    if (judgement === undefined) {
      const unknown = versionVariables.filter((variable) => templateUses(template, variable));
      judgement = { unknown, notUnique: whyNotUnique(template, endsInDot) };
      judged.set(template, judgement);
    }
    return judgement;
  };
}

// Two keys of one bucket show best that the fault is in the key.
function inOneBucket(from: RuleOutput): RuleOutput {
  const { when } = from.rule;
  return { ...from, rule: { ...from.rule, when: { ...when, buckets: when.buckets.slice(0, 1) } } };
}

// By target bucket: the patterns of all that is removed, and of all else that could be saved there.
function patternsOf(config: Config, removing: readonly Rule[]): Map<string, SavedPattern[]> | undefined {
  const patterns = new Map<string, SavedPattern[]>();
  for (const { when, outputs } of removing) {
    for (const { bucket } of outputs) for (const target of bucket ? [bucket] : when.buckets) patterns.set(target, []);
  }
  let count = 0;
  function add({ bucket, prefixes, suffixes }: TargetPatternSet, owner: RuleOutput, source?: string): void {
    count += prefixes.length * suffixes.length;
    const inBucket = patterns.get(bucket);
    for (const prefix of inBucket ? prefixes : []) inBucket?.push({ bucket, prefix, suffixes, owner, source });
  }
  for (const from of outputsOf(config, ({ bucket }) => bucket === undefined || patterns.has(bucket))) {
    const { rule, output } = from;
    const removes = rule.onDelete === 'remove';
    // Of what is removed, two buckets that give one target collide.
    for (const source of removes ? rule.when.buckets : sourceBuckets(output, rule)) {
      add(targetPatternsFrom(source, output, rule), from, removes ? source : undefined);
    }
    if (count > maxPatterns) return undefined;
  }
  return patterns;
}

// Equal for patterns that give each of their sources the same target: they remove the same, whichever output made it.
function derivationOf({ bucket, owner, source }: SavedPattern): string {
  if (source === undefined) return neverReported;
  return `${source}/${bucket}/${canonicalKey(owner.output.key, source, owner.rule.name)}`;
}

function explain(from: RuleOutput, own: SavedPattern, rival: SavedPattern): Issue {
  const how = `both can save to ${common(own, rival)}`;
  const clash = { from, meets: rival.owner };
  const { rule, ruleIndex, output, outputIndex } = rival.owner;
  if (output === from.output) {
    const what = `does not tell which bucket of the rule a target is from: ${how}`;
    const advice = 'put {bucket} and a "/" before the key, or leave "to.bucket" out';
    return issueOf(from, 'a key of its own for every source', `${what}; ${advice}`, clash);
  }
  const name = `outputs[${outputIndex}] ${showText(output.key.text)} of rule "${rule.name}" (rules[${ruleIndex}])`;
  const together = rule.onDelete !== 'remove' && output.key.text === from.output.key.text;
  const also = together ? `, or let rule "${rule.name}" remove its derivatives too` : '';
  const advice = `give one of them a bucket, a folder or an ending of its own${also}`;
  const what = `can have a target of ${name}: ${how}; ${advice}`;
  return issueOf(from, 'a target that no other output can have', what, clash);
}

// Where the keys of both lie, in words.
function common(one: SavedPattern, other: SavedPattern): string {
  const longer = (a: string, b: string) => (a.length > b.length ? a : b);
  const ends = one.suffixes.flatMap((end) =>
    other.suffixes.filter((suffix) => compatible(suffix, end)).map((suffix) => longer(suffix, end)),
  );
  return patternText({ bucket: one.bucket, prefix: longer(one.prefix, other.prefix), suffix: ends[0] ?? '' });
}

function issueOf(from: RuleOutput, expected: string, what: string, clash?: Clash): Issue {
  return outputIssue(from, expected, `, which removes derivatives (onDelete), ${what}`, clash);
}
