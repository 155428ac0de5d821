// The pace of a sweep against a server that throttles, by a clock of its own.
import { describe, expect, it } from 'vitest';
import { createPace } from '../../src/sweep/pace.js';

/** Lets `parallel` workers call for `seconds`, each call `takes` ms; `server` says whether it is throttled. */
async function play(
  most: { calls: number; bytes: number },
  { seconds = 60, parallel = 20, takes = 80, bytes = 1_000, learned = undefined as number | undefined },
  server: (now: number) => boolean,
) {
  let time = 0;
  const waiting: { at: number; resolve: () => void }[] = [];
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      waiting.push({ at: time + ms, resolve });
    });
  const pace = createPace(most, () => time, sleep);
  pace.resume(learned);
  const ok: number[] = [];
  const throttled: number[] = [];
  const until = seconds * 1_000;
  const worker = async () => {
    while (time < until) {
      await pace.take(bytes, until);
      if (time >= until) return;
      const refused = server(time);
      (refused ? throttled : ok).push(time);
      await sleep(refused ? 5 : takes);
      pace.answered(refused);
    }
  };
  let running = parallel;
  for (let one = 0; one < parallel; one += 1) void worker().then(() => (running -= 1));
  while (running > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    waiting.sort((a, b) => a.at - b.at);
    const next = waiting.shift();
    if (next === undefined) continue;
    time = Math.max(time, next.at);
    next.resolve();
  }
  return { ok, throttled, pace, rate: ok.length / seconds, share: throttled.length / (ok.length + throttled.length) };
}

/** A server that takes so many calls in any second. */
function limited(calls: number) {
  const taken: number[] = [];
  return (now: number) => {
    while (taken.length > 0 && (taken[0] ?? 0) <= now - 1_000) taken.shift();
    if (taken.length >= calls) return true;
    taken.push(now);
    return false;
  };
}

describe('pace', () => {
  it.each([100, 200, 1_000])('takes 40 to 50 calls a second of 50, where it may ask for %i', async (calls) => {
    const { rate, share } = await play({ calls, bytes: 1e9 }, {}, limited(50));
    expect(rate).toBeGreaterThan(40);
    expect(rate).toBeLessThanOrEqual(50.1);
    expect(share).toBeLessThan(0.05);
  });

  it('goes no faster than it may, in calls and in bytes', async () => {
    const never = () => false;
    const calls = await play({ calls: 25, bytes: 1e9 }, { learned: 25 }, never);
    expect(calls.rate).toBeGreaterThan(24);
    expect(calls.rate).toBeLessThanOrEqual(25.1);
    const bytes = await play({ calls: 25, bytes: 10e6 }, { learned: 25, bytes: 2e6 }, never);
    expect(bytes.rate).toBeGreaterThan(4.5);
    expect(bytes.rate).toBeLessThanOrEqual(5.1);
  });

  it('goes on at the rate that another worker has come to', async () => {
    const { ok } = await play({ calls: 100, bytes: 1e9 }, { seconds: 1, learned: 7 }, () => false);
    expect(ok.length).toBeLessThan(12);
  });

  it('tells how often it has slowed down in vain, at most once a second', async () => {
    const { pace, throttled } = await play({ calls: 50, bytes: 1e9 }, { seconds: 8 }, () => true);
    expect(pace.slowed()).toBeGreaterThanOrEqual(5);
    expect(pace.slowed()).toBeLessThanOrEqual(8);
    expect(throttled.length).toBeGreaterThan(8);
    pace.answered(false);
    expect(pace.slowed()).toBe(0);
  });

  it('does not wait longer than its unit has', async () => {
    const waits: number[] = [];
    const pace = createPace(
      { calls: 1, bytes: 1 },
      () => 0,
      async (ms) => void waits.push(ms),
    );
    await pace.take(1e9, 500);
    await pace.take(1, 500);
    expect(waits).toEqual([500]);
  });
});
