// Rules from CONFIG_URI that ask for what no deployed rule asks for: the function never takes it, and no trigger of it
// need cover it.
import { keysUri } from '../../deploy/triggers/filter.js';
import { indexConfig, type RuleIndex, wouldStart } from '../../pipeline/match.js';
import { overlapping } from '../../rules/overlap.js';
import type { Config, Rule } from '../../rules/rule.js';
import { type Finding, finding } from '../finding.js';
import { type AskedKeys, askedKeys } from './asked-keys.js';
import { ruleName } from './outputs.js';

const widen =
  'these rules match only what the deployed ones ask for: add it to "when" of a rule in src/config.ts, then ' +
  'npm run triggers -- --write and npm run deploy, and publish after that';

/** A finding for each rule that is outside of the envelope: an error if all of it is, a warning if some of it is. */
export function outsideEnvelope({ rules, envelope }: Config): Finding[] {
  if (envelope === undefined) return [];
  const index = indexConfig(envelope);
  const asked = rules.map((rule) => ({ rule, outer: askedKeys(rule).filter((keys) => !isInside(keys, rule, index)) }));
  const touched = touching(
    asked.flatMap(({ outer }) => outer),
    envelope.rules,
  );
  return asked.flatMap(({ rule, outer }, at): Finding[] => {
    const [first] = outer;
    if (first === undefined) return [];
    const where = `rules[${at}].when`;
    const name = ruleName(rule, at);
    if (outer.length === askedKeys(rule).length && !outer.some((keys) => touched.has(keys))) {
      const message = `${name} asks for ${keysUri(first.bucket, first)}, and no deployed rule does: it is outside of the envelope, and takes nothing`;
      return [finding('error', 'outsideEnvelope', where, message, widen)];
    }
    const message = `${name} asks for ${keysUri(first.bucket, first)}, and the deployed rules for a part of it only: uploads outside of that envelope are skipped`;
    return [finding('warning', 'partlyOutsideEnvelope', where, message, widen)];
  });
}

// No condition can hold this character by chance, so that a key with it in the middle meets a condition only where all
// keys with that start and that end do.
const anything = '\u{10ffff}';

/** Whether a deployed rule asks for all of these keys, but for those that the rule itself excludes. */
function isInside({ bucket, prefix, suffix }: AskedKeys, { when }: Rule, envelope: RuleIndex): boolean {
  const takes = (start: string) => wouldStart(envelope, bucket, `${start}${anything}${suffix}`);
  const taker = takes(prefix);
  if (taker === undefined) return false;
  const holes = taker.when.excludes.filter((hole) => hole.startsWith(prefix));
  return holes.every((hole) => when.excludes.some((own) => hole.startsWith(own)) || takes(hole) !== undefined);
}

/** Those of the patterns that have keys in common with a deployed rule. */
function touching(patterns: readonly AskedKeys[], deployed: readonly Rule[]): Set<AskedKeys> {
  const buckets = new Set(patterns.map(({ bucket }) => bucket));
  return new Set(
    [...buckets].flatMap((bucket) =>
      overlapping(
        patterns.filter((pattern) => pattern.bucket === bucket),
        deployed.filter(({ when }) => when.buckets.includes(bucket)),
        Number.POSITIVE_INFINITY,
      ),
    ),
  );
}
