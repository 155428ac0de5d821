// What a reconciliation would do: how many derivatives of each output are current, missing or stale, which objects are
// orphans, and how the work is cut. Made by make-plan.ts, printed by report.ts.
import type { KeyRange } from '../sweep/selection.js';
import type { Shard } from '../sweep/sweep.js';

/** One output over all sources that its rule takes. Each count is of targets. */
export interface OutputPlan {
  readonly rule: string;
  /** Place in the rule, from 0. */
  readonly output: number;
  readonly style: string;
  /** The template, as the user wrote it. */
  readonly key: string;
  /** Why it is relayed: see `reasonsToRelay`. Undefined: it is not. */
  readonly relayed?: readonly string[] | undefined;
  readonly current: number;
  readonly missing: number;
  /** Its derivative is older than its source. */
  readonly stale: number;
  /** Can never be made: the key is one that OSS or the loop guard refuses. */
  readonly refused: number;
  /** Targets of which nobody can say whether they are current, and why of the first of them. */
  readonly unreconcilable: { readonly count: number; readonly why: string } | undefined;
  /** Left out by `--rule`, `--since`, `--until`; their targets are not looked at. */
  readonly unselected: number;
  /** Of these targets, so many would be made. */
  readonly wanted: number;
  /**
   * Objects under its targets that no source tells, and no other output's. Undefined where it is not known: in a
   * sample, from an inventory, or where a target does not tell its source.
   */
  readonly orphans: number | undefined;
}

export interface Plan {
  readonly scopes: readonly KeyRange[];
  readonly sources: {
    readonly seen: number;
    readonly matched: number;
    /** By reason, those that no rule takes: `no-rule`, `outside-envelope`, `empty`, `folder`, … */
    readonly skipped: Readonly<Record<string, number>>;
  };
  /** Of all rules that may take a source here, in the order of the configuration. */
  readonly outputs: readonly OutputPlan[];
  /** Up to ten examples of two sources for one target, as sentences. */
  readonly pairs: readonly string[];
  readonly make: {
    readonly targets: number;
    /** Of sources, once for each target. */
    readonly bytes: number;
    /** Sources with a derivative to make. */
    readonly sources: number;
  };
  /** Undefined where orphans were not looked for: in a sample, or from an inventory. */
  readonly orphans:
    | {
        /** Objects to delete. */
        readonly targets: number;
        /** Sources that are not there, whose derivatives they are. */
        readonly sources: number;
        /** Up to ten, as `oss://bucket/key`. */
        readonly examples: readonly string[];
      }
    | undefined;
  /** Only so many sources of each scope were looked at. */
  readonly sampled?: number | undefined;
  /** The sources are those of this inventory: what was stored after it was made is not in the plan. */
  readonly inventory?: { readonly createdAt: number | undefined } | undefined;
  /** Together all of `scopes`; the counts are exact where the sources were listed, and shares of the whole else. */
  readonly shards: readonly Shard[];
  readonly requests: { readonly lists: number; readonly heads: number };
}

/** How far a plan is. */
export interface PlanProgress {
  /** What is read: an inventory, to check it; sources; or the objects under targets, to look for orphans. */
  readonly doing: 'inventory' | 'sources' | 'orphans';
  readonly seen: number;
  /** To make, so far. */
  readonly targets: number;
  /** The key that was read last. */
  readonly at: string;
}
