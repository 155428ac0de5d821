// The claim of model.test.ts in scripts of up to three steps, under one fault and under two.
import { afterAll, expect, it } from 'vitest';
import {
  double,
  explored,
  exploring,
  holding,
  ofVersions,
  problems,
  settingOf,
  single,
  table,
  upTo,
} from './explorations.js';
import { scriptsOf } from './script.js';

afterAll(() => console.info(`model: ${explored.states} states in ${explored.explorations} explorations`));

it.each(table([...single, ...double]))('the claim holds in every script of up to two steps with %s', (_, faults) => {
  expect(problems(upTo(2), [true, false], faults)).toEqual([]);
});

it.each(table([...single, ...double]))('the claim holds in scripts of three steps with %s', (_, faults) => {
  expect(problems(holding(scriptsOf(3), faults), [true], faults)).toEqual([]);
});

it.each(table(single))('the claim holds in scripts of three steps that delete versions with %s', (_, faults) => {
  expect(problems(holding(ofVersions(3), faults), [true], faults, { versioned: true })).toEqual([]);
});

it('what remains: a call that was left without an answer, where the journal cannot be written', () => {
  expect(exploring(settingOf('xAB'), { lost: 1, journal: 1 }).counterExample?.problem).toBe(
    'the source is B, the derivative is of A',
  );
});
