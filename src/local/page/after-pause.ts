// What waits until nobody types, or nothing happens, for a moment.

/**
 * Begins something in `ms` milliseconds, for instance when nobody has typed since. The function that is returned keeps
 * it from beginning, or aborts what has begun.
 */
export function afterPause(ms: number, begin: (signal: AbortSignal) => unknown): () => void {
  const stop = new AbortController();
  const timer = setTimeout(() => begin(stop.signal), ms);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}
