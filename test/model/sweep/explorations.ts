// Explores worlds under faults, and tells where a claim does not hold.
import { type Exploration, explore } from '../explore.js';
import { shipped } from './design.js';
import { machineOf } from './machine.js';
import type { Faults, Setting } from './state.js';

/** Counted over all explorations. */
export const explored = { states: 0, explorations: 0 };

export function settingOf(over: Pick<Setting, 'keys'> & Partial<Setting>): Setting {
  const bound = Number.POSITIVE_INFINITY;
  const plain: Omit<Setting, 'keys'> = {
    script: [],
    page: 2,
    bound,
    removes: true,
    seconds: 'apart',
    design: shipped,
    faults: {},
  };
  return { ...plain, ...over };
}

export function exploring(setting: Setting): Exploration {
  const exploration = explore(machineOf(setting));
  explored.states += exploration.states;
  explored.explorations += 1;
  return exploration;
}

/** What goes wrong in the first of the worlds in which something does. */
export function problems(worlds: readonly Setting[]): string[] {
  for (const world of worlds) {
    const { counterExample } = exploring(world);
    if (counterExample === undefined) continue;
    const { design: _, ...rest } = world;
    return [`${JSON.stringify(rest)}: ${counterExample.problem}`, ...counterExample.trace];
  }
  return [];
}

/** Every script of a step on any of these keys: a write, one that cannot be processed, a deletion of what is there. */
export function scriptsOf(keys: string): (readonly string[])[] {
  return [...keys].flatMap((letter, key) => [[`w${key}`], [`x${key}`], ...(letter === '-' ? [] : [[`d${key}`]])]);
}

/** The same of two steps. */
export function longScriptsOf(keys: string): (readonly string[])[] {
  return scriptsOf(keys).flatMap(([first = '']) => {
    const there = [...keys].map((letter, key) => (`${key}` === first[1] ? (first[0] === 'd' ? '-' : 'c') : letter));
    return scriptsOf(there.join('')).map(([second = '']) => [first, second]);
  });
}

const named = (faults: Faults): string => JSON.stringify(faults).replaceAll(/[{}"]/g, '').replaceAll(',', ', ');

/** As `it.each` takes them. */
export const table = (sets: readonly Faults[]) => sets.map((faults) => [named(faults) || 'no fault', faults] as const);
