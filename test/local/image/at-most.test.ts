import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atMost } from '../../../src/local/image/at-most.js';

describe('atMost', () => {
  it('runs no more at a time, in order, and goes on where one has failed', async () => {
    const run = atMost(3);
    let running = 0;
    const seen: number[] = [];
    const begun: number[] = [];
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        run(async () => {
          begun.push(i);
          running += 1;
          seen.push(running);
          for (let turn = 0; turn < 1 + (i % 4); turn += 1) await setImmediate();
          running -= 1;
          if (i % 5 === 0) throw new Error('This one fails.');
          return i;
        }),
      ),
    );
    expect(Math.max(...seen)).toBe(3);
    expect(begun).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined))).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 5 === 0 ? undefined : i)),
    );
  });
});
