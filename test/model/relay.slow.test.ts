// The claim of model.test.ts where derivatives are relayed: under one fault and under two, and beside such as OSS
// saves.
import { afterAll, expect, it } from 'vitest';
import { double, explored, ofVersions, problems, single, table, upTo } from './explorations.js';
import { scriptsOf } from './script.js';

afterAll(() => console.info(`model: ${explored.states} states in ${explored.explorations} explorations`));

const relayed = { outputs: ['relayed with headers'] } as const;
const mixed = { outputs: ['saved', 'relayed'] } as const;

/** A lost answer makes many states. */
const inTime = (steps: number) => scriptsOf(steps).filter((script) => script[0] !== script[1]);

it.each(table([...single, { rejected: 1 }]))('the claim holds in scripts of three steps with %s', (_, faults) => {
  expect(problems(faults.lost ? inTime(3) : scriptsOf(3), [true], faults, relayed)).toEqual([]);
});

it.each(table([...double, { lost: 1, rejected: 1 }, { killed: 1, rejected: 1 }]))(
  'the claim holds in every script of up to two steps with %s',
  (_, faults) => {
    expect(problems(upTo(2), [true], faults, relayed)).toEqual([]);
  },
);

it.each(table(single))('the claim holds where events do not tell the version, with %s', (_, faults) => {
  expect(problems(scriptsOf(2), [false], faults, relayed)).toEqual([]);
});

it.each(table([{}, { head: 1 }, { killed: 1 }, { twice: 1 }]))('the claim holds with versions and %s', (_, faults) => {
  expect(problems(ofVersions(3), [true], faults, { ...relayed, versioned: true })).toEqual([]);
});

it.each(table([...single, { rejected: 1 }]))('the claim holds beside what OSS saves, with %s', (_, faults) => {
  expect(problems(faults.lost ? inTime(2) : upTo(2), [true], faults, mixed)).toEqual([]);
});
