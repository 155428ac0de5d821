import { describe, expect, it } from 'vitest';
import { FcError } from '../../../src/local/fc/error.js';
import { createQueue } from '../../../src/local/fc/queue.js';

const FOREVER = Number.POSITIVE_INFINITY;
const FAILED = () => {
  throw new Error('nothing should be made');
};

describe('createQueue', () => {
  it('serves in the order of arrival, and makes nothing when nobody waits', async () => {
    const queue = createQueue<number>('fn');
    const all = Promise.all([1, 2, 3].map(() => queue.wait(FOREVER, undefined)));
    for (const n of [10, 20, 30]) expect(queue.give(() => n)).toBe(true);
    expect(await all).toEqual([10, 20, 30]);
    expect(queue.give(FAILED)).toBe(false);
  });

  it('passes over those who left', async () => {
    const queue = createQueue<number>('fn');
    const caller = new AbortController();
    const aborted = queue.wait(FOREVER, caller.signal);
    const late = queue.wait(0, undefined);
    const patient = queue.wait(FOREVER, undefined);
    caller.abort();
    await expect(aborted).rejects.toMatchObject({ status: 499 });
    await expect(late).rejects.toMatchObject({ status: 429 });
    queue.give(() => 1);
    expect(await patient).toBe(1);
    await expect(queue.wait(FOREVER, caller.signal)).rejects.toMatchObject({ status: 499 });
    expect(queue.give(FAILED)).toBe(false);
  });

  it('tells the one who waits when what he waits for cannot be made', async () => {
    const queue = createQueue<number>('fn');
    const waiting = queue.wait(FOREVER, undefined);
    expect(queue.give(FAILED)).toBe(true);
    await expect(waiting).rejects.toThrow('nothing should be made');
  });

  it('sends all away', async () => {
    const queue = createQueue<number>('fn');
    const waiting = [1, 2].map(() => queue.wait(FOREVER, undefined));
    queue.refuse(new FcError(503, 'ServiceUnavailable', 'closing'));
    for (const one of waiting) await expect(one).rejects.toMatchObject({ status: 503 });
    expect(queue.give(FAILED)).toBe(false);
  });
});
