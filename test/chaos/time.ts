// The time of a chaos run: one clock for the uploader, OSS, its faults, FC and the function. It runs faster than the
// machine's, and while nothing is being done it jumps to whatever comes next.
import type { Clock } from '../../src/local/fc/runtime/clock.js';

export interface FastTime {
  /** Epoch ms. */
  readonly now: () => number;
  /** The same time, as an instance of the function is told it. */
  readonly clock: () => Clock;
  /** Rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** When the next sleeper wakes, epoch ms. */
  readonly next: () => number | undefined;
  /** Sets the clock forward, waking whoever sleeps until then. */
  readonly jump: (to: number) => void;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
  timer?: NodeJS.Timeout;
}

/**
 * A clock that says `start` (epoch ms) now and goes `rate` times as fast as the machine's; at 0 it goes by jumps alone.
 * @param haste how many times as fast the timers of the function are
 */
export function fastTime(start: number, rate: number, haste: number): FastTime {
  const sleepers = new Set<Sleeper>();
  let machine = Date.now();
  let shown = start;
  const now = (): number => Math.floor(shown + (Date.now() - machine) * rate);

  function setTimer(sleeper: Sleeper): void {
    clearTimeout(sleeper.timer);
    if (rate === 0) return;
    sleeper.timer = setTimeout(sleeper.wake, Math.min(Math.max(0, sleeper.until - now()) / rate, 2 ** 31 - 1));
  }

  return {
    now,
    clock: () => ({ machineTime: machine, functionTime: shown, rate, timerRate: haste }),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const end = (done: () => void) => {
          sleepers.delete(sleeper);
          clearTimeout(sleeper.timer);
          signal.removeEventListener('abort', abort);
          done();
        };
        const abort = () => end(() => reject(signal.reason));
        const sleeper: Sleeper = { until: now() + ms, wake: () => end(resolve) };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', abort);
        sleepers.add(sleeper);
        setTimer(sleeper);
      }),
    next: () => (sleepers.size === 0 ? undefined : Math.min(...[...sleepers].map(({ until }) => until))),
    jump(to) {
      if (to <= now()) return;
      shown = to;
      machine = Date.now();
      for (const sleeper of [...sleepers].sort((one, other) => one.until - other.until)) {
        if (sleeper.until <= to) sleeper.wake();
        else setTimer(sleeper);
      }
    },
  };
}
