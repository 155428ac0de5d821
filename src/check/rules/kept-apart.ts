// Which outputs are saved in a bucket that a rule listens to, and what keeps them from starting that rule: the loop
// guard in rules/loops.ts has proven that something does.
import { mayMatch } from '../../rules/overlap.js';
import { type Config, envelopeOf, outputsOf, type Rule } from '../../rules/rule.js';
import { targetPatterns } from '../../rules/target-pattern.js';

export interface KeptApart {
  /** Of the output: `rules[0].outputs[1]`. */
  readonly path: string;
  /** The rule that listens in that bucket. */
  readonly rule: string;
  /** The conditions that keep it from the output, each by itself; none: only together. */
  readonly by: readonly Condition[];
}

const conditions = ['prefix', 'suffix', 'exclude'] as const;
type Condition = (typeof conditions)[number];

/** @param most pairs that are found; the first ones */
export function keptApart(config: Config, most: number): KeptApart[] {
  const found: KeptApart[] = [];
  const listening = listenersByBucket(envelopeOf(config));
  for (const { rule, output, path } of outputsOf(config)) {
    const patterns = targetPatterns(output, rule);
    const buckets = new Set(patterns.map(({ bucket }) => bucket));
    for (const listener of new Set([...buckets].flatMap((bucket) => listening.get(bucket) ?? []))) {
      // Without the others, does this one suffice?
      const by = conditions.filter((one) => !patterns.some((pattern) => mayMatch(pattern, withOnly(one, listener))));
      found.push({ path, rule: listener.name, by });
      if (found.length === most) return found;
    }
  }
  return found;
}

function listenersByBucket(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const listeners = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const bucket of rule.when.buckets) {
      const others = listeners.get(bucket);
      if (others === undefined) listeners.set(bucket, [rule]);
      else others.push(rule);
    }
  }
  return listeners;
}

function withOnly(condition: Condition, { when, ...rule }: Rule): Rule {
  const none: Rule['when'] = { buckets: when.buckets, prefixes: [''], suffixes: [], excludes: [] };
  const only: Readonly<Record<Condition, Partial<Rule['when']>>> = {
    prefix: { prefixes: when.prefixes },
    suffix: { suffixes: when.suffixes },
    // An exclude lies below a prefix of its rule.
    exclude: { excludes: when.excludes },
  };
  return { ...rule, when: { ...none, ...only[condition] } };
}
