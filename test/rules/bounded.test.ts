import { expect, it } from 'vitest';
import { planTriggers } from '../../src/deploy/triggers/plan.js';
import { boundedRules } from '../../src/rules/bounded.js';
import { loadConfig } from '../../src/rules/load.js';

const rule = (bucket: string | string[], prefix: string[], onDelete?: 'remove') => ({
  name: 'a',
  when: { bucket, prefix },
  ...(onDelete && { onDelete }),
  outputs: [{ style: 'style/s', to: { bucket: 'out', key: '{bucket}/{key}' } }],
});
const envelope = loadConfig({ journal: 'throw', rules: [rule('photos', ['in/', 'scans/a/'])] }, {});
const bounded = (...given: Parameters<typeof rule>) =>
  loadConfig({ journal: 'throw', rules: [rule(...given)] }, {}, { envelope });

it.each<[Parameters<typeof rule>, string[][]]>([
  [['photos', ['in/']], [['in/']]],
  [['photos', ['in/deep/', 'other/']], [['in/deep/']]],
  [['photos', ['']], [['in/', 'scans/a/']]],
  [['photos', ['scans/']], [['scans/a/']]],
  [[['other', 'photos'], ['in/']], [['in/']]],
  [['other', ['in/']], []],
])('leaves of %j what the envelope has too', (given, expected) => {
  expect(boundedRules(bounded(...given)).map(({ when }) => when.prefixes)).toEqual(expected);
});

it('is what triggers are planned for: the uploads of the envelope, and the removals inside it', () => {
  const { triggers } = planTriggers(bounded('photos', ['scans/'], 'remove'));
  expect(triggers.map(({ prefix, events }) => [prefix, events.some((event) => event.includes('Removed'))])).toEqual([
    ['in/', false],
    ['scans/a/', true],
  ]);
});
