// The claims of sweep.test.ts with three keys, any script of a step, some of two, and more faults.
import { afterAll, describe, expect, it } from 'vitest';
import { explored, exploring, longScriptsOf, problems, scriptsOf, settingOf, table } from './explorations.js';
import { mutations } from './mutations.js';
import type { Setting } from './state.js';
import { compared } from './unit-case.js';
import { unitInModel } from './unit-in-model.js';
import { unitInOss } from './unit-in-oss.js';

afterAll(() => console.info(`model of a sweep: ${explored.states} states in ${explored.explorations} explorations`));

const worlds = (keys: readonly string[], scripts: typeof scriptsOf, over: Partial<Setting>): Setting[] =>
  keys.flatMap((one) => scripts(one).map((script) => settingOf({ keys: one, script, ...over })));

describe('the claims hold', () => {
  it.each(table([{}, { killed: 1 }, { early: 1 }, { refused: 1 }, { killed: 1, early: 1 }]))(
    'in every script of a step with %s',
    (_, faults) => {
      expect(problems(worlds(['mm-', 'xsc', 'mmm'], scriptsOf, { faults }))).toEqual([]);
      expect(problems(worlds(['mmm'], scriptsOf, { faults, bound: 2 }))).toEqual([]);
      expect(problems(worlds(['mm', 'sc'], scriptsOf, { faults, bound: 1, seconds: 'shared' }))).toEqual([]);
    },
  );

  it.each(table([{ killed: 1 }]))('in every script of two steps with %s', (_, faults) => {
    expect(problems(worlds(['mm'], longScriptsOf, { faults, bound: 1 }))).toEqual([]);
  });

  it.each(table([{ killed: 2 }, { overlaps: 1 }, { killed: 1, overlaps: 1 }, { early: 1, overlaps: 1 }]))(
    'in every script of a step with %s',
    (_, faults) => {
      expect(problems(worlds(['mm'], scriptsOf, { faults, bound: 1 }))).toEqual([]);
      expect(problems(worlds(['ms'], scriptsOf, { faults }))).toEqual([]);
    },
  );

  it.each(table([{ killed: 1 }, { overlaps: 1 }, { killed: 2 }]))('where it is cancelled, with %s', (_, faults) => {
    expect(
      problems(
        [
          ['w0', 'cancel'],
          ['cancel', 'd0'],
        ].map((script) => settingOf({ keys: 'mm', script, faults })),
      ),
    ).toEqual([]);
  });

  it.each(table([{ killed: 1, overlaps: 2 }, { killed: 2, overlaps: 1 }, { killed: 3 }]))('with %s', (_, faults) => {
    expect(problems([settingOf({ keys: 'mm', script: ['w0'], faults, bound: 1 })])).toEqual([]);
  });
});

it.each(mutations)('a claim breaks: $name ($setting)', ({ setting, design, breaks }) => {
  expect(exploring(settingOf({ ...setting, design })).counterExample?.problem).toBe(breaks);
  expect(exploring(settingOf(setting)).counterExample).toBeUndefined();
});

it('the model asks what a unit asks, and leaves what it leaves', () => compared(6_000, unitInModel, unitInOss));
