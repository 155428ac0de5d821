// What is shown of each upload: its results as they are now, after all attempts, replays and the timer's work.
import { eventFate } from '../../../rules/oss-events.js';
import { isSameObject, uriOf } from '../object-name.js';
import type { Result } from './result.js';
import type { Numbered, Run, SeenObject, SeenUploads } from './uploads.js';

export interface Card {
  readonly object: SeenObject;
  readonly removed: boolean;
  /**
   * `uncovered`: no trigger covers it; `running`: Function Compute has not done with it; `given-up`: nor will it.
   */
  readonly state: 'uncovered' | 'running' | 'done' | 'given-up';
  /** The last of each derivative, in the order in which they were first told. */
  readonly results: readonly Numbered<Result>[];
  /** Of attempts that failed as a whole, the last one's. */
  readonly error?: string | undefined;
  readonly attempts: number;
  /** Why Function Compute has given it up. */
  readonly givenUp?: string | undefined;
  /** How often its event was run again by hand. */
  readonly replays: number;
  /** What happened to the same key later. */
  readonly later?: 'stored' | 'removed' | undefined;
}

/** The newest first. */
export function cardsOf({ objects, runs }: SeenUploads): readonly Card[] {
  const own = new Set(objects.flatMap(({ requests }) => requests));
  const timers = new Map<string, Numbered<Result>[]>();
  for (const result of [...runs].flatMap(([request, { results }]) => (own.has(request) ? [] : results))) {
    timers.set(result.source, [...(timers.get(result.source) ?? []), result]);
  }
  const cards: Card[] = [];
  /** By object, what came later: the next upload or removal, and the replays since this one. */
  const later = new Map<string, { next?: SeenObject | undefined; replays: SeenObject[] }>();
  for (const [at, object] of objects.entries()) {
    const uri = uriOf(object);
    const after = later.get(uri) ?? { replays: [] };
    // A replay belongs to the upload before it, if that is still known.
    if (object.again && objects.some((one, index) => index > at && !one.again && isSameObject(one, object))) {
      later.set(uri, { ...after, replays: [...after.replays, object] });
      continue;
    }
    const until = after.next?.number ?? Number.POSITIVE_INFINITY;
    const byTimer = (timers.get(uri) ?? []).filter(({ number }) => number > object.number && number < until);
    cards.push(cardOf(object, after.replays, runs, byTimer, after.next));
    later.set(uri, { next: object, replays: [] });
  }
  return cards;
}

function cardOf(
  object: SeenObject,
  replays: readonly SeenObject[],
  runs: ReadonlyMap<string, Run>,
  byTimer: readonly Numbered<Result>[],
  next: SeenObject | undefined,
): Card {
  const requests = [...replays.flatMap((replay) => replay.requests), ...object.requests];
  const own = requests.flatMap((request) => runs.get(request) ?? []);
  const all = own.filter(({ results }) => results.length > 0);
  const last = all.toSorted((one, other) => other.last - one.last)[0];
  const isOver = (run: Run | undefined) =>
    run !== undefined && (run.givenUp !== undefined || run.attempts.some(({ error }) => error === undefined));
  const running = requests.some((request) => !isOver(runs.get(request)));
  const latest = own.toSorted((one, other) => other.last - one.last)[0];
  const givenUp = running ? undefined : latest?.givenUp;
  return {
    object,
    removed: isRemoval(object),
    state: requests.length === 0 ? 'uncovered' : running ? 'running' : givenUp === undefined ? 'done' : 'given-up',
    results: lastOfEach([...(last?.results ?? []), ...byTimer].sort((one, other) => one.number - other.number)),
    error: latest?.attempts.at(-1)?.error,
    attempts: latest?.attempts.length ?? 0,
    givenUp,
    replays: replays.length,
    later: next && (isRemoval(next) ? 'removed' : 'stored'),
  };
}

function isRemoval({ event }: SeenObject): boolean {
  return eventFate(event) === 'removal';
}

/** Of each derivative, what was told last; of the whole upload, such as a skip, only if nothing was told since. */
function lastOfEach(results: readonly Numbered<Result>[]): readonly Numbered<Result>[] {
  const kept = new Map<string, Numbered<Result>>();
  for (const result of results) {
    const about = result.targetText ?? result.style ?? '';
    if (about !== '') kept.delete('');
    kept.set(about, result);
  }
  return [...kept.values()];
}
