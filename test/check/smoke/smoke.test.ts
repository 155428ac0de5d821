import { expect, it } from 'vitest';
import { shippedRulesFile } from '../../support/shipped.js';
import { fileOf, ruleOf, trying } from './trying.js';

it('makes every derivative of the shipped rules', async () => {
  expect(await trying(shippedRulesFile)).toEqual({ findings: [], uploads: 2, saved: 4 });
});

it('names the rules for which no time was left', async () => {
  const rules = ['a', 'b'].map((name) => ruleOf(name, {}, ['image/resize,w_100', '{key}']));
  const { findings, saved } = await trying(fileOf(...rules), 0);
  expect(saved).toBe(0);
  expect(findings).toMatchObject([{ severity: 'info', message: 'not tried: no time was left for 2 rules: a, b' }]);
});
