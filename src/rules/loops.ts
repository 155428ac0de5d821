// The loop guard when rules are loaded. A derivative saved where a rule listens would start the function again, without
// end, at a price. This proves that no output and no journal record can, whatever is uploaded, or says which one could.
// Every output that any rule could match is refused, even if it closes no loop today: the next edit may close it.
// Rules from CONFIG_URI are held against the deployed rules, the envelope, instead of against themselves: they match
// nothing outside of it, so that no two versions of them can start each other, whichever instance runs which.
// The loop guard at run time is `wouldStart` in pipeline/match.ts, which pipeline/target.ts asks for every target.

import { type Issue, outputIssue, showText } from './issue.js';
import { mayMatch, overlapping, quickTest } from './overlap.js';
import { type Config, envelopeOf, outputsOf, type Rule, type RuleOutput } from './rule.js';
import { journalPattern, patternText, type TargetPattern, targetPatterns } from './target-pattern.js';

/** The proofs do not multiply out more combinations than these. */
export const maxPatterns = 500_000;
const maxIssues = 50;

/** Every output and journal that could start a rule (the first 50). */
export function findLoops(config: Config): Issue[] {
  // Thousands of rules share their list of buckets.
  const listening = new Set([...new Set(envelopeOf(config).map(({ when }) => when.buckets))].flat());
  const rulesIn = rulesByBucket(config);
  const origins = patternOrigins(config, listening, rulesIn);
  if (origins === undefined) return [tooMany];
  const issues = new Map<string, Issue>();
  for (const [bucket, inBucket] of origins) {
    const rules = rulesIn(bucket);
    const patterns = inBucket.map(({ pattern }) => pattern);
    const found = new Set(overlapping(patterns, rules, maxIssues - issues.size));
    for (const origin of found.size > 0 ? inBucket : []) {
      if (!found.has(origin.pattern)) continue;
      const issue = explain(origin, rules, config);
      if (!issues.has(issue.path)) issues.set(issue.path, issue);
    }
    if (issues.size >= maxIssues) break;
  }
  return [...issues.values()];
}

/** A pattern, and the output whose targets lie in it; without one, the records of the journal do. */
interface PatternOrigin {
  readonly pattern: TargetPattern;
  readonly from?: RuleOutput;
}

/** Issue: too many combinations to prove. */
export const tooMany: Issue = {
  path: 'rules',
  value: `more than ${maxPatterns}`,
  expected: `at most ${maxPatterns} combinations of output, bucket, prefix and suffix`,
  message:
    `more than ${maxPatterns} combinations of output, bucket, prefix and suffix to prove; ` +
    'use fewer or wider conditions',
};

// By bucket, and only the patterns that may overlap a rule: most derivatives have other folders than any source.
function patternOrigins(
  config: Config,
  listening: ReadonlySet<string>,
  rulesIn: (bucket: string) => readonly Rule[],
): Map<string, PatternOrigin[]> | undefined {
  const tests = new Map<string, ReturnType<typeof quickTest>>();
  const mayOverlap = (pattern: TargetPattern): boolean => {
    if (!listening.has(pattern.bucket)) return false;
    const test = tests.get(pattern.bucket) ?? quickTest(rulesIn(pattern.bucket));
    tests.set(pattern.bucket, test);
    return test(pattern);
  };
  const origins = new Map<string, PatternOrigin[]>();
  let count = 0;
  for (const pattern of journalPattern(config)) {
    if (mayOverlap(pattern)) append(origins, pattern.bucket, { pattern });
  }
  for (const from of outputsOf(config, ({ bucket }) => bucket === undefined || listening.has(bucket))) {
    for (const pattern of targetPatterns(from.output, from.rule)) {
      count += 1;
      if (mayOverlap(pattern)) append(origins, pattern.bucket, { pattern, from });
    }
    if (count > maxPatterns) return undefined;
  }
  return origins;
}

// Made when they are first asked for: mostly, nothing is saved where a rule listens.
function rulesByBucket(config: Config): (bucket: string) => readonly Rule[] {
  let rules: Map<string, Rule[]> | undefined;
  return (bucket) => {
    if (rules === undefined) {
      rules = new Map();
      for (const rule of envelopeOf(config)) for (const one of rule.when.buckets) append(rules, one, rule);
    }
    return rules.get(bucket) ?? [];
  };
}

function explain({ pattern, from }: PatternOrigin, rules: readonly Rule[], config: Config): Issue {
  const started = rules.find((rule) => mayMatch(pattern, rule));
  const name = started ? nameOf(started, config) : 'a rule';
  if (from === undefined) {
    return {
      path: 'journal',
      value: showText(`oss://${pattern.bucket}/${pattern.prefix}`),
      expected: 'a place that no rule listens to',
      message:
        `the journal writes to ${patternText(pattern)}, which could start ${name}; ` +
        'give the journal a bucket of its own, or add its prefix to the "exclude" of that rule',
    };
  }
  const what =
    ` could start ${name}: it can save to ${patternText(pattern)}; ` +
    'save to a bucket that no rule listens to, or below a prefix that is in the "exclude" of that rule';
  return outputIssue(from, 'a target that no rule listens to', what, started && { from, starts: started });
}

function nameOf(rule: Rule, config: Config): string {
  const name = `rule "${rule.name}" (rules[${envelopeOf(config).indexOf(rule)}])`;
  return config.envelope === undefined ? name : `the deployed ${name}`;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
