// Live uploads and a sweep that share OSS's quota for images, by a clock of their own: how long live uploads wait for
// their calls, where the sweep asks for all that is there or for more.
import { describe, expect, it } from 'vitest';
import { createDice } from '../../src/local/faults/dice.js';
import { OssError } from '../../src/oss/error.js';
import { backoff } from '../../src/oss/retry.js';
import { createPace } from '../../src/sweep/pace.js';
import { fastTime } from '../chaos/time.js';

/** Calls a second that OSS lets through, ms that one takes, and seconds that are played. */
const quota = 50;
const takes = 80;
const seconds = 120;
const throttling = new OssError({ message: '', code: 'CpuLimitExceeded', kind: 'transient', throttled: true });

interface Played {
  /** Ms, from a live upload to the answer of its call: on average, and of all but the slowest twentieth. */
  readonly wait: number;
  readonly slow: number;
  /** Calls of the sweep a second that were let through, and the share that was refused. */
  readonly swept: number;
  readonly refused: number;
}

/** @param live uploads a second, at random times @param calls what the sweep may ask for; undefined: there is none */
async function play(live: number, calls: number | undefined): Promise<Played> {
  const time = fastTime(0, 0, 1);
  const never = new AbortController().signal;
  const sleep = (ms: number) => time.sleep(ms, never);
  const dice = createDice(1);
  const end = seconds * 1000;

  /** Those let through in the last second. */
  const taken: number[] = [];
  const call = async (): Promise<boolean> => {
    while ((taken[0] ?? Number.POSITIVE_INFINITY) <= time.now() - 1000) taken.shift();
    const refused = taken.length >= quota;
    if (!refused) taken.push(time.now());
    await sleep(refused ? 5 : takes);
    return !refused;
  };

  const waits: number[] = [];
  const upload = async (nth: number): Promise<void> => {
    const began = time.now();
    for (let failures = 1; !(await call()); failures++) {
      await sleep(backoff(throttling, failures, () => dice('back off', nth, failures)));
    }
    waits.push(time.now() - began);
  };
  const uploads = async (): Promise<void> => {
    for (let nth = 0; ; nth++) {
      await sleep((-Math.log(1 - dice('pause', nth)) / live) * 1000);
      if (time.now() >= end) return;
      running.push(upload(nth));
    }
  };

  const swept = { taken: 0, refused: 0 };
  const sweep = async (most: number): Promise<void> => {
    const pace = createPace({ calls: most, bytes: 1e12 }, time.now, sleep);
    const worker = async () => {
      while (time.now() < end) {
        await pace.take(0, end);
        const isTaken = await call();
        pace.answered(!isTaken);
        swept[isTaken ? 'taken' : 'refused'] += 1;
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
  };

  const running: Promise<void>[] = [uploads(), ...(calls === undefined ? [] : [sweep(calls)])];
  let over = false;
  void (async () => {
    for (const one of running) await one;
    over = true;
  })();
  while (!over) {
    await new Promise(setImmediate);
    const next = time.next();
    if (next !== undefined) time.jump(next);
  }
  waits.sort((a, b) => a - b);
  return {
    wait: waits.reduce((sum, one) => sum + one, 0) / waits.length,
    slow: waits[Math.floor(waits.length * 0.95)] ?? 0,
    swept: swept.taken / seconds,
    refused: swept.refused / (swept.taken + swept.refused),
  };
}

describe('live uploads beside a sweep', () => {
  // A fifth of the quota, half, and most of it; the sweep may ask for its share, for all of it, or for far more.
  it.each([
    [10, [25, 50, 100, 1_000]],
    [25, [25, 50, 100, 1_000]],
    [40, [25, 100]],
  ])('%i a second wait no longer than twice what they wait without it', async (live, caps) => {
    const { wait } = await play(live, undefined);
    for (const calls of caps) {
      const beside = await play(live, calls);
      expect(beside.wait, String(calls)).toBeLessThan(2 * wait);
      expect(beside.swept, String(calls)).toBeGreaterThan(Math.min(calls, quota - live) * (live < 40 ? 0.6 : 0.3));
    }
  });

  it('leaves the quota to them, where they need nearly all of it', async () => {
    const { swept } = await play(45, 25);
    expect(swept).toBeLessThan(7);
  });
});
