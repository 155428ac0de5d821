import { describe, expect, test } from 'vitest';
import { createGate, limitCalls } from '../../src/oss/limit.js';
import { memoryOss } from '../support/memory-oss.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('createGate', () => {
  test('lets in as many as it may, in order, also after failures', async () => {
    const gate = createGate(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const work = (n: number) =>
      gate(async () => {
        order.push(n);
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
        if (n % 2 === 0) throw new Error(`failed ${n}`);
        return n;
      });
    const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(work));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(results.map(({ status }) => status)).toEqual(Array(3).fill(['rejected', 'fulfilled']).flat());
    expect(await gate(async () => 'still open')).toBe('still open');
  });
});

describe('limitCalls', () => {
  test('sends every call of every client through the one gate', async () => {
    const world = memoryOss(() => 0);
    const gate = createGate(2);
    const [one, other] = [limitCalls(world.oss, gate), limitCalls(world.oss, gate)];
    world.store('oss://b/k', 'x');
    const place = { bucket: 'b', key: 'k' };
    await Promise.all([
      one.headObject(place),
      one.processObject({ ...place, style: 's', target: { bucket: 'b', key: 't' } }),
      one.getObject({ ...place, maxBytes: 9 }),
      other.listObjects({ bucket: 'b', prefix: '', limit: 9 }),
      other.putObject({ bucket: 'b', key: 'p', body: 'x' }),
      other.deleteObject({ bucket: 'b', key: 'p' }),
    ]);
    expect(world.calls).toHaveLength(6);
    expect(world.running.most).toBe(2);
  });
});
