// Upload → rule. Rules are tried in the order of the configuration and the first that matches wins; an index by bucket,
// prefix and suffix keeps that under 50 µs for 10,000 rules. Before: derive.ts, which knows the source. After: the
// rule's jobs (jobs.ts). Also the loop guard at run time: `wouldStart`, which target.ts asks for each target.
import type { ObjectName } from '../oss/object-name.js';
import { takesSize, verdict } from '../rules/conditions.js';
import type { Config, Output, Rule } from '../rules/rule.js';
import { foldCase } from '../rules/target-pattern.js';
import { namesVersion, type Template } from '../rules/template.js';

/** Rules indexed for matching. Made once per configuration. */
export interface RuleIndex {
  readonly rules: readonly Rule[];
  readonly buckets: ReadonlyMap<string, PrefixIndex>;
  /** The deployed rules, outside of which these match nothing; absent where these are deployed. */
  readonly envelope?: RuleIndex | undefined;
  /** Some rule has `onDelete: 'remove'`. */
  readonly removes: boolean;
  /** The keys of some output name the version of the source, by its ETag or date. */
  readonly namesVersions: boolean;
}

interface PrefixIndex {
  /** The distinct lengths of its prefixes, so that a lookup is a handful of slices; likewise for suffixes below. */
  readonly lengths: readonly number[];
  readonly byPrefix: ReadonlyMap<string, PrefixRules>;
}

/**
 * The rules with one prefix. Their suffixes are indexed when a key with this prefix comes: of thousands of prefixes, an
 * instance meets few.
 */
interface PrefixRules {
  readonly candidates: Candidate[];
  index?: SuffixIndex;
}

interface SuffixIndex {
  readonly lengths: readonly number[];
  readonly bySuffix: ReadonlyMap<string, readonly Candidate[]>;
}

interface Candidate {
  readonly order: number;
  readonly rule: Rule;
}

export type Match =
  | { readonly rule: Rule }
  | { readonly reason: 'no-rule' | 'outside-envelope' | 'empty' | 'size-unknown' };

/** Builds the index; O(rules × buckets × prefixes). */
export function indexRules(rules: readonly Rule[], envelope?: RuleIndex): RuleIndex {
  const buckets = new Map<string, Map<string, PrefixRules>>();
  const keys = new Set<Template>();
  const note = ({ key }: Output) => void keys.add(key);
  const newPrefixes = () => new Map<string, PrefixRules>();
  rules.forEach((rule, order) => {
    rule.outputs.forEach(note);
    const candidate = { order, rule };
    for (const bucket of rule.when.buckets) {
      const byPrefix = entry(buckets, bucket, newPrefixes);
      for (const prefix of rule.when.prefixes) {
        const known = byPrefix.get(prefix);
        if (known === undefined) byPrefix.set(prefix, { candidates: [candidate] });
        else known.candidates.push(candidate);
      }
    }
  });
  const index = new Map<string, PrefixIndex>();
  for (const [bucket, byPrefix] of buckets) index.set(bucket, { lengths: lengthsOf(byPrefix), byPrefix });
  const removes = rules.some(({ onDelete }) => onDelete === 'remove');
  const namesVersions = [...keys].some(namesVersion);
  return { rules, buckets: index, envelope, removes, namesVersions };
}

/** The rules with one prefix by suffix; made once. */
function suffixIndexOf(rules: PrefixRules): SuffixIndex {
  if (rules.index !== undefined) return rules.index;
  const bySuffix = new Map<string, Candidate[]>();
  for (const candidate of rules.candidates) {
    const { suffixes } = candidate.rule.when;
    for (const suffix of suffixes.length === 0 ? [''] : suffixes) {
      entry(bySuffix, suffix, (): Candidate[] => []).push(candidate);
    }
  }
  rules.index = { lengths: lengthsOf(bySuffix), bySuffix };
  return rules.index;
}

/** The index of a configuration, with that of its envelope. */
export function indexConfig({ rules, envelope }: Config): RuleIndex {
  return indexRules(rules, envelope && indexConfig(envelope));
}

/**
 * The first rule that takes the object, or why there is none (see `verdict`). `outside-envelope`: a rule would, but no
 * deployed rule listens there.
 */
export function match(
  index: RuleIndex,
  { bucket, key, size }: ObjectName & { readonly size?: number | undefined },
): Match {
  const found = first(index, bucket, key, takesSize, size);
  if (found !== undefined && !inEnvelope(index, bucket, key)) return { reason: 'outside-envelope' };
  return verdict(found, size);
}

/** Whether a rule takes an object under this key, of some size, and may. */
export function listens(index: RuleIndex, { bucket, key }: ObjectName): boolean {
  const found = match(index, { bucket, key });
  return 'rule' in found || found.reason === 'size-unknown';
}

function inEnvelope(index: RuleIndex, bucket: string, key: string): boolean {
  return index.envelope === undefined || wouldStart(index, bucket, key) !== undefined;
}

/**
 * The deployed rule that an object of any size under this key would start, if any: the loop guard at run time, which
 * target.ts asks for every target. The guard when rules are loaded is rules/loops.ts.
 */
export function wouldStart(index: RuleIndex, bucket: string, key: string): Rule | undefined {
  return first(index.envelope ?? index, bucket, key, takesAny);
}

const takesAny = () => true;

/**
 * The rules with `onDelete: 'remove'` that may have made derivatives of this object. Its size then is not known, so
 * these are all rules up to the first without a size condition.
 */
export function removersOf(index: RuleIndex, { bucket, key }: ObjectName): Rule[] {
  const found: Rule[] = [];
  if (!index.removes || !inEnvelope(index, bucket, key)) return found;
  const seen = new Set<Rule>();
  for (;;) {
    const rule = first(index, bucket, key, (candidate) => !seen.has(candidate));
    if (rule === undefined) return found;
    seen.add(rule);
    if (rule.onDelete === 'remove') found.push(rule);
    if (rule.when.size === undefined) return found;
  }
}

function first(
  index: RuleIndex,
  bucket: string,
  key: string,
  accepts: (rule: Rule, size: number | undefined) => boolean,
  size?: number,
): Rule | undefined {
  const prefixes = index.buckets.get(bucket);
  if (prefixes === undefined) return undefined;
  const folded = foldCase(key);
  let best: Candidate | undefined;
  for (const prefixLength of prefixes.lengths) {
    if (prefixLength > key.length) break;
    const withPrefix = prefixes.byPrefix.get(key.slice(0, prefixLength));
    if (withPrefix === undefined) continue;
    const suffixes = suffixIndexOf(withPrefix);
    for (const suffixLength of suffixes.lengths) {
      if (suffixLength > key.length) break;
      for (const candidate of suffixes.bySuffix.get(folded.slice(key.length - suffixLength)) ?? []) {
        if (best !== undefined && candidate.order >= best.order) break;
        if (isExcluded(candidate.rule, key) || !accepts(candidate.rule, size)) continue;
        best = candidate;
        break;
      }
    }
  }
  return best?.rule;
}

/**
 * The rules that ask for every key that starts and ends so, whatever they exclude and however large.
 * @param suffix in lower case, as suffixes are compared
 */
export function* rulesThatAskFor(
  { buckets }: RuleIndex,
  bucket: string,
  prefix: string,
  suffix: string,
): Generator<{ readonly order: number; readonly rule: Rule }> {
  const prefixes = buckets.get(bucket);
  for (const prefixLength of prefixes?.lengths ?? []) {
    if (prefixLength > prefix.length) break;
    const withPrefix = prefixes?.byPrefix.get(prefix.slice(0, prefixLength));
    const suffixes = withPrefix && suffixIndexOf(withPrefix);
    for (const suffixLength of suffixes?.lengths ?? []) {
      if (suffixLength > suffix.length) break;
      yield* suffixes?.bySuffix.get(suffix.slice(suffix.length - suffixLength)) ?? [];
    }
  }
}

function isExcluded({ when }: Rule, key: string): boolean {
  const { excludes } = when;
  return excludes.length > 0 && excludes.some((exclude) => key.startsWith(exclude));
}

function lengthsOf(texts: ReadonlyMap<string, unknown>): number[] {
  const lengths = new Set<number>();
  texts.forEach((_, text) => {
    lengths.add(text.length);
  });
  return [...lengths].sort((a, b) => a - b);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
