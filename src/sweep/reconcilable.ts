// Which derivatives can be compared with their sources at all. A derivative tells nothing where its key names the
// version of the source, and where another source is, or may be, saved under the same key. Whether such a source is
// there, compare.ts finds out for each target: this finds all outputs that can save there, and the keys to look for.
import type { ObjectName } from '../oss/object-name.js';
import type { Upload } from '../pipeline/event.js';
import { indexConfig, indexRules, listens, type RuleIndex, rulesThatAskFor } from '../pipeline/match.js';
import { isKey } from '../rules/oss-limits.js';
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
  /** Found out when it is first asked for: the proof takes longer than all else of a comparison. */
  proof?: Proof;
}

interface Proof {
  /** See `whyNotReconcilable`. */
  readonly why: string | undefined;
  /** Keys that differ in their extension alone may have one target. */
  readonly merges: boolean;
  readonly read: ReturnType<typeof targetReader>;
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

/** Where another source of a target may be. */
export interface Rival extends Sought {
  /** What may lie together has one. */
  readonly group: string;
}

/**
 * Objects that may be sources of the same target beside an upload, if they are there: what is found has to be matched.
 * A text: why the target cannot be reconciled, whatever is there.
 */
export function rivalsOf(
  upload: Upload,
  output: Output,
  target: ObjectName,
  { index, saving, writers }: ReconcileRules,
): readonly Rival[] | string {
  const rivals: Rival[] = [];
  let untold: string | undefined;
  for (const { order } of rulesThatAskFor(saving, target.bucket, target.key, foldCase(target.key))) {
    const writer = writers[order] as Writer;
    const { rule: other, bucket } = writer;
    const { key } = writer.output;
    const isOwn = writer.output === output && bucket === upload.bucket;
    writer.proof ??= {
      why: whyNotReconcilable(writer.output, other),
      merges: whyNotUnique(key, mayEndInDot(other.when.suffixes)) !== undefined,
      read: targetReader(key, bucket, other.name),
    };
    const { why, merges, read } = writer.proof;
    if (isOwn && why !== undefined) return why;
    if (isOwn && !merges) continue;
    const parts = read ? read(target.key) : {};
    if (parts === undefined) continue;
    const { dir, file, name, ext } = parts;
    if (dir === undefined || why !== undefined) {
      untold = `${key.text} of rule ${other.name} may save other sources there`;
      continue;
    }
    const stem = dir + (file ?? name);
    const exact = ext && file === undefined ? `${stem}.${ext}` : stem;
    // A role may list only where rules listen: the keys of a group have a prefix of the rule in common.
    const { prefixes } = other.when;
    const below = (start: string) => prefixes.find((prefix) => start.startsWith(prefix));
    const isSource = exact === upload.key && bucket === upload.bucket;
    const heard = below(exact);
    if (!isSource && isKey(exact) && heard !== undefined && listens(index, { bucket, key: exact })) {
      rivals.push({ bucket, key: exact, group: `${order} ${heard}` });
    }
    if (!merges) continue;
    const start = `${stem}.`;
    const starts = below(start) === undefined ? prefixes.filter((prefix) => prefix.startsWith(start)) : [start];
    for (const one of starts) rivals.push({ bucket, key: one, begins: true, group: `${order} ${below(one)}` });
  }
  return untold ?? rivals;
}
