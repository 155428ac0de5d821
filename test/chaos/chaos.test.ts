// Chaos in small: ten seeds and three outages, through the built function in processes of its own; and that the witness
// speaks up when something is wrong.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildInto } from '../support/function.js';
import { runHere } from '../support/run.js';
import { command } from './chaos.js';
import { runOutage } from './outage.js';
import { reportOf } from './report.js';
import { type ChaosResult, runChaos } from './run.js';

let built: Awaited<ReturnType<typeof buildInto>>;
beforeAll(async () => {
  built = await buildInto();
});
afterAll(() => built.remove());

const intervals = [500, 10_000, 60_000];

/** Two at a time: much of a run is waiting. */
async function runAll(seeds: readonly number[]): Promise<ChaosResult[]> {
  const queue = [...seeds];
  const results: ChaosResult[] = [];
  const worker = async () => {
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const retryInterval = intervals[seed % 3] ?? 0;
      const options = { codeDir: built.codeDir, seed, uploads: 40, keys: 8, retryInterval, onDelete: seed % 2 === 0 };
      results.push(await runChaos(options));
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
    for (const name of ['attempts after the first', 'slow writes', 'removed', 'records written', 'unsettled']) {
      expect(counters[name], name).toBeGreaterThan(0);
    }
    const faults = Object.entries(sum((result) => result.faults));
    expect(faults.filter(([, count]) => count > 0).length).toBeGreaterThan(faults.length - 4);
  }, 120_000);
});

describe('an outage', () => {
  it.each(intervals)(
    'loses nothing when FC tries again every %i ms',
    async (retryInterval) => {
      const outage = retryInterval === 500 ? 4_500 : 1_500;
      const { codeDir } = built;
      const result = await runOutage({ codeDir, seed: 1, outage, retryInterval, perSecond: 6 });
      expect(reportOf(result)).toMatch(/\n0 lost, 0 stale\n$/);
      expect(result.counters['calls struck']).toBeGreaterThan(30);
      expect(result.counters['processed once']).toBeGreaterThan(0);
      // Nine attempts, half a second apart, end before the outage does.
      expect((result.counters['to the onFailure destination'] ?? 0) > 0).toBe(retryInterval === 500);
    },
    60_000,
  );
});

describe('npm run chaos', () => {
  it.each([
    [['--uploads', '0'], '--uploads 0: expected a whole number from 1 to 1000000'],
    [['--seed', '-1'], "--seed' argument is ambiguous"],
    [['--retry-interval', 'soon'], '--retry-interval soon: expected a time such as 500ms, 30s or 10m, at most 24h'],
    [['--outage', '1y'], '--outage 1y: expected a time such as 500ms, 30s or 10m, at most 24h'],
  ])('%j is a mistake told in one line', async (argv, message) => {
    const { code, error } = await runHere(command, argv);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });
});
