// The counts of a plan: what was compared, output by output.
import { reasonsToRelay } from '../rules/relay.js';
import { type Config, outputsOf, type Rule } from '../rules/rule.js';
import type { ComparedSource, ComparedTarget } from '../sweep/compare.js';
import { whyNotReconcilable } from '../sweep/reconcilable.js';
import type { KeyRange } from '../sweep/selection.js';
import type { OutputPlan, Plan } from './plan.js';

/** Of one source: derivatives to make, and the bytes that are read for them. */
export interface Work {
  readonly objects: number;
  readonly bytes: number;
}

export interface Counts {
  /** Gives back what is to be made of the source. */
  add(source: ComparedSource): Work;
  readonly seen: () => number;
  readonly targets: () => number;
  /** @param orphans how many of each output; undefined where they were not looked for */
  result(orphans: OrphanCounts | undefined): Pick<Plan, 'sources' | 'outputs' | 'pairs' | 'make'>;
}

/** Undefined: it cannot be told which objects are orphans of this output. */
export type OrphanCounts = (rule: Rule, output: number) => number | undefined;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

const maxPairs = 10;

/** Counts for the rules that may take a source in these scopes. */
export function createCounts(config: Config, scopes: readonly KeyRange[]): Counts {
  const outputs = new Map<Rule, Mutable<OutputPlan>[]>();
  for (const { rule, output, outputIndex } of outputsOf(config, (_, rule) => mayTake(rule, scopes))) {
    const { style, key, relay } = output;
    const relayed = relay === undefined ? undefined : reasonsToRelay(output);
    const none = { current: 0, missing: 0, stale: 0, refused: 0, unselected: 0, wanted: 0 };
    const unknown = { unreconcilable: undefined, orphans: undefined };
    const known = outputs.get(rule) ?? [];
    known.push({ rule: rule.name, output: outputIndex, style, key: key.text, relayed, ...none, ...unknown });
    outputs.set(rule, known);
  }
  const skipped: Record<string, number> = {};
  const make = { targets: 0, bytes: 0, sources: 0 };
  const pairs = new Set<string>();
  let seen = 0;
  let matched = 0;

  function addTarget(rule: Rule, { output, state, why = '', wanted }: ComparedTarget): void {
    const counts = outputs.get(rule)?.[output];
    if (counts === undefined) return;
    if (wanted) counts.wanted += 1;
    if (state !== 'unreconcilable') {
      counts[state] += 1;
      return;
    }
    const { count, why: first } = counts.unreconcilable ?? { count: 0, why };
    counts.unreconcilable = { count: count + 1, why: first };
    // Where the output as a whole can be reconciled, what is wrong is that this target has two sources.
    const by = rule.outputs[output];
    if (pairs.size < maxPairs && by !== undefined && whyNotReconcilable(by, rule) === undefined) pairs.add(why);
  }

  return {
    add({ upload, rule, reason, targets }) {
      seen += 1;
      if (reason !== undefined) skipped[reason] = (skipped[reason] ?? 0) + 1;
      if (rule === undefined) return { objects: 0, bytes: 0 };
      matched += 1;
      for (const target of targets) addTarget(rule, target);
      const objects = targets.filter(({ wanted }) => wanted).length;
      const bytes = objects * (upload.size ?? 0);
      make.targets += objects;
      make.bytes += bytes;
      if (objects > 0) make.sources += 1;
      return { objects, bytes };
    },
    seen: () => seen,
    targets: () => make.targets,
    result: (orphans) => ({
      sources: { seen, matched, skipped },
      outputs: [...outputs].flatMap(([rule, plans]) => {
        return plans.map((plan) => ({ ...plan, orphans: orphans?.(rule, plan.output) }));
      }),
      pairs: [...pairs],
      make,
    }),
  };
}

/** Whether a rule asks for keys of one of the scopes. */
function mayTake({ when }: Rule, scopes: readonly KeyRange[]): boolean {
  return scopes.some(({ bucket, prefix }) => {
    if (!when.buckets.includes(bucket)) return false;
    return when.prefixes.some((one) => one.startsWith(prefix) || prefix.startsWith(one));
  });
}
