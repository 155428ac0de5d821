// Time that passes when a test says so.

/** `sleep` as the faults take it; `pass` lets ms go by and wakes whoever waited for that. */
export function virtualTime() {
  let now = 0;
  const sleepers = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    waiting: () => sleepers.size,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    /** Resolves when those that woke have had a turn. */
    async pass(ms: number): Promise<void> {
      now += ms;
      for (const sleeper of [...sleepers].sort((a, b) => a.until - b.until)) {
        if (sleeper.until > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
