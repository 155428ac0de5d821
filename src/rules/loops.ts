// A derivative saved where a rule listens would start the function again, for ever, at a price. This proves that no
// output and no journal record can, whatever is uploaded, or says which one could. Not only cycles are refused: any
// output that any rule could match is, because the next edit may close the cycle.

import { exampleLoop } from './example.js';
import { type Issue, showText } from './issue.js';
import { mayMatch, overlapping, quickTest } from './overlap.js';
import type { Config, Output, Rule } from './rule.js';
import { journalPattern, type TargetPattern, targetPatterns } from './target-pattern.js';

/** More are not multiplied out. */
export const maxPatterns = 500_000;
const maxIssues = 50;

/**
 * Every output and journal that could start a rule (the first 50). Given the configuration in force as well, the
 * outputs of either are held against the rules of both: while one replaces the other, instances run both.
 */
export function findLoops(config: Config, inForce?: Config): Issue[] {
  const versions: Version[] = [{ config, path: '', label: '' }];
  if (inForce) versions.push({ config: inForce, path: 'inForce.', label: ' of the version in force' });
  const listening = new Map<string, Rule[]>();
  for (const version of versions) {
    for (const rule of version.config.rules) for (const bucket of rule.when.buckets) append(listening, bucket, rule);
  }
  const targets = targetsOf(versions, listening);
  if (targets === undefined) return [tooMany];
  const issues = new Map<string, Issue>();
  for (const [bucket, inBucket] of targets) {
    const rules = listening.get(bucket) ?? [];
    const reaches = inBucket.map((target) => target.reach);
    const found = new Set(overlapping(reaches, rules, maxIssues - issues.size));
    for (const target of found.size > 0 ? inBucket : []) {
      if (!found.has(target.reach)) continue;
      const issue = explain(target, rules, versions);
      if (!issues.has(issue.path)) issues.set(issue.path, issue);
    }
    if (issues.size >= maxIssues) break;
  }
  return [...issues.values()];
}

interface Version {
  readonly config: Config;
  readonly path: string;
  readonly label: string;
}
/** A reach, and what has it: an output of a rule, or without them the journal. */
interface Target {
  readonly reach: TargetPattern;
  readonly version: Version;
  readonly from?: { rule: Rule; output: Output };
}

/** The mistake of a configuration with more. */
export const tooMany: Issue = {
  path: 'rules',
  value: `more than ${maxPatterns}`,
  expected: `at most ${maxPatterns} combinations of output, bucket, prefix and suffix`,
  message: `more than ${maxPatterns} combinations of output, bucket, prefix and suffix to prove; use fewer or wider conditions`,
};

// By bucket, and only near where some rule listens: most derivatives go elsewhere.
function targetsOf(
  versions: readonly Version[],
  listening: ReadonlyMap<string, readonly Rule[]>,
): Map<string, Target[]> | undefined {
  const near = new Map(Array.from(listening, ([bucket, rules]) => [bucket, quickTest(rules)]));
  const targets = new Map<string, Target[]>();
  let count = 0;
  for (const version of versions) {
    for (const place of journalPattern(version.config)) {
      if (near.get(place.bucket)?.(place)) append(targets, place.bucket, { reach: place, version });
    }
    for (const rule of version.config.rules) {
      for (const output of rule.outputs) {
        if (output.bucket !== undefined && !near.has(output.bucket)) continue;
        for (const place of targetPatterns(output, rule)) {
          count += 1;
          if (!near.get(place.bucket)?.(place)) continue;
          append(targets, place.bucket, { reach: place, version, from: { rule, output } });
        }
        if (count > maxPatterns) return undefined;
      }
    }
  }
  return targets;
}

function explain({ reach: where, version, from }: Target, rules: readonly Rule[], versions: readonly Version[]): Issue {
  const started = rules.find((rule) => mayMatch(where, rule));
  const name = started ? nameOf(started, versions) : 'a rule';
  const places = `oss://${where.bucket} where keys start with ${showText(where.prefix)} and end with ${showText(where.suffix)}`;
  if (from === undefined) {
    return {
      path: `${version.path}journal`,
      value: showText(`oss://${where.bucket}/${where.prefix}`),
      expected: 'a place that no rule listens to',
      message:
        `the journal${version.label} writes to ${places}, which could start ${name}; ` +
        'give the journal a bucket of its own, or add its prefix to the "exclude" of that rule',
    };
  }
  const { rule, output } = from;
  const index = rule.outputs.indexOf(output);
  const example = started && exampleLoop(output, rule, started);
  const why = example ? `${example.source} would be saved as ${example.target}` : `it can save to ${places}`;
  return {
    path: `${version.path}rules[${version.config.rules.indexOf(rule)}].outputs[${index}].to.key`,
    value: showText(output.key.text),
    expected: 'a target that no rule listens to',
    message:
      `outputs[${index}] ${showText(output.key.text)} of rule "${rule.name}"${version.label} could start ${name}: ${why}; ` +
      'save to a bucket that no rule listens to, or below a prefix that is in the "exclude" of that rule',
  };
}

function nameOf(rule: Rule, versions: readonly Version[]): string {
  const version = versions.find(({ config }) => config.rules.includes(rule));
  return `rule "${rule.name}" (rules[${version?.config.rules.indexOf(rule)}]${version?.label})`;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
