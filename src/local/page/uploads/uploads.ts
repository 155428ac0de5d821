// What the page keeps of uploads and removals: the last of them, and what the function did for each. Entries may come
// in any order, and more than once.
import { eventFate } from '../../../rules/oss-events.js';
import type { Entry, ObjectEntry } from '../../studio/activity.js';
import { type Result, resultIn } from './result.js';

/** With the number of its entry, and its time, epoch ms. */
export type Numbered<Part> = Part & { readonly number: number; readonly at: number };

export type SeenObject = Numbered<Omit<ObjectEntry, 'kind'>>;

/** What Function Compute does for one request: one invocation, or several attempts. Each list is in order. */
export interface Run {
  readonly results: readonly Numbered<Result>[];
  readonly attempts: readonly Numbered<Attempt>[];
  /** Why Function Compute has given the event up. */
  readonly givenUp?: string | undefined;
  /** The number of its last entry. */
  readonly last: number;
}

export interface Attempt {
  readonly attempt: number;
  readonly ms: number;
  /** Undefined: it has succeeded. */
  readonly error?: string | undefined;
}

export interface SeenUploads {
  /** The newest first. */
  readonly objects: readonly SeenObject[];
  /** By request id. */
  readonly runs: ReadonlyMap<string, Run>;
}

/** Uploads that are kept. */
const mostUploads = 200;
/** Runs that are kept though they belong to none of these: those of the timer. */
const mostOtherRuns = 200;
/** Results, and attempts, that are kept of one run. */
const mostOfRun = 50;

export const noUploads: SeenUploads = { objects: [], runs: new Map() };

export function withEntries(seen: SeenUploads, entries: readonly Entry[]): SeenUploads {
  const objects = new Map(seen.objects.map((object) => [object.number, object]));
  const runs = new Map(seen.runs);
  let changed = false;
  for (const entry of entries) {
    if (entry.kind === 'object') {
      // What the function stores are results; some events are about parts of an upload that is under way.
      if ((entry.byFunction && entry.requests.length === 0) || eventFate(entry.event) === 'skip') continue;
      const { kind: _, ...object } = entry;
      objects.set(entry.number, object);
    } else if (entry.kind === 'log' || entry.kind === 'invocation' || entry.kind === 'given-up') {
      const run = withEntry(runs.get(entry.request) ?? { results: [], attempts: [], last: 0 }, entry);
      if (run === undefined) continue;
      runs.set(entry.request, run);
    } else {
      continue;
    }
    changed = true;
  }
  return changed ? bounded([...objects.values()], runs) : seen;
}

function withEntry(run: Run, entry: Exclude<Entry, { kind: 'object' | 'rules' }>): Run | undefined {
  const { number, at } = entry;
  const last = Math.max(run.last, number);
  if (entry.kind === 'given-up') return { ...run, last, givenUp: entry.condition };
  if (entry.kind === 'invocation') {
    const { attempt, ms, error } = entry;
    return { ...run, last, attempts: added(run.attempts, { number, at, attempt, ms, error }) };
  }
  const result = entry.stream === 'stdout' ? resultIn(entry.line) : undefined;
  return result && { ...run, last, results: added(run.results, { ...result, number, at }) };
}

function added<Part extends { readonly number: number }>(list: readonly Part[], part: Part): readonly Part[] {
  if (list.some(({ number }) => number === part.number)) return list;
  return [...list, part].sort((one, other) => one.number - other.number).slice(-mostOfRun);
}

function bounded(all: readonly SeenObject[], runs: ReadonlyMap<string, Run>): SeenUploads {
  const objects = all.toSorted((one, other) => other.number - one.number).slice(0, mostUploads);
  const own = new Set(objects.flatMap(({ requests }) => requests));
  const others = [...runs].filter(([request]) => !own.has(request));
  const dropped = others.sort(([, one], [, other]) => other.last - one.last).slice(mostOtherRuns);
  const gone = new Set(dropped.map(([request]) => request));
  return { objects, runs: new Map([...runs].filter(([request]) => !gone.has(request))) };
}
