// Two short chaos runs, through the built function in processes of its own, and what the command refuses.
// chaos.slow.test.ts holds the ten seeds and the outages; verify.test.ts proves that the verdict notices what is wrong.
import { describe, expect, it } from 'vitest';
import { runHere } from '../support/run.js';
import { shippedFunction } from '../support/shipped.js';
import { command } from './chaos.js';
import { reportOf } from './report.js';
import { runChaos } from './run.js';

const { codeDir } = shippedFunction();

it('a few uploads under faults, to a bucket with versioning, lose nothing and leave nothing stale', async () => {
  // So many keys that each folder has one.
  const common = { codeDir, seed: 2, uploads: 12, keys: 7, retryInterval: 60_000, onDelete: true };
  const result = await runChaos({ ...common, versioned: true });
  expect(reportOf(result)).toMatch(/\n0 lost, 0 stale\n$/);
  expect(result.counters['calls struck']).toBeGreaterThan(0);
  expect(result.counters['relays']).toBeGreaterThan(4);
});

it('a sweep beside uploads makes what the function was not told of', async () => {
  const common = { codeDir, seed: 4, uploads: 3, keys: 3, retryInterval: 60_000, onDelete: true };
  const result = await runChaos({ ...common, versioned: false, sweep: 8 });
  expect(reportOf(result)).toMatch(/\n0 lost, 0 stale\n$/);
  expect(result.counters['units of the sweep']).toBeGreaterThan(2);
});

describe('npm run chaos', () => {
  it.each([
    [['--uploads', '0'], '--uploads 0: expected a whole number from 1 to 1000000'],
    [['--seed', '-1'], '--seed -1: expected a whole number'],
    [['--retry-interval', 'soon'], '--retry-interval soon: expected a time such as 500ms, 30s or 10m, at most 24h'],
    [['--sweep', '0'], '--sweep 0: expected a whole number from 1 to 100000'],
    [['--outage', '1y'], '--outage 1y: expected a time such as 500ms, 30s or 10m, at most 24h'],
  ])('%j is a mistake told in one line', async (argv, message) => {
    const { code, error } = await runHere(command, argv);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });
});
