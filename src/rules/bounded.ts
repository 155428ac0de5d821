// Rules from CONFIG_URI as far as they can match: what triggers and policies for them are made of.
import { type Config, envelopeOf, type Rule } from './rule.js';
import { sourcePrefixes } from './source-prefixes.js';

/**
 * The rules with those buckets and prefixes that deployed rules have too; a rule with none of them is left out, and one
 * of several buckets becomes several.
 */
export function boundedRules(config: Config): readonly Rule[] {
  if (config.envelope === undefined) return config.rules;
  const outer = sourcePrefixes(envelopeOf(config));
  return config.rules.flatMap((rule) =>
    rule.when.buckets.flatMap((bucket) => {
      const inBucket = outer.get(bucket) ?? [];
      const prefixes = rule.when.prefixes.flatMap((prefix) => inBucket.flatMap((one) => common(prefix, one)));
      if (prefixes.length === 0) return [];
      return [{ ...rule, when: { ...rule.when, buckets: [bucket], prefixes: [...new Set(prefixes)] } }];
    }),
  );
}

function common(one: string, other: string): string[] {
  if (one.startsWith(other)) return [one];
  return other.startsWith(one) ? [other] : [];
}
