import { expect, test } from 'vitest';
import { createDice, createTally } from '../../../src/local/faults/dice.js';

test('the same seed and name give the same number, whatever else was thrown', () => {
  const one = createDice(7);
  const other = createDice(7);
  const first = one('process:503:0.1', 'HeadObject', 'photos', 'a.jpg', 1);
  for (let n = 0; n < 10; n++) other('something', 'else', n);
  expect(other('process:503:0.1', 'HeadObject', 'photos', 'a.jpg', 1)).toBe(first);
  // Two machines agree: the first six bytes of the SHA-256 of this name, from sha256sum.
  expect(Math.floor(createDice(0)('x') * 2 ** 48).toString(16)).toBe('b5b775e3cd5a');
});

test('another seed, another name, or other bounds between its parts give another number', () => {
  const dice = createDice(1);
  const numbers = [
    dice('a', 'b'),
    createDice(2)('a', 'b'),
    dice('ab', ''),
    dice('a', 'b', 1),
    dice('a,b'),
    dice('b', 'a'),
  ];
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('the numbers are spread evenly over [0, 1)', () => {
  const dice = createDice(3);
  const tenths = new Array<number>(10).fill(0);
  for (let n = 0; n < 10_000; n++) {
    const value = dice('a.jpg', n);
    expect(value >= 0 && value < 1).toBe(true);
    tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  }
  // Nine standard deviations, and the seed is fixed.
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(270);
});

test('a tally counts each name for itself', () => {
  const nth = createTally();
  expect([nth('a', 'b'), nth('a', 'b'), nth('ab'), nth('a', 'b'), nth('__proto__'), nth('ab')]).toEqual([
    1, 2, 1, 3, 1, 2,
  ]);
});
