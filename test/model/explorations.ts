// Explores scripts under faults, and tells where the claim does not hold.
import { shipped } from './design.js';
import { type Exploration, explore } from './explore.js';
import type { Setting } from './invocation.js';
import { machineOf } from './machine.js';
import { deletes, type Script, scriptsOf } from './script.js';
import type { Faults } from './state.js';

/** Far enough apart for an event's time to tell two versions apart. */
const apart = 10_000;

/** Counted over all explorations. */
export const explored = { states: 0, explorations: 0 };

const saved = ['saved'] as const;

export function settingOf(script: Script, over: Partial<Setting> = {}): Setting {
  const uploads = { script, spacing: apart, versioned: false };
  const rule = { removes: false, outputs: saved, ifMatch: 'in any way' } as const;
  return { ...uploads, ...rule, tells: true, design: shipped, ...over };
}

export function exploring(setting: Setting, faults: Faults): Exploration {
  const exploration = explore(machineOf(setting, faults));
  explored.states += exploration.states;
  explored.explorations += 1;
  return exploration;
}

/**
 * What goes wrong in any of the scripts, with and without `onDelete` where something is deleted; three at most.
 * @param tells whether events tell the version: each of these is explored
 */
export function problems(
  scripts: readonly Script[],
  tells: readonly boolean[],
  faults: Faults,
  over: Partial<Setting> = {},
): string[] {
  const found: string[] = [];
  for (const script of scripts) {
    for (const removes of [...script].some(deletes) ? [false, true] : [false]) {
      for (const eventsTell of tells) {
        const { counterExample } = exploring(settingOf(script, { ...over, removes, tells: eventsTell }), faults);
        if (counterExample === undefined) continue;
        const { problem, trace } = counterExample;
        found.push([`${script}, ${removes ? 'removing' : 'leaving'}: ${problem}`, ...trace].join('\n'));
        if (found.length === 3) return found;
      }
    }
  }
  return found;
}

const kinds = ['lost', 'killed', 'head', 'refused', 'garbled', 'journal', 'twice'] as const;

/** One fault. */
export const single = kinds.map((kind): Faults => ({ [kind]: 1 }));
/** Two faults. */
export const double = kinds.flatMap((one, index) =>
  kinds.slice(index).map((other): Faults => (one === other ? { [one]: 2 } : { [one]: 1, [other]: 1 })),
);
const named = (faults: Faults): string => JSON.stringify(faults).replaceAll(/[{}"]/g, '').replaceAll(',', ', ');
/** As `it.each` takes them. */
export const table = (sets: readonly Faults[]) => sets.map((faults) => [named(faults), faults] as const);

export const processable = (script: Script): boolean => !script.includes('x');

/** Every script of up to `length` steps. */
export const upTo = (length: number): Script[] => Array.from({ length }, (_, index) => scriptsOf(index + 1)).flat();

/** Every script of `length` steps that deletes a version. */
export const ofVersions = (length: number): Script[] =>
  scriptsOf(length, true).filter((script) => script.includes('<'));

/** With these, a call can be left behind by an invocation that ends, and its event be delivered again. */
const leavesCallBehind = ({ killed = 0, lost = 0, journal = 0 }: Faults): boolean =>
  killed > 0 || (lost > 0 && journal > 0);

/**
 * The scripts in which the claim is known to hold under these faults. It breaks ("what remains" in model.test.ts) where
 * OSS reads a call that was left behind only after the event of an image that cannot be processed was delivered again
 * and refused: the call can read a later version, and write it when that is no longer the last.
 */
export function holding(scripts: readonly Script[], faults: Faults): Script[] {
  return scripts.filter((script) => !leavesCallBehind(faults) || !/x.*[A-Z]./.test(script));
}
