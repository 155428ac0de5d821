import { describe, expect, it } from 'vitest';
import { sweepWorkers } from '../../src/deploy/sweep-workers.js';

describe('sweepWorkers', () => {
  it.each([
    // reserved, timeout, shards → workers, seconds
    [5, 300, 16, 4, 230],
    [5, 300, 2, 2, 110],
    [4, 300, 16, 3, 170],
    [3, 300, 16, 2, 110],
    [2, 300, 16, 1, 50],
    [1, 300, 16, 1, 20],
    [100, 300, 16, 4, 230],
    [100, 600, 16, 4, 230],
    [5, 120, 16, 4, 60],
    [5, 70, 16, 4, 10],
    [5, 300, 1, 1, 50],
  ])('%i reserved, %i s, %i shards: %i workers of %i s', (reservedConcurrency, timeout, shards, workers, seconds) => {
    const found = sweepWorkers({ timeout, concurrencyConfig: { reservedConcurrency } }, shards);
    expect(found).toEqual({ workers, seconds });
  });

  it.each([
    [0, 300],
    [5, 69],
    [5, 60],
  ])('gives none with %i reserved and %i s', (reservedConcurrency, timeout) => {
    expect(sweepWorkers({ timeout, concurrencyConfig: { reservedConcurrency } }, 16)).toBeUndefined();
  });

  it('leaves an instance to uploads, and a pause between two ticks of a shard', () => {
    for (let reservedConcurrency = 2; reservedConcurrency <= 10; reservedConcurrency += 1) {
      const { workers = 0, seconds = 0 } =
        sweepWorkers({ timeout: 300, concurrencyConfig: { reservedConcurrency } }, 16) ?? {};
      expect(workers).toBeLessThan(reservedConcurrency);
      expect(seconds).toBeLessThan(workers * 60);
    }
  });
});
