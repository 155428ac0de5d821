import { describe, expect, it } from 'vitest';
import { FcError } from '../../../src/local/fc/error.js';
import { createQueue } from '../../../src/local/fc/queue.js';

const forever = Number.POSITIVE_INFINITY;
const failed = () => {
  throw new Error('nothing should be made');
};

describe('createQueue', () => {
  it('serves in the order of arrival, and makes nothing when nobody waits', async () => {
    const queue = createQueue<number>('fn');
    const all = Promise.all([1, 2, 3].map(() => queue.wait(forever, undefined)));
    for (const n of [10, 20, 30]) expect(queue.give(() => n)).toBe(true);
    expect(await all).toEqual([10, 20, 30]);
    expect(queue.give(failed)).toBe(false);
  });

  it('skips the requests that left', async () => {
    const queue = createQueue<number>('fn');
    const caller = new AbortController();
    const aborted = queue.wait(forever, caller.signal);
    const late = queue.wait(0, undefined);
    const patient = queue.wait(forever, undefined);
    caller.abort();
    await expect(aborted).rejects.toMatchObject({ status: 499 });
    await expect(late).rejects.toMatchObject({ status: 429 });
    queue.give(() => 1);
    expect(await patient).toBe(1);
    await expect(queue.wait(forever, caller.signal)).rejects.toMatchObject({ status: 499 });
    expect(queue.give(failed)).toBe(false);
  });

  it('rejects the request that waits when its instance cannot be made', async () => {
    const queue = createQueue<number>('fn');
    const waiting = queue.wait(forever, undefined);
    expect(queue.give(failed)).toBe(true);
    await expect(waiting).rejects.toThrow('nothing should be made');
  });

  it('rejects all', async () => {
    const queue = createQueue<number>('fn');
    const waiting = [1, 2].map(() => queue.wait(forever, undefined));
    queue.refuse(new FcError(503, 'ServiceUnavailable', 'closing'));
    for (const one of waiting) await expect(one).rejects.toMatchObject({ status: 503 });
    expect(queue.give(failed)).toBe(false);
  });
});
