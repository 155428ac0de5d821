import { describe, expect, it } from 'vitest';
import { explore, type Machine } from './explore.js';

/** Counts to `end` by ones and twos; ending on `wrong` is the problem. */
function counting(end: number, wrong?: number): Machine<number> {
  return {
    initial: 0,
    key: String,
    steps: (at) =>
      at >= end || at === wrong ? [] : [1, 2].map((by) => ({ label: () => `${at} + ${by}`, to: at + by })),
    problem: (at) => (at === wrong ? `ended on ${at}` : undefined),
  };
}

describe('explore', () => {
  it('visits each state once, however many ways lead there', () => {
    expect(explore(counting(30))).toEqual({ states: 32, ends: 2 });
  });

  it('tells the shortest way to what is wrong', () => {
    const { counterExample } = explore(counting(30, 5));
    expect(counterExample?.problem).toBe('ended on 5');
    expect(counterExample?.trace).toHaveLength(3);
  });

  it('refuses to go on for ever', () => {
    expect(() => explore(counting(Number.POSITIVE_INFINITY), 100)).toThrow('more than 100 states');
  });
});
