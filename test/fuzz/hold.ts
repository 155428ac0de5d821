// A check of a fuzz target as a test.
import { expect } from 'vitest';
import { fuzzTarget, type Target } from './target.js';

/** Fails with the smallest input for which the check does not hold, and the seed that finds it again. */
export async function expectToHold({ name, checks }: Target, check: string, runs: number): Promise<void> {
  const only = { name, checks: Object.fromEntries(Object.entries(checks).filter(([key]) => key === check)) };
  const [result] = await fuzzTarget(only, { runs, seed: Date.now() % 2 ** 31, progress: () => {} });
  expect(result).toEqual({ target: name, check, runs });
}
