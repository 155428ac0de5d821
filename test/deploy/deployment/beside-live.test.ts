import { describe, expect, it } from 'vitest';
import { heardByLive, journalNote } from '../../../src/deploy/deployment/beside-live.js';
import { loadConfig } from '../../../src/rules/load.js';
import { env } from '../../../src/rules/schema.js';
import { UserError } from '../../../src/terminal/user-error.js';
import { remoteTrigger } from '../../support/memory-function-compute.js';

const configOf = (prefix: string, key: string, journal: object | 'throw' = 'throw') =>
  loadConfig(
    {
      journal,
      rules: [
        { name: 'a', when: { bucket: 'shop-photos', prefix }, outputs: [{ style: 'image/resize,w_1', to: { key } }] },
      ],
    },
    {},
  );

describe('what the version that runs now may take', () => {
  const heard = (config: ReturnType<typeof configOf>, listed: string[], live: string[]) =>
    heardByLive({
      config,
      listed: listed.map((prefix) => remoteTrigger(prefix)),
      live: live.map((prefix) => remoteTrigger(prefix)),
    });

  it('is what is saved where it alone listens: two versions that swap source and target', () => {
    expect(heard(configOf('mid/', 'in/{file}'), ['mid/'], ['in/'])).toEqual([
      'rules[0].outputs[0] "in/{file}": trigger oss_shop-photos_in covers oss://shop-photos/in/*',
    ]);
  });

  it('is the journal, too', () => {
    const journal = { bucket: 'shop-photos', prefix: 'in/journal/' };
    expect(heard(configOf('mid/', 'out/{file}', journal), ['mid/'], ['in/'])).toEqual([
      'the journal: trigger oss_shop-photos_in covers oss://shop-photos/in/*',
    ]);
  });

  it.each<[string, ReturnType<typeof configOf>, string[], string[]]>([
    ['nothing elsewhere', configOf('mid/', 'out/{file}'), ['mid/'], ['in/']],
    [
      'nothing where both listen: the new rules are proved not to take it',
      configOf('in/', 'out/{file}'),
      ['in/'],
      ['in/'],
    ],
    ['nothing in a narrower trigger than the new one', configOf('in/', 'out/{file}'), [''], ['out/']],
    ['nothing of a function that is new', configOf('mid/', 'in/{file}'), ['mid/'], []],
  ])('is %s', (_, config, listed, live) => {
    expect(heard(config, listed, live)).toEqual([]);
  });
});

describe('the journal', () => {
  const rules = (variables: Readonly<Record<string, string | undefined>>) =>
    loadConfig({ journal: { bucket: env('JOURNAL_BUCKET'), prefix: 'a/' }, rules: [] }, variables);

  it('moves with a variable, and its records stay', () => {
    const note = journalNote(rules, { JOURNAL_BUCKET: 'before' }, { JOURNAL_BUCKET: 'after' });
    expect(note).toMatch(/^note: the journal moves.*npm run replay -- --journal oss:\/\/before\/a\/ takes them along$/);
  });

  it.each([
    ['stays', { JOURNAL_BUCKET: 'before' }, { JOURNAL_BUCKET: 'before' }],
    ['is new', undefined, { JOURNAL_BUCKET: 'after' }],
    ['is not known: it is said at CONFIG_URI', { CONFIG_URI: 'oss://a/b' }, { JOURNAL_BUCKET: 'after' }],
  ])('%s', (_, live, next) => {
    expect(journalNote(rules, live, next)).toBeUndefined();
  });

  it('is not known where the rules do not load with the variables of before', () => {
    const failing = (variables: Readonly<Record<string, string | undefined>>) => {
      if (variables['OTHER'] !== undefined) throw new UserError('src/config.ts: no');
      return rules(variables);
    };
    expect(journalNote(failing, { OTHER: 'x' }, { JOURNAL_BUCKET: 'after' })).toBeUndefined();
  });
});
