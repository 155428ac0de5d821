// Which condition of a rule keeps an upload from it.
import type { ObjectName } from '../../oss/object-name.js';
import { indexRules, match } from '../../pipeline/match.js';
import type { Rule } from '../../rules/rule.js';

/** The conditions of a rule, in the order in which an upload is checked against them. */
export const conditions = ['bucket', 'prefix', 'suffix', 'exclude', 'size'] as const;
export type Condition = (typeof conditions)[number];

/**
 * The first condition of a rule that does not hold for an upload, other rules aside; undefined when all do. Found by
 * matching it against the rule with its conditions put back one after another.
 */
export function unmet(rule: Rule, upload: ObjectName & { readonly size?: number | undefined }): Condition | undefined {
  let when: Rule['when'] = { buckets: rule.when.buckets, prefixes: [''], suffixes: [], excludes: [] };
  const putBack: Readonly<Record<Condition, Partial<Rule['when']>>> = {
    bucket: {},
    prefix: { prefixes: rule.when.prefixes },
    suffix: { suffixes: rule.when.suffixes },
    exclude: { excludes: rule.when.excludes },
    size: rule.when,
  };
  return conditions.find((condition) => {
    when = { ...when, ...putBack[condition] };
    const found = match(indexRules([{ ...rule, when }]), upload);
    // No rule takes what is empty: that is its size.
    return 'reason' in found && (found.reason === 'no-rule' || (found.reason === 'empty' && condition === 'size'));
  });
}
