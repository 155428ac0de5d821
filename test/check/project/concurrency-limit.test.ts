import { describe, expect, it } from 'vitest';
import { type CallRates, checkConcurrency, sweepShare } from '../../../src/check/project/concurrency-limit.js';
import { configOf, deployment } from '../deployment.js';

const config = configOf([{}]);

describe('the concurrency limit', () => {
  it.each<[string, number, Record<string, string>, string, CallRates, string[]]>([
    ['50 calls a second of half a second', 5, { CONCURRENCY: '5' }, 'cn-hangzhou', {}, []],
    ['the same without saying so', 5, {}, 'cn-hangzhou', {}, []],
    ['one instance more', 6, {}, 'cn-hangzhou', {}, ['warning brakeLoose reservedConcurrency: 5']],
    ['a small region', 5, {}, 'ap-south-1', {}, ["warning brakeLoose reservedConcurrency: 1, CONCURRENCY: '2'"]],
    ['a small region, limited', 2, { CONCURRENCY: '1' }, 'ap-south-1', {}, []],
    ['a raised quota', 20, {}, 'ap-south-1', { qps: 200 }, []],
    ['slow calls', 20, {}, 'cn-hangzhou', { seconds: 2 }, []],
    ['a share of the quota', 5, {}, 'cn-hangzhou', { qps: 20 }, ['warning brakeLoose reservedConcurrency: 2']],
    ['a stopped function', 0, {}, 'cn-hangzhou', {}, ['warning stopped npm run resume']],
    [
      'calls that are no number',
      5,
      { CONCURRENCY: 'five' },
      'cn-hangzhou',
      {},
      ["error concurrencyInvalid CONCURRENCY: '5'"],
    ],
    ['too many calls', 5, { CONCURRENCY: '101' }, 'cn-hangzhou', {}, ["error concurrencyInvalid CONCURRENCY: '5'"]],
  ])('with %s', (_, reservedConcurrency, environmentVariables, region, options, expected) => {
    const resource = deployment(config, { concurrencyConfig: { reservedConcurrency }, environmentVariables, region });
    const found = checkConcurrency(resource, options).map(
      ({ severity, code, fix }) => `${severity} ${code} ${fix.split(/[;] or|, or/)[0]}`,
    );
    expect(found).toEqual(expected);
  });

  it('gives a fix that fits', () => {
    for (const qps of [1, 2, 3, 5, 7, 20, 50, 200]) {
      for (const seconds of [0.1, 0.5, 1, 3]) {
        const first = checkConcurrency(deployment(config, { concurrencyConfig: { reservedConcurrency: 500 } }), {
          qps,
          seconds,
        });
        const [, instances = '', calls = '5'] =
          /reservedConcurrency: (\d+)(?:, CONCURRENCY: '(\d+)')?/.exec(first[0]?.fix ?? '') ?? [];
        const fixed = deployment(config, {
          concurrencyConfig: { reservedConcurrency: Number(instances) },
          environmentVariables: { CONCURRENCY: calls },
        });
        expect(checkConcurrency(fixed, { qps, seconds })).toEqual([]);
      }
    }
  });
});

describe('the share of a sweep in the cloud', () => {
  const share = (over: Parameters<typeof deployment>[1], of = config) => sweepShare(of, deployment(of, over));
  const limit = (reservedConcurrency: number, CONCURRENCY = '5') => ({
    concurrencyConfig: { reservedConcurrency },
    environmentVariables: { CONCURRENCY },
    timeout: 300,
  });

  it('is of the same limit, and leaves an instance free', () => {
    expect(share(limit(5))).toEqual({ workers: 4, seconds: 230, instances: 5, concurrency: 5 });
    expect(share(limit(1, '2'))).toEqual({ workers: 1, seconds: 20, instances: 1, concurrency: 2 });
  });

  it('is nothing where none can run', () => {
    expect(share(limit(0))).toBeUndefined();
    expect(share(limit(5, 'five'))).toBeUndefined();
    expect(share({ ...limit(5), timeout: 60 })).toBeUndefined();
    expect(share(limit(5), configOf([{}], 'throw'))).toBeUndefined();
  });
});
