// Limits the calls to OSS that one invocation makes at a time (CONCURRENCY), through whichever client they go.
import type { Oss } from './client.js';

/** How many calls to OSS run at a time where CONCURRENCY is not set. */
const defaultConcurrency = 5;

/** The limit that a text gives, 1 to 100; without a text, the default. Undefined: the text is no such number. */
export function concurrencyOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return defaultConcurrency;
  const value = Number(text);
  return /^\d{1,3}$/.test(text) && value >= 1 && value <= 100 ? value : undefined;
}

/** Runs a call as soon as the limit allows it; calls wait in the order in which they came. */
export type Gate = <T>(call: () => Promise<T>) => Promise<T>;

/** Lets at most `limit` calls run at a time. */
export function createGate(limit: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (call) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** The same client, each call of which goes through the gate. */
export function limitCalls(oss: Oss, gate: Gate): Oss {
  return {
    processObject: (request) => gate(() => oss.processObject(request)),
    headObject: (place) => gate(() => oss.headObject(place)),
    getObject: (request) => gate(() => oss.getObject(request)),
    putObject: (request) => gate(() => oss.putObject(request)),
    copyObject: (request) => gate(() => oss.copyObject(request)),
    listObjects: (request) => gate(() => oss.listObjects(request)),
    deleteObject: (place) => gate(() => oss.deleteObject(place)),
  };
}

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
