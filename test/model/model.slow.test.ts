// The claim of model.test.ts in scripts of four steps.
import { afterAll, expect, it } from 'vitest';
import { explored, holding, ofVersions, problems, single, table } from './explorations.js';
import { scriptsOf } from './script.js';

afterAll(() => console.info(`model: ${explored.states} states in ${explored.explorations} explorations`));

it('the claim holds in every script of four steps', () => {
  expect(problems(scriptsOf(4), [true], {})).toEqual([]);
});

it('the claim holds in every script of four steps that deletes versions', () => {
  expect(problems(ofVersions(4), [true], {}, { versioned: true })).toEqual([]);
});

it.each(table(single))('the claim holds in scripts of four steps with %s', (_, faults) => {
  expect(problems(holding(scriptsOf(4), faults), [true], faults)).toEqual([]);
});
