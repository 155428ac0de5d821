// The claims of a sweep, held in every interleaving of a small world: one shard of up to three keys, two on a page, and
// what uploaders do meanwhile, while workers overlap and are killed, and their requests come late.
//
// - What `done` says is so: all keys up to it are handled.
// - The highest unit never falls.
// - It makes no more distinct targets than its bound; its calls are at most one unit more for each worker that is killed
//   or overlaps.
// - At the end no derivative is stale, or is there without its source; where the bound is not reached, none is missing.
// - It ends, however often it is killed.
//
// sweep.slow.test.ts explores more keys, longer scripts and more faults.
import { afterAll, describe, expect, it } from 'vitest';
import { explored, exploring, problems, scriptsOf, settingOf, table } from './explorations.js';
import { mutations } from './mutations.js';

afterAll(() => console.info(`model of a sweep: ${explored.states} states in ${explored.explorations} explorations`));

describe('the claims hold', () => {
  it.each(table([{}, { killed: 1 }, { early: 1 }, { refused: 1 }]))('with %s', (_, faults) => {
    const worlds = ['mm', 'cs-', 'xmc'].flatMap((keys) => {
      return scriptsOf(keys).flatMap((script) => [1, 2].map((bound) => settingOf({ keys, script, faults, bound })));
    });
    expect(problems(worlds)).toEqual([]);
  });

  it('where two workers overlap', () => {
    const faults = { overlaps: 1 };
    expect(problems(scriptsOf('mm').map((script) => settingOf({ keys: 'mm', script, faults, bound: 1 })))).toEqual([]);
  });

  it('where one of two workers that overlap is killed', () => {
    const faults = { overlaps: 1, killed: 1 };
    expect(problems([settingOf({ keys: 'm', script: ['w0'], faults })])).toEqual([]);
  });
});

describe('a claim breaks', () => {
  it.each(mutations)('$name ($setting)', ({ setting, design, breaks }) => {
    expect(exploring(settingOf({ ...setting, design })).counterExample?.problem).toBe(breaks);
  });
});
