// From a derivative back to its source: which objects, were they there, could have been saved under its key.
import { type ObjectName, sameObject } from '../oss/object-name.js';
import { jobsOf } from '../pipeline/jobs.js';
import { rulesThatAskFor } from '../pipeline/match.js';
import { type KeyParts, targetReader } from '../rules/read-back.js';
import type { Output, Rule } from '../rules/rule.js';
import { foldCase } from '../rules/target-pattern.js';
import { namesVersion } from '../rules/template.js';
import { mayEndInDot, tellsName, whyNotUnique } from '../rules/unique-target.js';
import { removalOf } from '../sweep/listed.js';
import type { Sought } from '../sweep/present.js';
import type { ReconcileRules } from '../sweep/reconcilable.js';

/** A source, or all that begin with a key, and the output that would save it. */
export interface PossibleSource {
  readonly source: Sought;
  readonly rule: Rule;
  readonly output: Output;
  /** The target of this output tells its source. */
  readonly tells: boolean;
  /** Those of one group have a prefix in common to which a rule listens: a role may list no others. */
  readonly group: string;
}

/** Whether the target of an output tells its source: else nobody can tell which of its objects are orphans. */
export function tellsSource({ key }: Output, { when }: Rule): boolean {
  return !namesVersion(key) && whyNotUnique(key, mayEndInDot(when.suffixes)) === undefined;
}

/**
 * Finds what could have been saved under a name, in the order of outputs; undefined where that cannot be told. A rule
 * counts here for all keys that it asks for, whatever the size, also where an earlier rule takes them.
 */
export function possibleSources(rules: ReconcileRules): (target: ObjectName) => readonly PossibleSource[] | undefined {
  const { saving, writers } = rules;
  const known = new Map<number, Reading>();
  return (target) => {
    const orders = [...rulesThatAskFor(saving, target.bucket, target.key, foldCase(target.key))]
      .map(({ order }) => order)
      .sort((one, other) => one - other);
    const found: PossibleSource[] = [];
    for (const order of orders) {
      const writer = writers[order];
      if (writer === undefined) continue;
      const { rule, output, bucket } = writer;
      let reading = known.get(order);
      if (reading === undefined) {
        reading = { read: targetReader(output.key, bucket, rule.name), tells: tellsSource(output, rule) };
        known.set(order, reading);
      }
      const { read, tells } = reading;
      const parts = read === undefined ? {} : read(target.key);
      if (parts === undefined) continue;
      if (read === undefined || (!tells && (namesVersion(output.key) || !tellsName(output.key)))) return undefined;
      const source = { bucket, key: keyOf(parts) };
      const { prefixes } = rule.when;
      const groupOf = (prefix: string | undefined): string => `${bucket}/${prefix}`;
      const heard = (start: string): string | undefined => prefixes.find((prefix) => start.startsWith(prefix));
      if (couldSave({ rule, output }, source, target, rules)) {
        found.push({ source, rule, output, tells, group: groupOf(heard(source.key)) });
      }
      if (tells) continue;
      const start = `${parts.dir ?? ''}${parts.name ?? ''}.`;
      const starts = heard(start) === undefined ? prefixes.filter((prefix) => prefix.startsWith(start)) : [start];
      for (const key of starts) {
        found.push({ source: { bucket, key, begins: true }, rule, output, tells, group: groupOf(heard(key)) });
      }
    }
    return found;
  };
}

/** What an output's targets tell; found out once. */
interface Reading {
  readonly read: ((target: string) => KeyParts | undefined) | undefined;
  readonly tells: boolean;
}

function keyOf({ dir = '', file, name = '', ext }: KeyParts): string {
  if (file !== undefined) return dir + file;
  return ext ? `${dir}${name}.${ext}` : dir + name;
}

/** Whether an output would save an object under this name. */
export function couldSave(
  { rule, output }: Pick<PossibleSource, 'rule' | 'output'>,
  { bucket, key }: ObjectName,
  target: ObjectName,
  { index }: ReconcileRules,
): boolean {
  if (rule.when.excludes.some((exclude) => key.startsWith(exclude))) return false;
  for (const asking of rulesThatAskFor(index, bucket, key, foldCase(key))) {
    if (asking.rule !== rule) continue;
    const { jobs } = jobsOf(removalOf({ bucket, key }), { ...rule, outputs: [output] }, index);
    return jobs.some((job) => sameObject(job.target, target));
  }
  return false;
}
