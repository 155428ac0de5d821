// From any input to a configuration that is checked as a whole, normalised and frozen; or a ConfigError with every
// mistake. Each rule by itself is checked in parse.ts, loops in loops.ts, what the function itself lives on in
// own-objects.ts, and what onDelete removes in removals.ts.

import { invalid } from './config-error.js';
import { type Issue, mismatch } from './issue.js';
import { findLoops } from './loops.js';
import { type ConfigObject, findOverwrites } from './own-objects.js';
import { parseConfig } from './parse.js';
import { unsafeRemovals } from './removals.js';
import type { Config, Rule } from './rule.js';
import { canonicalKey } from './unique-target.js';
import type { Environment } from './values.js';

// A limit to what the proofs and the indexes multiply out.
const maxCombinations = 10_000;

/** What a configuration is held against, beside itself. */
export interface Bounds {
  /** The deployed configuration, where another one is loaded: what CONFIG_URI names in OSS. */
  readonly envelope?: Config | undefined;
  /** Where the function reads its rules in OSS. */
  readonly configObject?: ConfigObject | undefined;
}

/**
 * Checks and normalises a configuration, its texts resolved from `environment`.
 * @throws {ConfigError} with every mistake; once the shape is right, also with every output that could start a rule,
 *   could overwrite what the function lives on, or could not be removed safely.
 */
export function loadConfig(input: unknown, environment: Environment, { envelope, configObject }: Bounds = {}): Config {
  const parsed = parseConfig(input, environment);
  if ('issues' in parsed) throw invalid(parsed.issues);
  const config = envelope === undefined ? parsed.config : Object.freeze({ ...parsed.config, envelope });
  const oversized = eachRule(config, combinations);
  if (oversized.length > 0) throw invalid(oversized);
  const issues = [...repeatedNames(config), ...eachRule(config, repeatedTargets), ...findLoops(config)];
  const overwrites = findOverwrites(config, configObject);
  // Two proofs give the same issue for a configuration that is too large for them.
  const distinct = new Set([...issues, ...overwrites, ...unsafeRemovals(config)]);
  if (distinct.size > 0) throw invalid([...distinct]);
  return config;
}

// Not by flatMap: nearly no rule has a mistake, and thousands would make an empty list each.
function eachRule({ rules }: Config, check: (rule: Rule, index: number, issues: Issue[]) => void): Issue[] {
  const issues: Issue[] = [];
  rules.forEach((rule, index) => {
    check(rule, index, issues);
  });
  return issues;
}

function repeatedNames(config: Config): Issue[] {
  const issues: Issue[] = [];
  if (new Set(config.rules.map(({ name }) => name)).size === config.rules.length) return issues;
  const first = new Map<string, number>();
  for (const [index, { name }] of config.rules.entries()) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else issues.push(mismatch(`rules[${index}].name`, `a name of its own (rules[${earlier}] has this one)`, name));
  }
  return issues;
}

function combinations({ when }: Rule, index: number, issues: Issue[]): void {
  const count = when.buckets.length * when.prefixes.length * Math.max(1, when.suffixes.length);
  if (count <= maxCombinations) return;
  const expected = `at most ${maxCombinations} combinations of bucket, prefix and suffix in one rule`;
  issues.push(mismatch(`rules[${index}].when`, expected, count));
}

// Two outputs with one target would overwrite each other, and nobody could say which one stays.
function repeatedTargets(rule: Rule, ruleIndex: number, issues: Issue[]): void {
  if (rule.outputs.length < 2) return;
  const first = new Map<string, number>();
  const found = new Map<number, Issue>();
  for (const [index, output] of rule.outputs.entries()) {
    for (const source of rule.when.buckets) {
      const target = `${output.bucket ?? source}/${canonicalKey(output.key, source, rule.name)}`;
      const earlier = first.get(target);
      if (earlier === undefined) first.set(target, index);
      if (earlier === undefined || earlier === index) continue;
      const expected = `a target of its own (outputs[${earlier}] of this rule has this one)`;
      found.set(index, mismatch(`rules[${ruleIndex}].outputs[${index}].to`, expected, output.key.text));
    }
  }
  issues.push(...found.values());
}
