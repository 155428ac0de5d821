// What became of every upload: saved, skipped, removed or failed, each with its reason, and the summary that the
// function returns. Made by save.ts, jobs.ts, act.ts, derive.ts, journal/run.ts and handle.ts; log.ts writes the lines.
import { type ObjectName, objectUri } from '../oss/object-name.js';
import type { SourceState } from './settle.js';

/** Whether and how a failure can be repaired; see oss/error.ts for how an answer of OSS is sorted. */
export type FailureKind = 'transient' | 'permanent' | 'setup';

export interface Failure {
  readonly kind: FailureKind;
  /** OSS's error code, a network error's code, or one of ours (target.ts). */
  readonly code: string;
  readonly message: string;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly ec?: string | undefined;
}

export interface Saved {
  readonly status: 'saved';
  readonly source: ObjectName;
  readonly rule: string;
  readonly style: string;
  /** The style that OSS was given, where it is not the rule's: see turning.ts. */
  readonly usedStyle?: string | undefined;
  /** The function has stored it: see oss/relay. */
  readonly relayed?: true | undefined;
  readonly target: ObjectName;
  /** Of the derivative; absent when OSS did not report it. */
  readonly bytes?: number | undefined;
  readonly ms: number;
  readonly requestId?: string | undefined;
  readonly httpStatus: number;
  readonly processStatus: string;
  /** OSS answered 2xx without a body and a HEAD found the target. */
  readonly unverified?: true | undefined;
}

export type SkipReason =
  | 'no-rule'
  /** A rule from CONFIG_URI asks for it, but no deployed rule does. */
  | 'outside-envelope'
  | 'not-an-upload'
  | 'foreign-source'
  | 'folder'
  /** An object without bytes: an upload that has only begun, or a placeholder. */
  | 'empty'
  /** Deleted before it was processed. */
  | 'source-gone'
  /** A removal, but the object is there again, without a version id: its own event takes care of it. */
  | 'source-present'
  /** A failure on record whose source is gone, or is another version by now, which is taken care of. */
  | 'outlived'
  /** A timer event that found nothing due. */
  | 'nothing-due';

export interface Skipped {
  readonly status: 'skipped';
  /** An object where there is one, else the id of the event or the name of the timer. */
  readonly source: ObjectName | string;
  readonly reason: SkipReason;
  readonly rule?: string | undefined;
  readonly target?: ObjectName | undefined;
}

/**
 * A derivative that was deleted: with its source, or with the size by which its rule took that, as `onDelete: 'remove'`
 * says; or because its key names another version than it may be of.
 */
export interface Removed {
  readonly status: 'removed';
  readonly source: ObjectName;
  readonly rule: string;
  readonly target: ObjectName;
}

export interface Failed {
  readonly status: 'failed';
  readonly source: ObjectName | string;
  readonly rule?: string | undefined;
  readonly style?: string | undefined;
  readonly target?: ObjectName | undefined;
  readonly error: Failure;
  /** What was acted on; absent when nothing was. */
  readonly acted?: SourceState | undefined;
}

export type Outcome = Saved | Skipped | Removed | Failed;

/** The function's return value: the counters are exact, the results may be cut. */
export interface Summary {
  readonly saved: number;
  readonly skipped: number;
  readonly failed: number;
  /** Derivatives that were deleted; absent when there were none. */
  readonly removed?: number | undefined;
  readonly results: readonly Result[];
  /** How many results were left out to keep the value within 16 KB. */
  readonly omitted?: number | undefined;
}

/** An outcome as people and machines read it: one flat object, objects as `oss://bucket/key`. */
export type Result = Readonly<Record<string, unknown>> & { readonly status: Outcome['status'] };

/** A destination's body is limited to 64 KB with the event inside, so the summary stays small. */
const maxSummaryBytes = 16_384;
const longestResult = 4_096;

/** The flat form of an outcome. */
export function resultOf(outcome: Outcome): Result {
  const { status, rule, target } = outcome;
  const source =
    typeof outcome.source === 'string' ? outcome.source : objectUri(outcome.source.bucket, outcome.source.key);
  const to = target && objectUri(target.bucket, target.key);
  if (outcome.status === 'saved') {
    const { style, usedStyle, relayed, bytes, ms, requestId, unverified } = outcome;
    return { status, source, rule, style, usedStyle, relayed, target: to, bytes, ms, requestId, unverified };
  }
  if (outcome.status === 'removed') return { status, source, rule, target: to };
  if (outcome.status === 'skipped') return { status, source, rule, reason: outcome.reason, target: to };
  return { status, source, rule, style: outcome.style, target: to, error: outcome.error };
}

/**
 * The summary of an invocation, at most 16 KB of JSON whatever the event: failures first, then what was saved, then
 * what was removed and what was skipped, cut where the space ends. `flat`: the result of each outcome.
 */
export function summarize(outcomes: readonly Outcome[], flat: readonly Result[] = outcomes.map(resultOf)): Summary {
  const counts = { failed: 0, saved: 0, removed: 0, skipped: 0 };
  for (const { status } of outcomes) counts[status] += 1;
  const results = fitting(outcomes.length > 1 ? flat.toSorted(byConcern) : flat);
  return {
    saved: counts.saved,
    skipped: counts.skipped,
    failed: counts.failed,
    removed: counts.removed || undefined,
    results,
    omitted: outcomes.length - results.length || undefined,
  };
}

const concern = { failed: 0, saved: 1, removed: 2, skipped: 3 };

function byConcern(one: Result, other: Result): number {
  return concern[one.status] - concern[other.status];
}

function fitting(results: readonly Result[]): readonly Result[] {
  const kept: Result[] = [];
  let room = maxSummaryBytes - 128;
  for (const result of results) {
    const bytes = Buffer.byteLength(JSON.stringify(result)) + 1;
    // A key of control characters can be six times as long in JSON: it must not hide all that follows.
    if (bytes > longestResult) continue;
    if (bytes > room) break;
    room -= bytes;
    kept.push(result);
  }
  return kept;
}
