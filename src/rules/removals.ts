// With `onDelete: 'remove'`, the end of an upload is the end of its derivatives, found again by its name alone. This proves
// that every object so removed was made of that upload and of no other, or says which output could take something else.

import { collisions, neverReported, type OwnedPattern } from './collisions.js';
import { exampleCollision } from './example.js';
import { type Issue, showText } from './issue.js';
import { maxPatterns, tooMany } from './loops.js';
import type { Config, Output, Rule } from './rule.js';
import { compatible } from './suffixes.js';
import { journalPattern, type TargetPatternSet, targetPatternsFrom } from './target-pattern.js';
import { type Template, templateUses, type Variable } from './template.js';
import { canonicalKey, mayEndInDot, whyNotUnique } from './unique-target.js';

const maxIssues = 50;
const volatile: readonly Variable[] = ['year', 'month', 'day', 'etag'];

/**
 * Every output of a rule with onDelete whose target cannot be known again, or could be made of another upload or by
 * another output too (the first 50 of each kind).
 */
export function unsafeRemovals(config: Config): Issue[] {
  const removing = config.rules.filter(({ onDelete }) => onDelete === 'remove');
  if (removing.length === 0) return [];
  const claims = claimsOf(config, removing);
  if (claims === undefined) return [tooMany];
  const issues = unsafeAlone(config);
  const shared: Issue[] = [];
  for (const inBucket of claims.values()) {
    const found = collisions<Owner, OwnClaim>(inBucket, mappingOf, maxIssues - shared.length);
    for (const [owner, [claim, rival]] of found) if (owner !== journalPath) shared.push(explain(owner, claim, rival));
    if (shared.length >= maxIssues) break;
  }
  return [...issues.slice(0, maxIssues), ...shared];
}

/** An output of a rule. */
interface Maker {
  readonly rule: Rule;
  readonly ruleIndex: number;
  readonly output: Output;
  readonly outputIndex: number;
}
type Owner = Maker | typeof journalPath;
/** Of what is removed, with the bucket that it is made from. */
type OwnClaim = OwnedPattern<Owner> & { readonly bucket: string; readonly source: string | undefined };
const journalPath = 'journal';

// What is wrong with a template whatever the other outputs are.
function unsafeAlone(config: Config): Issue[] {
  const judge = templateJudge();
  const issues: Issue[] = [];
  for (const [ruleIndex, rule] of config.rules.entries()) {
    if (issues.length >= maxIssues) break;
    if (rule.onDelete === undefined) continue;
    for (const [outputIndex, output] of rule.outputs.entries()) {
      const { forgotten, loss } = judge(output.key, rule);
      if (forgotten.length === 0 && loss === undefined) continue;
      const maker = { rule, ruleIndex, output, outputIndex };
      if (forgotten.length > 0) {
        const uses = forgotten.map((name) => `{${name}}`).join(' ');
        const what = `uses ${uses}, which nobody knows any more when the source is gone; leave that out`;
        issues.push(issueOf(maker, 'a key that the name of the source alone decides', what));
      }
      if (loss !== undefined) {
        const example = exampleCollision(inOneBucket(maker), inOneBucket(maker));
        const why = example ? `: ${example.sources.join(' and ')} would both be saved as ${example.target}` : '';
        const advice = 'write all of the source key, as {key} or as {dir} with {file}';
        const what = `can give two sources one target, since ${loss}${why}; ${advice}`;
        issues.push(issueOf(maker, 'a key of its own for every source', what));
      }
    }
  }
  return issues;
}

interface Judged {
  readonly forgotten: readonly Variable[];
  readonly loss: string | undefined;
}

// Rules repeat templates, and equal ones are shared: each is judged once, with and without suffixes that end in a dot.
function templateJudge(): (template: Template, rule: Rule) => Judged {
  const known = [new Map<Template, Judged>(), new Map<Template, Judged>()] as const;
  return (template, { when: { suffixes } }) => {
    const endsInDot = mayEndInDot(suffixes);
    const judged = known[endsInDot ? 1 : 0];
    let judgement = judged.get(template);
    if (judgement === undefined) {
      const forgotten = volatile.filter((variable) => templateUses(template, variable));
      judgement = { forgotten, loss: whyNotUnique(template, endsInDot) };
      judged.set(template, judgement);
    }
    return judgement;
  };
}

// Two keys of one bucket show best that the key is the trouble.
function inOneBucket({ rule, output }: Maker): { rule: Rule; output: Output } {
  return { rule: { ...rule, when: { ...rule.when, buckets: rule.when.buckets.slice(0, 1) } }, output };
}

// By target bucket: all that is removed, and all else that could be saved there.
function claimsOf(config: Config, removing: readonly Rule[]): Map<string, OwnClaim[]> | undefined {
  const claims = new Map<string, OwnClaim[]>();
  for (const { when, outputs } of removing) {
    for (const { bucket } of outputs) for (const target of bucket ? [bucket] : when.buckets) claims.set(target, []);
  }
  let count = 0;
  function claim({ bucket, prefixes, suffixes }: TargetPatternSet, owner: Owner, source?: string): void {
    count += prefixes.length * suffixes.length;
    const inBucket = claims.get(bucket);
    for (const prefix of inBucket ? prefixes : []) {
      inBucket?.push({ bucket, prefix, suffixes, owner, source });
    }
  }
  for (const { bucket, prefix, suffix } of journalPattern(config)) {
    claim({ bucket, prefixes: [prefix], suffixes: [suffix] }, journalPath);
  }
  for (const [ruleIndex, rule] of config.rules.entries()) {
    for (const [outputIndex, output] of rule.outputs.entries()) {
      if (output.bucket !== undefined && !claims.has(output.bucket)) continue;
      const maker = { rule, ruleIndex, output, outputIndex };
      for (const source of rule.when.buckets) {
        claim(targetPatternsFrom(source, output, rule), maker, rule.onDelete === 'remove' ? source : undefined);
        // Where the source makes no difference, one stands for all, except that two of what is removed collide.
        if (rule.onDelete === undefined && output.bucket !== undefined && !templateUses(output.key, 'bucket')) break;
      }
      if (count > maxPatterns) return undefined;
    }
  }
  return claims;
}

// Claims of one mapping give every source they share the same target, so that they remove the same: who made it is no matter.
function mappingOf({ bucket, owner, source }: OwnClaim): string {
  if (owner === journalPath || source === undefined) return neverReported;
  return `${source}/${bucket}/${canonicalKey(owner.output.key, source, owner.rule.name)}`;
}

function explain(maker: Maker, claim: OwnClaim, rival: OwnClaim): Issue {
  const example = rival.owner === journalPath ? undefined : exampleCollision(maker, rival.owner);
  const [own, other] = example?.sources ?? [];
  let how = `both can save to ${common(claim, rival)}`;
  if (example !== undefined) {
    const who = own === other ? `${own} could be saved by both` : `${own} and ${other} could both be saved`;
    how = `${who} as ${example.target}`;
  }
  if (rival.owner === journalPath) {
    const what = `can save where the journal does, ${common(claim, rival)}, so that records could be removed`;
    return issueOf(maker, 'a place of its own', `${what}; give the journal a bucket of its own`);
  }
  const { rule, ruleIndex, output, outputIndex } = rival.owner;
  if (output === maker.output) {
    const what = `does not tell which bucket of the rule a target is from: ${how}`;
    const advice = 'put {bucket} and a "/" before the key, or leave "to.bucket" out';
    return issueOf(maker, 'a key of its own for every source', `${what}; ${advice}`);
  }
  const name = `outputs[${outputIndex}] ${showText(output.key.text)} of rule "${rule.name}" (rules[${ruleIndex}])`;
  const together = rule.onDelete !== 'remove' && output.key.text === maker.output.key.text;
  const also = together ? `, or let rule "${rule.name}" remove its derivatives too` : '';
  const advice = `give one of them a bucket, a folder or an ending of its own${also}`;
  return issueOf(maker, 'a target that no other output can have', `can have a target of ${name}: ${how}; ${advice}`);
}

// Where the keys of both lie.
function common(one: OwnClaim, other: OwnClaim): string {
  const longer = (...texts: [string, string]) => (texts[0].length > texts[1].length ? texts[0] : texts[1]);
  const ends = one.suffixes.flatMap((end) =>
    other.suffixes.filter((suffix) => compatible(suffix, end)).map((suffix) => longer(suffix, end)),
  );
  const start = showText(longer(one.prefix, other.prefix));
  return `oss://${one.bucket} where keys start with ${start} and end with ${showText(ends[0] ?? '')}`;
}

function issueOf({ rule, ruleIndex, output, outputIndex }: Maker, expected: string, what: string): Issue {
  const key = showText(output.key.text);
  return {
    path: `rules[${ruleIndex}].outputs[${outputIndex}].to.key`,
    value: key,
    expected,
    message: `outputs[${outputIndex}] ${key} of rule "${rule.name}", which removes derivatives (onDelete), ${what}`,
  };
}
