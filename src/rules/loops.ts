// A derivative saved where a rule listens would start the function again, for ever, at a price. This proves that no
// output and no journal record can, whatever is uploaded, or says which one could. Not only cycles are refused: any
// output that any rule could match is, because the next edit may close the cycle.

import { type Issue, showText } from './issue.js';
import type { Config, Output, Rule } from './load.js';
import { couldStart, overlapping } from './overlap.js';
import { journalReach, type Reach, reach } from './reach.js';
import { witness } from './witness.js';

const MAX_REACHES = 500_000;
const MAX_ISSUES = 50;

/**
 * Every output and journal that could start a rule (the first 50). Given the configuration in force as well, the
 * outputs of either are held against the rules of both: while one replaces the other, instances run both.
 */
export function findLoops(config: Config, inForce?: Config): Issue[] {
  const versions: Version[] = [{ config, path: '', label: '' }];
  if (inForce) versions.push({ config: inForce, path: 'inForce.', label: ' of the version in force' });
  const listening = listenersOf(versions);
  const targets = targetsOf(versions, listening);
  if (targets === undefined) return [tooMany];
  const issues = new Map<string, Issue>();
  for (const [bucket, inBucket] of targets) {
    const listeners = listening.get(bucket) ?? [];
    const rules = listeners.map(({ rule }) => rule);
    const found = overlapping(
      inBucket.map((target) => target.reach),
      rules,
      MAX_ISSUES,
    );
    const blamed = new Set(found);
    for (const target of found.length > 0 ? inBucket : []) {
      if (!blamed.has(target.reach)) continue;
      const issue = explain(target, listeners);
      if (issues.size < MAX_ISSUES && !issues.has(issue.path)) issues.set(issue.path, issue);
    }
  }
  return [...issues.values()];
}

type Version = { readonly config: Config; readonly path: string; readonly label: string };
type Listener = { readonly rule: Rule; readonly index: number; readonly label: string };
/** An output, or without one the journal. */
type Origin = {
  readonly version: Version;
  readonly output?: { rule: Rule; ruleIndex: number; index: number; output: Output };
};
type Target = { readonly reach: Reach; readonly origin: Origin };

const tooMany: Issue = {
  path: 'rules',
  value: `more than ${MAX_REACHES}`,
  expected: `at most ${MAX_REACHES} combinations of output, bucket, prefix and suffix`,
  message: `more than ${MAX_REACHES} combinations of output, bucket, prefix and suffix to prove; use fewer or wider conditions`,
};

function listenersOf(versions: readonly Version[]): Map<string, Listener[]> {
  const listening = new Map<string, Listener[]>();
  for (const { config, label } of versions) {
    for (const [index, rule] of config.rules.entries()) {
      for (const bucket of rule.when.buckets) getOrAdd(listening, bucket, () => []).push({ rule, index, label });
    }
  }
  return listening;
}

// By bucket, and only where some rule listens: most derivatives go to a bucket where none does.
function targetsOf(
  versions: readonly Version[],
  listening: ReadonlyMap<string, unknown>,
): Map<string, Target[]> | undefined {
  const targets = new Map<string, Target[]>();
  let count = 0;
  const add = (reaches: readonly Reach[], origin: Origin): void => {
    for (const place of reaches) {
      if (!listening.has(place.bucket)) continue;
      count += 1;
      getOrAdd(targets, place.bucket, () => []).push({ reach: place, origin });
    }
  };
  for (const version of versions) {
    add(journalReach(version.config), { version });
    for (const [ruleIndex, rule] of version.config.rules.entries()) {
      for (const [index, output] of rule.outputs.entries()) {
        if (output.bucket !== undefined && !listening.has(output.bucket)) continue;
        add(reach(output, rule), { version, output: { rule, ruleIndex, index, output } });
        if (count > MAX_REACHES) return undefined;
      }
    }
  }
  return targets;
}

function explain({ origin: { version, output: from }, reach: where }: Target, listeners: readonly Listener[]): Issue {
  const started = listeners.filter(({ rule }) => couldStart(where, rule));
  const first = started[0];
  const others = started.length > 1 ? ` and ${started.length - 1} more` : '';
  const name = first ? `rule "${first.rule.name}" (rules[${first.index}]${first.label})${others}` : 'a rule';
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
  const { rule, ruleIndex, index, output } = from;
  const example = first && witness(output, rule, first.rule);
  const why = example ? `${example.source} would be saved as ${example.target}` : `it can save to ${places}`;
  return {
    path: `${version.path}rules[${ruleIndex}].outputs[${index}].to.key`,
    value: showText(output.key.text),
    expected: 'a target that no rule listens to',
    message:
      `outputs[${index}] ${showText(output.key.text)} of rule "${rule.name}"${version.label} could start ${name}: ${why}; ` +
      'save to a bucket that no rule listens to, or below a prefix that is in the "exclude" of that rule',
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
