// From a derivative back to its source, where its key tells that, and no other source can have the same key.
import { type ObjectName, sameObject } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { jobsOf } from '../pipeline/jobs.js';
import { type RuleIndex, rulesThatAskFor } from '../pipeline/match.js';
import { type KeyParts, targetReader } from '../rules/read-back.js';
import type { Output, Rule } from '../rules/rule.js';
import { foldCase } from '../rules/target-pattern.js';
import { namesVersion } from '../rules/template.js';
import { mayEndInDot, whyNotUnique } from '../rules/unique-target.js';
import type { ReconcileRules } from '../sweep/reconcilable.js';

/** Whether the target of an output tells its source: else nobody can tell which of its objects are orphans. */
export function tellsOrphans({ key }: Output, { when }: Rule): boolean {
  return !namesVersion(key) && whyNotUnique(key, mayEndInDot(when.suffixes)) === undefined;
}

/** Finds the one source that can have been saved under a name; undefined where there may be others, or none. */
export function onlySource({ index, saving, writers }: ReconcileRules): (target: ObjectName) => ObjectName | undefined {
  const readers = new Map<unknown, ((target: string) => KeyParts | undefined) | undefined>();
  return (target) => {
    let only: ObjectName | undefined;
    for (const { order } of rulesThatAskFor(saving, target.bucket, target.key, foldCase(target.key))) {
      const writer = writers[order];
      if (writer === undefined) continue;
      const { rule, output, bucket } = writer;
      let reader = readers.get(writer);
      if (!readers.has(writer)) {
        reader = targetReader(output.key, bucket, rule.name);
        readers.set(writer, reader);
      }
      if (reader === undefined) return undefined;
      const parts = reader(target.key);
      if (parts === undefined) continue;
      if (!tellsOrphans(output, rule)) return undefined;
      const source = { bucket, key: keyOf(parts) };
      if (!asksFor(rule, source, index) || !savesTo(rule, output, source, target, index)) continue;
      if (only !== undefined && !sameObject(only, source)) return undefined;
      only = source;
    }
    return only;
  };
}

function keyOf({ dir = '', file, name = '', ext }: KeyParts): string {
  if (file !== undefined) return dir + file;
  return ext ? `${dir}${name}.${ext}` : dir + name;
}

function asksFor(rule: Rule, { bucket, key }: ObjectName, index: RuleIndex): boolean {
  if (rule.when.excludes.some((exclude) => key.startsWith(exclude))) return false;
  for (const asking of rulesThatAskFor(index, bucket, key, foldCase(key))) if (asking.rule === rule) return true;
  return false;
}

/** Forwards again: what was read back may be of no source. */
function savesTo(rule: Rule, output: Output, source: ObjectName, target: ObjectName, index: RuleIndex): boolean {
  const { jobs } = jobsOf(removalOf(source), { ...rule, outputs: [output] }, index);
  return jobs.some((job) => sameObject(job.target, target));
}

/** The removal of a source that is not there. */
export function removalOf({ bucket, key }: ObjectName): Upload {
  const event = 'ObjectRemoved:DeleteObject';
  const oss = { bucket: { name: bucket }, object: { key } };
  const record = { eventName: event, eventSource: 'acs:oss', eventVersion: '1.0', oss } as const;
  return { kind: 'removed', event, bucket, key, record };
}
