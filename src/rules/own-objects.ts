// What the function itself lives on: the records of its journal, and the rules that it reads in OSS. An uploader
// chooses keys, and so could choose one whose derivative is saved over such an object: over the record of what is
// unfinished, or over the rules, after which no new instance could work. This proves that no output can, or says which
// one could.

import { type Issue, outputIssue } from './issue.js';
import { type Config, type Output, outputsOf, type Rule } from './rule.js';
import { compatible } from './suffixes.js';
import {
  foldCase,
  journalPattern,
  sourceBuckets,
  type TargetPattern,
  type TargetPatternSet,
  targetPatternsFrom,
} from './target-pattern.js';

/** Where rules are kept in OSS. */
export interface ConfigObject {
  readonly bucket: string;
  readonly key: string;
}

const maxIssues = 50;

/** Where `publish` keeps the version that it replaces. */
export function previousKey(key: string): string {
  return `${key}.former`;
}

/** Every output that could overwrite one of these objects (the first 50). */
export function findOverwrites(config: Config, configObject: ConfigObject | undefined): Issue[] {
  // What was due before rules were published may still lie in the journal of the deployed ones.
  const journal = [config, config.envelope].flatMap((one) => (one === undefined ? [] : journalPattern(one)));
  const keys = configObject === undefined ? [] : [configObject.key, previousKey(configObject.key)];
  const buckets = new Set(journal.map(({ bucket }) => bucket));
  if (configObject !== undefined) buckets.add(configObject.bucket);
  if (buckets.size === 0) return [];
  const savesThere = ({ bucket }: Output, { when }: Rule) =>
    bucket === undefined ? when.buckets.some((source) => buckets.has(source)) : buckets.has(bucket);
  const issues: Issue[] = [];
  for (const from of outputsOf(config, savesThere)) {
    if (issues.length === maxIssues) break;
    for (const source of sourceBuckets(from.output, from.rule)) {
      const targets = targetPatternsFrom(source, from.output, from.rule);
      const record = journal.find((pattern) => haveKeysInCommon(targets, pattern));
      const rules = keys.find((key) => configObject?.bucket === targets.bucket && mayHold(targets, key));
      if (record === undefined && rules === undefined) continue;
      const what =
        rules === undefined
          ? `records of the journal, oss://${record?.bucket}/${record?.prefix}`
          : `the rules that the function reads, oss://${targets.bucket}/${rules}`;
      issues.push(
        outputIssue(
          from,
          'a target that holds nothing of the function itself',
          ` could overwrite ${what}; save to another bucket, or below a prefix of its own`,
        ),
      );
      break;
    }
  }
  return issues;
}

function haveKeysInCommon({ bucket, prefixes, suffixes }: TargetPatternSet, pattern: TargetPattern): boolean {
  return (
    bucket === pattern.bucket &&
    prefixes.some((prefix) => prefix.startsWith(pattern.prefix) || pattern.prefix.startsWith(prefix)) &&
    suffixes.some((suffix) => compatible(suffix, pattern.suffix))
  );
}

function mayHold({ prefixes, suffixes }: TargetPatternSet, key: string): boolean {
  const folded = foldCase(key);
  return prefixes.some((prefix) => key.startsWith(prefix)) && suffixes.some((suffix) => folded.endsWith(suffix));
}
