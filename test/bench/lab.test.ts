import { expect, it } from 'vitest';
import { rotated } from './lab.js';

it('puts each in each place once in as many rounds as there are', () => {
  const rounds = [0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round));
  expect(rounds.map((round) => round.join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  expect(rotated([], 3)).toEqual([]);
});
