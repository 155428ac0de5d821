// How fast a sweep asks OSS for derivatives. Calls and source bytes go at even intervals. The rate grows by one call a
// second each second while OSS takes them. Where OSS throttles, it falls by a seventh, or to what OSS has taken in the
// last second, at most once a second: live uploads ask for the same quota, and wait where they are throttled.

/** What the calls of one worker go by. */
export interface Pace {
  /** Waits for the turn of a call that reads so many bytes; not beyond `until` (epoch ms). */
  readonly take: (bytes: number, until: number) => Promise<void>;
  /** OSS has answered a call. */
  readonly answered: (throttled: boolean) => void;
  /** Calls a second. */
  readonly rate: () => number;
  /** A unit begins: goes on with the rate that another worker has come to, where this one has sent nothing yet. */
  readonly resume: (rate: number | undefined) => void;
  /** How often it has slowed down since OSS last took a call. */
  readonly slowed: () => number;
}

const slowest = 0.2;

/** @param most of this worker: calls and source bytes a second */
export function createPace(
  most: { readonly calls: number; readonly bytes: number },
  now: () => number,
  sleep: (ms: number) => Promise<void>,
): Pace {
  const between = (rate: number) => Math.max(slowest, Math.min(rate, most.calls));
  const bytesOfCall = most.bytes / most.calls;
  let rate = between(most.calls / 2);
  let free = Number.NEGATIVE_INFINITY;
  let slowedAt = free;
  let slowed = 0;
  // Calls that OSS has taken in this second, and in the one before.
  let second = 0;
  let taken = 0;
  let before = 0;
  return {
    async take(bytes, until) {
      const turn = Math.max(now(), free);
      free = turn + (1000 / rate) * Math.max(1, bytes / bytesOfCall);
      const wait = Math.min(turn, until) - now();
      if (wait > 0) await sleep(wait);
    },
    answered(throttled) {
      const present = Math.floor(now() / 1000);
      if (present !== second) {
        before = present === second + 1 ? taken : 0;
        second = present;
        taken = 0;
      }
      if (!throttled) {
        taken += 1;
        slowed = 0;
        rate = between(rate + Math.min(1 / rate, 1 / 25));
      } else if (Math.abs(now() - slowedAt) >= 1000) {
        slowedAt = now();
        slowed += 1;
        rate = between(Math.min(rate * 0.85, Math.max(taken, before) || rate));
      }
    },
    rate: () => rate,
    resume(learned) {
      slowed = 0;
      if (learned !== undefined && free === Number.NEGATIVE_INFINITY) rate = between(learned);
    },
    slowed: () => slowed,
  };
}
