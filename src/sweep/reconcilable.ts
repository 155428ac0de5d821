// Which derivatives can be compared with their sources at all. A derivative tells nothing where its key names the
// version of the source, and where another source is, or may be, saved under the same key. Whether such a source is
// there, compare.ts finds out for each target: this finds all outputs that can save there, and the keys to look for.
import type { ObjectName } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { indexConfig, indexRules, listens, type RuleIndex, rulesThatAskFor } from '../pipeline/match.js';
import { readBack } from '../rules/read-back.js';
import { type Config, type Output, outputsOf, type Rule } from '../rules/rule.js';
import { foldCase, targetPatternsFrom } from '../rules/target-pattern.js';
import { namesVersion } from '../rules/template.js';
import { mayEndInDot, tellsName, whyNotUnique } from '../rules/unique-target.js';
import type { Sought } from './present.js';

/** A configuration, as it is compared with what is there. Made once. */
export interface ReconcileRules {
  readonly index: RuleIndex;
  /** Finds what can save under a key: a rule for each output and bucket of sources. */
  readonly saving: RuleIndex;
  readonly writers: readonly Writer[];
  /** Of outputs that were asked for before: the proof takes longer than all else of a comparison. */
  readonly known: Map<Output, Reconcilable>;
}

interface Reconcilable {
  /** Why no derivative of an output can be compared with its source, whatever is there. */
  readonly why: string | undefined;
  /** Keys that differ in their extension alone may have one target. */
  readonly merges: boolean;
}

/** An output, for the sources of one bucket. */
interface Writer {
  readonly rule: Rule;
  readonly output: Output;
  readonly bucket: string;
}

/** The rules of a configuration, and what each of its outputs may save. */
export function reconcileRules(config: Config): ReconcileRules {
  const writers: Writer[] = [];
  const rules: Rule[] = [];
  for (const { rule, output } of outputsOf(config)) {
    for (const source of rule.when.buckets) {
      const { bucket, ...ends } = targetPatternsFrom(source, output, rule);
      writers.push({ rule, output, bucket: source });
      rules.push({ name: '', when: { buckets: [bucket], ...ends, excludes: [] }, outputs: [] });
    }
  }
  return { index: indexConfig(config), saving: indexRules(rules), writers, known: new Map() };
}

/** Whether derivatives of an output can be compared with their sources. */
export function reconcilable({ known }: ReconcileRules, output: Output, { when }: Rule): Reconcilable {
  let found = known.get(output);
  if (found === undefined) {
    const { key } = output;
    const shared = whyNotUnique(key, mayEndInDot(when.suffixes));
    const why = shared && !tellsName(key) ? `two sources can have one target: ${shared}` : undefined;
    found = { why: namesVersion(key) ? "its key names the source's version" : why, merges: shared !== undefined };
    known.set(output, found);
  }
  return found;
}

/**
 * Objects that may be sources of the same target beside an upload, if they are there: what is found has to be matched.
 * A text: why the target cannot be reconciled, whatever is there.
 */
export function rivalsOf(
  upload: Upload,
  rule: Rule,
  output: Output,
  target: ObjectName,
  rules: ReconcileRules,
): readonly Sought[] | string {
  const { index, saving, writers } = rules;
  const { why } = reconcilable(rules, output, rule);
  if (why !== undefined) return why;
  const rivals: Sought[] = [];
  for (const { order } of rulesThatAskFor(saving, target.bucket, target.key, foldCase(target.key))) {
    const { bucket, ...writer } = writers[order] as Writer;
    const { key } = writer.output;
    const { why: hopeless, merges } = reconcilable(rules, writer.output, writer.rule);
    if (writer.output === output && bucket === upload.bucket && !merges) continue;
    const parts = readBack(key, bucket, writer.rule.name, target.key);
    if (parts === undefined) continue;
    const { dir, file, name, ext } = parts;
    if (dir === undefined || hopeless) {
      return `${key.text} of rule ${writer.rule.name} may save other sources there`;
    }
    const stem = dir + (file ?? name);
    const exact = ext && file === undefined ? `${stem}.${ext}` : stem;
    const own = exact === upload.key && bucket === upload.bucket;
    if (!own && listens(index, { bucket, key: exact })) rivals.push({ bucket, key: exact, group: order });
    if (merges) rivals.push({ bucket, key: `${stem}.`, begins: true, group: order });
  }
  return rivals;
}
