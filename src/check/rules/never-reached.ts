// Rules that can never match: earlier rules take every upload that they ask for. Claimed only where it is certain,
// whatever is uploaded: each set of keys and sizes that the rule asks for is followed through the earlier rules until
// nothing of it remains.
import { indexRules, type RuleIndex, rulesThatAskFor } from '../../pipeline/match.js';
import type { Config, Rule } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';
import { listed, ruleName } from './outputs.js';

/** Keys of one bucket that start and end so, of these sizes (bytes, both inclusive). */
interface UploadSet {
  readonly bucket: string;
  readonly prefix: string;
  /** ASCII lower case. */
  readonly suffix: string;
  readonly min: number;
  readonly max: number;
}

/** Steps taken for one rule: where more are needed, it counts as one that can match. */
const maxSteps = 2_000;

/** The rules that no upload reaches. */
export function neverReachedRules({ rules }: Config): Finding[] {
  const index = indexRules(rules);
  return rules.flatMap((rule, order) => {
    const takers = takersOf(rule, order, index);
    if (takers === undefined) return [];
    const where = `rules[${order}].when`;
    const [first] = takers;
    if (first === undefined) {
      const message = `${ruleName(rule, order)} can never match: it excludes every key that it asks for`;
      return [finding('warning', 'ruleExcludesAll', where, message, 'shorten "exclude", or remove the rule')];
    }
    const names = takers.map((taker) => ruleName(rules[taker] ?? rule, taker));
    const take = names.length === 1 ? 'takes' : 'take';
    const message = `${ruleName(rule, order)} can never match: ${listed(names)} ${take} every upload that it asks for`;
    const fix = `move it before rules[${first}], make the rules before it ask for less, or remove it`;
    return [finding('warning', 'ruleShadowed', where, message, fix)];
  });
}

/** The earlier rules that together take all that a rule asks for, in order; undefined when some upload may remain. */
function takersOf({ when }: Rule, order: number, index: RuleIndex): number[] | undefined {
  const { min = 0, max = Number.POSITIVE_INFINITY } = when.size ?? {};
  let steps = 0;

  function takersOfAll(sets: readonly UploadSet[]): number[] | undefined {
    const takers: number[] = [];
    for (const set of sets) {
      const ofOne = takersOfOne(set);
      if (ofOne === undefined) return undefined;
      takers.push(...ofOne);
    }
    return takers;
  }

  function takersOfOne(set: UploadSet): number[] | undefined {
    if (when.excludes.some((exclude) => set.prefix.startsWith(exclude))) return [];
    for (const earlier of rulesThatAskFor(index, set.bucket, set.prefix, set.suffix)) {
      if (earlier.order >= order) continue;
      steps += 1;
      if (steps > maxSteps) return undefined;
      const remaining = remainderOf(set, earlier.rule);
      const others = remaining && takersOfAll(remaining);
      if (others !== undefined) return [earlier.order, ...others];
    }
    return undefined;
  }

  const suffixes = when.suffixes.length === 0 ? [''] : when.suffixes;
  const sets = when.buckets.flatMap((bucket) =>
    when.prefixes.flatMap((prefix) => suffixes.map((suffix) => ({ bucket, prefix, suffix, min, max }))),
  );
  const takers = takersOfAll(sets);
  return takers && [...new Set(takers)].sort((one, other) => one - other);
}

/**
 * What a rule does not take of a set whose keys it asks for; undefined when it does not take the smallest sizes of it.
 */
function remainderOf(set: UploadSet, { when }: Rule): UploadSet[] | undefined {
  const { min = 0, max = Number.POSITIVE_INFINITY } = when.size ?? {};
  if (min > set.min || max < set.min) return undefined;
  if (when.excludes.some((exclude) => set.prefix.startsWith(exclude))) return undefined;
  const excluded = when.excludes
    .filter((exclude) => exclude.startsWith(set.prefix))
    .map((prefix) => ({ ...set, prefix, max: Math.min(max, set.max) }));
  return max < set.max ? [...excluded, { ...set, min: max + 1 }] : excluded;
}
