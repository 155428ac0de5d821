import { describe, expect, it } from 'vitest';
import { imageQuota } from '../../src/check/project/concurrency-limit.js';
import { costOf, sweepRate, type Work } from '../../src/reconcile/cost.js';

const work = (sources: number, outputs: number, size: number): Work => ({
  targets: sources * outputs,
  relays: 0,
  bytes: sources * outputs * size,
  sources,
  seen: sources,
  requests: { lists: 0, heads: 0 },
});
const here = { concurrency: 100 };
const whole = sweepRate(imageQuota('cn-hangzhou'), 1);
const function_ = { cpu: 0.1, memorySize: 256, workers: 4, seconds: 230 };

describe('costOf', () => {
  it.each([
    // The table of an account with the default quota: objects, outputs, size → hours by calls, by bytes.
    [1e5, 2, 2e6, 1.11, 5.56, 'bytes'],
    [1e6, 2, 2e6, 11.1, 55.6, 'bytes'],
    [1e7, 2, 2e6, 111, 556, 'bytes'],
    [1e8, 1, 2e6, 556, 2_778, 'bytes'],
    [1e6, 2, 4e5, 11.1, 11.1, 'calls'],
    [1e6, 2, 1e5, 11.1, 2.78, 'calls'],
  ])('%d × %i of %d bytes takes %d hours by calls, %d by bytes', (sources, outputs, size, byCalls, byBytes, binds) => {
    const { calls, gigabytes, hours } = costOf(work(sources, outputs, size), whole, here);
    expect(calls).toBe(sources * outputs);
    expect(gigabytes).toBeCloseTo((sources * outputs * size) / 1e9, 6);
    expect(hours.byCalls / byCalls).toBeCloseTo(1, 2);
    expect(hours.byBytes / byBytes).toBeCloseTo(1, 2);
    expect(hours).toMatchObject({ binds, total: Math.max(hours.byCalls, hours.byBytes) });
  });

  it('takes a share of the quota, or the rate that is given', () => {
    expect(sweepRate(imageQuota('cn-hangzhou'), 0.5)).toEqual({ calls: 25, bytes: 10_000_000 });
    expect(sweepRate(imageQuota('eu-central-1'), 0.5)).toEqual({ calls: 2.5, bytes: 1_000_000 });
    expect(sweepRate(imageQuota('cn-hangzhou'), 0.5, 3)).toEqual({ calls: 3, bytes: 10_000_000 });
    const half = costOf(work(1e6, 2, 2e6), sweepRate(imageQuota('cn-hangzhou'), 0.5), here);
    expect(half.hours.total / 111).toBeCloseTo(1, 2);
  });

  it('is bound by the calls at a time where the quota is larger than these can use', () => {
    const { hours } = costOf(work(1e6, 1, 1_000), { calls: 1_000, bytes: 1e12 }, { concurrency: 5 });
    expect(hours).toMatchObject({ binds: 'concurrency', total: hours.byConcurrency });
    expect(hours.total / 27.8).toBeCloseTo(1, 2);
  });

  it('counts the pauses between two ticks of the deployed function, and its price', () => {
    const { hours, function: price } = costOf(work(1e6, 2, 4e5), whole, { concurrency: 20, cloud: function_ });
    expect(hours.total).toBeCloseTo((2e6 / 50 / 3_600) * (240 / 230), 6);
    // 11.6 hours × 60 ticks × 230 s × (0.1 vCPU + 0.25 GB × 0.15) CU + 0.0075 a tick.
    expect(price?.ticks).toBe(696);
    expect(price?.computeUnits).toBeCloseTo(695.65 * 230 * 0.1375 + 696 * 0.0075, -1);
    expect(price?.yuan).toBeCloseTo(2.42, 2);
    expect(costOf(work(1e6, 2, 4e5), whole, here).function).toBeUndefined();
    const alone = costOf(work(1e6, 2, 4e5), whole, {
      concurrency: 100,
      cloud: { ...function_, workers: 1, seconds: 20 },
    });
    expect(alone.hours.total).toBeCloseTo((2e6 / 50 / 3_600) * 3, 6);
  });

  it('counts requests as OSS bills them: those that process, list and write, and those that look', () => {
    const { requests } = costOf({ ...work(10_000, 2, 1), requests: { lists: 30, heads: 7 } }, whole, here);
    expect(requests).toEqual({ put: 20_000 + 30 + 10 * 3, get: 10_000 + 7 + 10 });
  });

  it('counts of what is relayed one image call, two requests, and a longer call', () => {
    const one = { ...work(1e6, 1, 1_000), requests: { lists: 0, heads: 0 } };
    const rate = { calls: 1_000, bytes: 1e12 };
    const plain = costOf(one, rate, { concurrency: 5 });
    const relayed = costOf({ ...one, relays: 4e5 }, rate, { concurrency: 5 });
    expect(relayed).toMatchObject({ calls: 1e6, relays: 4e5, gigabytes: 1 });
    expect(relayed.hours.byCalls).toBe(plain.hours.byCalls);
    expect(relayed.requests).toEqual({ put: plain.requests.put, get: plain.requests.get + 4e5 });
    expect(relayed.hours.byConcurrency / plain.hours.byConcurrency).toBeCloseTo(1.2, 6);
  });

  it('costs nothing where nothing is to be made', () => {
    const { calls, hours, function: price } = costOf(work(0, 0, 0), whole, { concurrency: 5, cloud: function_ });
    expect({ calls, total: hours.total, ticks: price?.ticks, yuan: price?.yuan }).toEqual({
      calls: 0,
      total: 0,
      ticks: 0,
      yuan: 0,
    });
  });
});
