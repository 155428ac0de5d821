// The claims of a sweep, held in every interleaving of a small world: one shard of up to three keys, two on a page, and
// what uploaders do meanwhile, while workers overlap and are killed, and their requests come late.
//
// - What `done` says is so: all keys up to it are handled.
// - The work never goes back.
// - It makes no more distinct targets than its bound; its calls are at most one unit more for each worker that is
//   killed or overlaps.
// - At the end no derivative is stale, or is there without its source; where the bound is not reached, none is missing.
// - It ends, however often it is killed.
//
// sweep.slow.test.ts explores more keys, longer scripts and more faults.
import { afterAll, describe, expect, it } from 'vitest';
import { explore } from '../explore.js';
import { problemOfEnd } from './claim.js';
import { shipped } from './design.js';
import { explored, exploring, problems, settingOf, table } from './explorations.js';
import { futureIn } from './future.js';
import { machineOf } from './machine.js';
import { mutations } from './mutations.js';
import type { Setting } from './state.js';

afterAll(() => console.info(`model of a sweep: ${explored.states} states in ${explored.explorations} explorations`));

describe('the claims hold', () => {
  it.each(table([{}, { killed: 1 }, { early: 1 }, { refused: 1 }]))('with %s', (_, faults) => {
    const steps = ['w0', 'x1', 'd0'];
    expect(problems(steps.map((step) => settingOf({ keys: 'sm', script: [step], faults, bound: 1 })))).toEqual([]);
  });

  it('where two workers overlap', () => {
    expect(problems([settingOf({ keys: 'mm', script: ['w0'], faults: { overlaps: 1 }, bound: 1 })])).toEqual([]);
  });

  it('where a unit is larger than a page, and its sources come and go', () => {
    expect(problems([settingOf({ keys: 'm-s', script: ['w1'], faults: { early: 1 } })])).toEqual([]);
  });
});

describe('a claim breaks', () => {
  it.each(mutations.filter(({ long }) => long === undefined))('$name ($setting)', ({ setting, design, breaks }) => {
    expect(exploring(settingOf({ ...setting, design })).counterExample?.problem).toBe(breaks);
  });
});

// What is stored in the second in which the sweep began is not newer than the sweep: it may be wanted, as it was not
// when its page was counted.
it('what remains: one target more than the bound, of a source that is overwritten in the first second', () => {
  const setting = settingOf({ keys: 'sc', script: ['w1'], bound: 1, faults: { early: 1 } });
  expect(exploring({ ...setting, seconds: 'shared' }).counterExample).toBeUndefined();
  expect(exploring({ ...setting, seconds: 'shared from the beginning' }).counterExample?.problem).toBe(
    '2 calls are made of 1, with 0 units more',
  );
});

describe('the exploration', () => {
  const worlds: readonly (Pick<Setting, 'keys'> & Partial<Setting>)[] = [
    { keys: 'm', script: ['w0'], faults: { killed: 1 } },
    { keys: 'm', script: ['d0'], faults: { early: 1 }, bound: 1 },
    { keys: 'm', script: ['w0'], seconds: 'shared' },
    { keys: 'm', script: ['w0', 'cancel'], faults: { killed: 1 }, design: { ...shipped, closesCancelled: false } },
    { keys: 'm', script: ['w0'], faults: { early: 1 }, design: { ...shipped, whenChanged: 'acts again' } },
  ];

  it.each(worlds)('comes to the same ends of $keys, $script, $faults when it leaves out orders and states', (over) => {
    const setting = settingOf(over);
    const keyOfEnd = futureIn(setting);
    const endsOf = (reduced: boolean): { states: number; ends: string[] } => {
      const ends = new Set<string>();
      const { states } = explore({
        ...machineOf(setting, reduced),
        problem: (end) => {
          ends.add(`${keyOfEnd(end)} ${problemOfEnd(end, setting) === undefined ? 'good' : 'bad'}`);
          return undefined;
        },
      });
      return { states, ends: [...ends].sort() };
    };
    const [reduced, whole] = [endsOf(true), endsOf(false)];
    expect(reduced.ends).toEqual(whole.ends);
    expect(whole.ends.some((end) => end.endsWith('bad'))).toBe(over.design !== undefined);
    expect(reduced.states).toBeLessThan(whole.states);
  });
});
