// Rules that can never match: earlier rules take every upload that they ask for. Claimed only where it is certain, whatever
// is uploaded: each region of keys and sizes that the rule asks for is followed through the earlier rules until nothing
// of it is left.
import { indexRules, type RuleIndex } from '../pipeline/match.js';
import type { Config, Rule } from '../rules/rule.js';
import { type Found, found } from './finding.js';
import { listed, ruleName } from './place.js';

/** Keys of one bucket that start and end so, of these sizes (bytes, both inclusive). */
interface Region {
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
export function shadowedRules({ rules }: Config): Found[] {
  const index = indexRules(rules);
  return rules.flatMap((rule, order) => {
    const takers = takersOf(rule, order, index);
    const [first] = takers ?? [];
    if (takers === undefined) return [];
    const where = `rules[${order}].when`;
    if (first === undefined) {
      const message = `${ruleName(rule, order)} can never match: it excludes every key that it asks for`;
      return [found('warning', 'ruleExcludesAll', where, message, 'shorten "exclude", or take the rule out')];
    }
    const names = takers.map((taker) => ruleName(rules[taker] ?? rule, taker));
    const take = names.length === 1 ? 'takes' : 'take';
    const message = `${ruleName(rule, order)} can never match: ${listed(names)} ${take} every upload that it asks for`;
    const fix = `move it before rules[${first}], narrow what stands before it, or take it out`;
    return [found('warning', 'ruleShadowed', where, message, fix)];
  });
}

/** The earlier rules that together take all, in order; undefined when some upload may be left. */
function takersOf({ when }: Rule, order: number, index: RuleIndex): number[] | undefined {
  const { min = 0, max = Number.POSITIVE_INFINITY } = when.size ?? {};
  let steps = 0;

  function takersOfAll(regions: readonly Region[]): number[] | undefined {
    const takers: number[] = [];
    for (const region of regions) {
      const ofOne = takersOfOne(region);
      if (ofOne === undefined) return undefined;
      takers.push(...ofOne);
    }
    return takers;
  }

  function takersOfOne(region: Region): number[] | undefined {
    if (when.excludes.some((exclude) => region.prefix.startsWith(exclude))) return [];
    for (const candidate of candidates(index, region, order)) {
      steps += 1;
      if (steps > maxSteps) return undefined;
      const left = leftBy(candidate.rule, region);
      const rest = left === undefined ? undefined : takersOfAll(left);
      if (rest !== undefined) return [candidate.order, ...rest];
    }
    return undefined;
  }

  const suffixes = when.suffixes.length === 0 ? [''] : when.suffixes;
  const regions = when.buckets.flatMap((bucket) =>
    when.prefixes.flatMap((prefix) => suffixes.map((suffix) => ({ bucket, prefix, suffix, min, max }))),
  );
  const takers = takersOfAll(regions);
  return takers && [...new Set(takers)].sort((one, other) => one - other);
}

/** What a rule leaves of a region whose keys it asks for; undefined when it does not take the smallest sizes of it. */
function leftBy({ when }: Rule, region: Region): Region[] | undefined {
  const { min = 0, max = Number.POSITIVE_INFINITY } = when.size ?? {};
  if (min > region.min || max < region.min) return undefined;
  if (when.excludes.some((exclude) => region.prefix.startsWith(exclude))) return undefined;
  const holes = when.excludes
    .filter((exclude) => exclude.startsWith(region.prefix))
    .map((prefix) => ({ ...region, prefix, max: Math.min(max, region.max) }));
  return max < region.max ? [...holes, { ...region, min: max + 1 }] : holes;
}

/** The earlier rules that ask for every key of a region, whatever they exclude and however large. */
function* candidates(index: RuleIndex, { bucket, prefix, suffix }: Region, before: number) {
  const prefixes = index.buckets.get(bucket);
  for (const prefixLength of prefixes?.lengths ?? []) {
    if (prefixLength > prefix.length) break;
    const suffixes = prefixes?.byPrefix.get(prefix.slice(0, prefixLength));
    for (const suffixLength of suffixes?.lengths ?? []) {
      if (suffixLength > suffix.length) break;
      for (const candidate of suffixes?.bySuffix.get(suffix.slice(suffix.length - suffixLength)) ?? []) {
        if (candidate.order >= before) break;
        yield candidate;
      }
    }
  }
}
