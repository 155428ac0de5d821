import { describe, expect, test } from 'vitest';
import { createOss } from '../../src/oss/client.js';
import { resolveEndpoint } from '../../src/oss/endpoint.js';
import { createGate } from '../../src/oss/limit.js';
import { stubCredentials } from './stub.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('createGate', () => {
  test('lets in as many as it may, in order, also after failures', async () => {
    const gate = createGate(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const through = async <T>(call: () => Promise<T>) => {
      await gate.enter();
      return call().finally(gate.leave);
    };
    const work = (n: number) =>
      through(async () => {
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
    expect(await through(async () => 'still open')).toBe('still open');
  });

  test('has nobody wait while there is a place', () => {
    const gate = createGate(1);
    expect(gate.enter()).toBeUndefined();
    expect(gate.enter()).toBeInstanceOf(Promise);
  });
});

describe('the gate of clients', () => {
  const place = { bucket: 'bucket', key: 'k' };
  const saving = { ...place, style: 'style/s', target: { bucket: 'bucket', key: 't' } };

  const bodies: Readonly<Record<number, string>> = { 404: '<Error><Code>NoSuchKey</Code></Error>' };

  /** Clients of one gate, and what they ask of an OSS that answers everything with one status. */
  function clientsOf(limit: number, status: number) {
    const gate = createGate(limit);
    const asked: string[] = [];
    let running = 0;
    const seen = { asked, most: 0, free: () => gate.enter() === undefined };
    const client = () =>
      createOss({
        endpoint: resolveEndpoint({ region: 'cn-hangzhou' }),
        region: 'cn-hangzhou',
        credentials: stubCredentials,
        deadline: Number.POSITIVE_INFINITY,
        gate,
        sleep: async () => void (await turn()),
        connection: {
          async send({ method }) {
            asked.push(method);
            running += 1;
            seen.most = Math.max(seen.most, running);
            await turn();
            running -= 1;
            return { status, headers: { 'x-oss-request-id': 'R' }, body: Buffer.from(bodies[status] ?? '') };
          },
          refresh: () => undefined,
          close: async () => undefined,
        },
      });
    return { one: client(), other: client(), seen };
  }

  test.each([204, 503])('takes every call of every client, also those that are sent again: %i', async (status) => {
    const { one, other, seen } = clientsOf(2, status);
    await Promise.allSettled([
      one.headObject(place),
      one.processObject(saving),
      one.getObject({ ...place, maxBytes: 9 }),
      one.copyObject({ ...place, from: place }),
      other.listObjects({ bucket: 'bucket', prefix: '', limit: 9 }),
      other.putObject({ ...place, body: 'x' }),
      other.deleteObject(place),
    ]);
    expect(new Set(seen.asked).size).toBe(5);
    expect([seen.most, seen.free(), seen.free(), seen.free()]).toEqual([2, true, true, false]);
  });

  test('a call keeps its place to its end, with the look that belongs to it', async () => {
    const { one, other, seen } = clientsOf(1, 404);
    await Promise.allSettled([one.processObject(saving), other.deleteObject(place)]);
    expect(seen.asked).toEqual(['POST', 'HEAD', 'DELETE']);
  });
});
