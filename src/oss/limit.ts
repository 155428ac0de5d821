// Limits the calls to OSS that one invocation makes at a time (CONCURRENCY), through whichever client they go.

/** How many calls to OSS run at a time where CONCURRENCY is not set. */
const defaultConcurrency = 5;

/** The limit that a text gives, 1 to 100; without a text, the default. Undefined: the text is no such number. */
export function concurrencyOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return defaultConcurrency;
  const value = Number(text);
  return /^\d{1,3}$/.test(text) && value >= 1 && value <= 100 ? value : undefined;
}

/** Lets calls in as the limit allows, in the order in which they came. */
export interface Gate {
  /** Undefined: the call may begin. A promise: as soon as that is fulfilled. */
  readonly enter: () => Promise<void> | undefined;
  /** A call that was let in has ended. */
  readonly leave: () => void;
}

/** Lets at most `limit` calls run at a time. */
export function createGate(limit: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    enter() {
      if (running >= limit) return new Promise((resolve) => waiting.push(resolve));
      running += 1;
      return undefined;
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    },
  };
}

/** Lets every call in at once. */
export const openGate: Gate = { enter: () => undefined, leave: () => undefined };

/** Runs `work` over all items, at most `limit` at a time, results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  if (items.length === 1) return [await work(items[0] as T)];
  const results: R[] = new Array(items.length);
  let begun = 0;
  const worker = async (): Promise<void> => {
    while (begun < items.length) {
      const index = begun;
      begun += 1;
      results[index] = await work(items[index] as T);
    }
  };
  const workers: Promise<void>[] = [];
  for (let count = Math.min(limit, items.length); count > 0; count -= 1) workers.push(worker());
  await Promise.all(workers);
  return results;
}
