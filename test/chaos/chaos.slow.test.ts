// Ten seeds of everything at once, four of them beside a sweep, and outages of OSS, through the built function in
// processes of its own.
import { describe, expect, it } from 'vitest';
import { shippedFunction } from '../support/shipped.js';
import { runOutage } from './outage.js';
import { reportOf } from './report.js';
import { type ChaosResult, isVersioned, runChaos } from './run.js';

const { codeDir } = shippedFunction();

const intervals = [500, 10_000, 60_000];

/**
 * Three at a time: much of a run is waiting. Every other seed deletes the derivatives with their source; the seeds with
 * a sweep have each of that, and versioning, on and off.
 */
async function runAll(seeds: readonly number[]): Promise<ChaosResult[]> {
  const queue = [...seeds];
  const results: ChaosResult[] = [];
  const worker = async () => {
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const retryInterval = intervals[seed % 3] ?? 0;
      const onDelete = seed % 2 === 0;
      const versioned = isVersioned(seed);
      const sweep = seed % 5 < 2 ? 60 : undefined;
      const common = { codeDir, seed, uploads: 40, keys: 8, retryInterval };
      results.push(await runChaos({ ...common, onDelete, versioned, sweep }));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}

describe('ten seeds', () => {
  it('lose nothing and leave nothing stale, whatever breaks', async () => {
    const results = await runAll([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const result of results) expect(reportOf(result)).toMatch(/\n0 lost, 0 stale\n$/);
    const sum = (pick: (result: ChaosResult) => Readonly<Record<string, number>>) => {
      const total = new Map<string, number>();
      for (const result of results) {
        for (const [name, count] of Object.entries(pick(result))) total.set(name, (total.get(name) ?? 0) + count);
      }
      return Object.fromEntries(total);
    };
    // Otherwise nothing was tried.
    const counters = sum((result) => result.counters);
    expect((counters['calls struck'] ?? 0) / (counters['calls'] ?? 0)).toBeGreaterThan(0.06);
    const all = [
      'attempts after the first',
      'slow writes',
      'relays',
      'refused by If-Match',
      'removed',
      'records written',
      'unsettled',
      'units of the sweep',
    ];
    for (const name of all) {
      expect(counters[name], name).toBeGreaterThan(0);
    }
    const faults = Object.entries(sum((result) => result.faults));
    expect(faults.filter(([, count]) => count > 0).length).toBeGreaterThan(faults.length - 4);
  });
});

describe('an outage', () => {
  it.each([
    { outage: 4_500, retryInterval: 500 },
    { outage: 1_500, retryInterval: 10_000 },
    { outage: 1_500, retryInterval: 60_000 },
    { outage: 10_000, retryInterval: 10_000 },
    { outage: 30_000, retryInterval: 10_000 },
  ])('of $outage ms loses nothing when FC tries again every $retryInterval ms', async ({ outage, retryInterval }) => {
    const result = await runOutage({ codeDir, seed: 1, outage, retryInterval, perSecond: 6 });
    expect(reportOf(result)).toMatch(/\n0 lost, 0 stale\n$/);
    expect(result.counters['calls struck']).toBeGreaterThan(30);
    expect(result.counters['processed once']).toBeGreaterThan(0);
    // Nine attempts, half a second apart, end before the outage does.
    expect((result.counters['to the onFailure destination'] ?? 0) > 0).toBe(retryInterval === 500);
  });
});
