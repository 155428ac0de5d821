// Repeatable random numbers: each depends on the seed and on its name, not on the numbers that were drawn before, so
// that two runs whose requests come in another order still agree on each request.

import { createHash } from 'node:crypto';

/** A number in [0, 1) for a name, always the same one. */
export type Dice = (...name: readonly (string | number)[]) => number;

/** The dice of a seed. */
export function createDice(seed: number): Dice {
  return (...name) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([seed, ...name]))
      .digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  };
}

/** Counts how often each name was given: 1, 2, … */
export function createTally(): (...name: readonly string[]) => number {
  const seen = new Map<string, number>();
  return (...name) => {
    const key = JSON.stringify(name);
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    return nth;
  };
}
