// What is in the source bucket before a sweep: sources that the function was not told of, some of them in place of
// others whose derivatives are there, and some that are as they should be.
import { createDice } from '../../src/local/faults/dice.js';
import type { ChaosRule } from './rules.js';
import { folderOf, pick, type Step, type Version } from './script.js';

export interface Backlog {
  /** The function is told of these, and no fault strikes. */
  readonly told: readonly Step[];
  /** Some time after those: of these it is not told. */
  readonly untold: readonly Step[];
}

export interface BacklogOptions {
  readonly seed: number;
  readonly sources: number;
  readonly rules: readonly ChaosRule[];
}

/** The steps. The same options, the same steps. */
export function drawBacklog({ seed, sources, rules }: BacklogOptions, versions: readonly Version[]): Backlog {
  const dice = createDice(seed);
  const all = Array.from({ length: sources }, (_, nth) => {
    const key = `${folderOf(rules, nth)}old-${nth}.${nth % 2 === 0 ? 'png' : 'jpg'}`;
    const step = (what: string): Step => ({ key, pause: 0, put: pick(versions, dice, what, nth) });
    const kind = dice('backlog', nth);
    return { told: kind < 0.3 ? step('told') : undefined, untold: kind < 0.1 ? undefined : step('untold') };
  });
  return { told: all.flatMap(({ told }) => told ?? []), untold: all.flatMap(({ untold }) => untold ?? []) };
}
