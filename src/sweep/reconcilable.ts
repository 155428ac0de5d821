// Which derivatives can be compared with their sources at all. A derivative tells nothing where its key names the
// version of the source, and where another source is, or may be, saved under the same key. Whether such a source is
// there, compare.ts finds out for each target: this finds all outputs that can save there, and the keys to look for.
import type { ObjectName } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { indexConfig, indexRules, listens, type RuleIndex, rulesThatAskFor } from '../pipeline/match.js';
import { targetReader } from '../rules/read-back.js';
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
  read?: ReturnType<typeof targetReader> | 'too many';
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
 * Why no derivative of an output can be compared with its source, whatever is there. Of an output that tells the
 * source's name but not its extension, single targets may be comparable: see `rivalsOf`.
 */
export function whyNotReconcilable({ key }: Output, { when }: Rule): string | undefined {
  if (namesVersion(key)) return "its key names the source's version, by date or ETag";
  const why = whyNotUnique(key, mayEndInDot(when.suffixes));
  return why === undefined || tellsName(key) ? undefined : `two sources can have one target, since ${why}`;
}

/**
 * Objects that may be sources of the same target beside an upload, if they are there: what is found has to be matched.
 * A text: why that cannot be told.
 */
export function rivalsOf(
  upload: Upload,
  output: Output,
  target: ObjectName,
  { index, saving, writers }: ReconcileRules,
): readonly Sought[] | string {
  const sought: Sought[] = [];
  for (const { order } of rulesThatAskFor(saving, target.bucket, target.key, foldCase(target.key))) {
    const writer = writers[order] as Writer;
    const { rule, bucket } = writer;
    const { key } = writer.output;
    const merges = whyNotUnique(key, mayEndInDot(rule.when.suffixes)) !== undefined;
    if (writer.output === output && bucket === upload.bucket && !merges) continue;
    writer.read ??= targetReader(key, bucket, rule.name) ?? 'too many';
    const parts = writer.read === 'too many' ? {} : writer.read(target.key);
    if (parts === undefined) continue;
    const { dir, file, name, ext } = parts;
    if (dir === undefined || whyNotReconcilable(writer.output, rule) !== undefined) {
      return `other sources can have this target: ${key.text} of rule ${rule.name} does not tell them`;
    }
    const stem = dir + name;
    const exact = file !== undefined ? dir + file : ext ? `${stem}.${ext}` : stem;
    if (exact !== upload.key || bucket !== upload.bucket) {
      if (listens(index, { bucket, key: exact })) sought.push({ bucket, key: exact });
    }
    if (merges) sought.push({ bucket, key: `${stem}.`, begins: true });
  }
  return sought;
}
