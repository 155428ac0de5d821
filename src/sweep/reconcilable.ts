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
  return { index: indexConfig(config), saving: indexRules(rules), writers };
}

/**
 * Why no derivative of an output can be compared with its source, whatever is there. Of an output that tells all of the
 * source's key but the extension, single targets may be comparable: see `rivalsOf`.
 */
export function whyNotReconcilable({ key }: Output, { when }: Rule): string | undefined {
  if (namesVersion(key)) return "its key names the source's version";
  const why = whyNotUnique(key, mayEndInDot(when.suffixes));
  return why && !tellsName(key) ? `two sources can have one target: ${why}` : undefined;
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
  { index, saving, writers }: ReconcileRules,
): readonly Sought[] | string {
  const why = whyNotReconcilable(output, rule);
  if (why !== undefined) return why;
  const rivals: Sought[] = [];
  for (const { order } of rulesThatAskFor(saving, target.bucket, target.key, foldCase(target.key))) {
    const { bucket, ...writer } = writers[order] as Writer;
    const { key } = writer.output;
    const merges = whyNotUnique(key, mayEndInDot(writer.rule.when.suffixes));
    if (writer.output === output && bucket === upload.bucket && !merges) continue;
    const parts = readBack(key, bucket, writer.rule.name, target.key);
    if (parts === undefined) continue;
    const { dir, file, name, ext } = parts;
    if (dir === undefined || whyNotReconcilable(writer.output, writer.rule)) {
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
