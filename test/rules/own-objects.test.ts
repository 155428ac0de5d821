import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/rules/load.js';
import { previousKey } from '../../src/rules/own-objects.js';
import type { ConfigInput, RuleInput } from '../../src/rules/schema.js';
import { journalPattern } from '../../src/rules/target-pattern.js';
import { markerKey } from '../../src/sweep/markers.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { sweepId, unitsPrefix } from '../../src/sweep/sweep.js';
import { issuesOf } from './proofs.js';

const journal = { bucket: 'journal', prefix: 'autostyle/' };
const configObject = { bucket: 'settings', key: 'live/rules.json' };

function rule(when: Partial<RuleInput['when']>, to: { bucket?: string; key: string }): RuleInput {
  return { name: 'a', when: { bucket: 'photos', ...when }, outputs: [{ style: 'image/resize,w_1', to }] };
}

const issues = (made: RuleInput, where: ConfigInput['journal'] = journal) =>
  issuesOf({ journal: where, rules: [made] }, {}, { configObject });

type Refused = [string, RuleInput, string, ConfigInput['journal']?];
const refused: Refused[] = [
  [
    'the journal: its prefix',
    rule({ prefix: 'autostyle/' }, { bucket: 'journal', key: '{key}' }),
    'oss://journal/autostyle/',
  ],
  ['the journal, from above', rule({}, { bucket: 'journal', key: '{key}' }), 'records of the journal'],
  [
    'the journal, from below',
    rule({}, { bucket: 'journal', key: 'autostyle/failed/{file}' }),
    'records of the journal',
  ],
  [
    'a sweep of the journal',
    rule({ prefix: 'in/' }, { bucket: 'journal', key: 'autostyle/sweeps/{name}.json' }),
    'records of the journal',
  ],
  ['the journal: a suffix', rule({ suffix: ['.json'] }, { bucket: 'journal', key: '{key}' }), 'records of the journal'],
  ['the journal: a suffix of upper case', rule({ suffix: ['.JSON'] }, { bucket: 'journal', key: '{key}' }), 'records'],
  [
    'the journal: the extension is chosen',
    rule({ suffix: ['.jpg'] }, { bucket: 'journal', key: '{key}.{ext}' }),
    'records',
  ],
  ['the rules: any key', rule({}, { bucket: 'settings', key: '{key}' }), 'oss://settings/live/rules.json'],
  [
    'the rules: that folder',
    rule({ prefix: 'live/' }, { bucket: 'settings', key: '{key}' }),
    'the rules that the function',
  ],
  ['the rules: that ending', rule({ suffix: ['.JSON'] }, { bucket: 'settings', key: 'live/{file}' }), 'the rules'],
  ['the rules: that key', rule({}, { bucket: 'settings', key: 'live/rules.json' }), 'the rules'],
  ['the previous rules', rule({}, { bucket: 'settings', key: 'live/{name}.former' }), previousKey('live/rules.json')],
  // Whichever of the rule's buckets gives the folder.
  ...[
    ['aaa', 'bbb', 'live'],
    ['bbb', 'live', 'aaa'],
    ['live', 'aaa', 'bbb'],
  ].flatMap((bucket): Refused[] => [
    [
      `the journal, in the folder of a bucket: ${bucket}`,
      rule({ bucket }, { bucket: 'journal', key: '{bucket}/{key}' }),
      'oss://journal/live/x/',
      { bucket: 'journal', prefix: 'live/x/' },
    ],
    [
      `the rules, in the folder of a bucket: ${bucket}`,
      rule({ bucket }, { bucket: 'settings', key: '{bucket}/{key}' }),
      'oss://settings/live/rules.json',
    ],
  ]),
];

describe('an output is refused that could overwrite', () => {
  it.each(refused)('%s', (_, made, says, where) => {
    const [issue, ...more] = issues(made, where);
    expect(more).toEqual([]);
    expect(issue).toMatchObject({ path: 'rules[0].outputs[0].to.key' });
    expect(issue?.message).toContain(says);
  });

  it('and only once, though it reaches both', () => {
    const both = { bucket: 'settings', prefix: '' };
    expect(issues(rule({}, { bucket: 'settings', key: '{key}' }), both)).toHaveLength(1);
  });

  it('of the deployed rules, if it is one of published rules with another journal', () => {
    const envelope = loadConfig({ journal, rules: [rule({}, { bucket: 'out', key: '{key}' })] }, {});
    const published = {
      journal: { bucket: 'elsewhere', prefix: 'autostyle/' },
      rules: [rule({}, { bucket: 'journal', key: '{key}' })],
    };
    const [issue] = issuesOf(published, {}, { envelope });
    expect(issue?.message).toContain('records of the journal, oss://journal/autostyle/');
  });

  it('and of more than fifty the first fifty are named', () => {
    const rules = Array.from({ length: 51 }, (_, index) => ({
      ...rule({}, { bucket: 'journal', key: `{key}.${index}.json` }),
      name: `r${index}`,
    }));
    const named = issuesOf({ journal, rules }).map(({ path }) => path);
    expect(named).toEqual(rules.slice(0, 50).map((_, index) => `rules[${index}].outputs[0].to.key`));
  });
});

it('counts the objects of a sweep among the records of the journal', () => {
  const [pattern] = journalPattern(loadConfig({ journal, rules: [rule({}, { bucket: 'out', key: '{key}' })] }, {}));
  const id = sweepId(Date.UTC(2026, 0, 31));
  const keys = [
    ...(['sweep', 'cancel', 'ended'] as const).map((file) => sweepKey(journal, id, file)),
    ...(['begun', 'done'] as const).map((kind) => markerKey(unitsPrefix(journal, id, 12), 345, kind, 'run-1')),
  ];
  const within = (key: string) => key.startsWith(pattern?.prefix ?? '-') && key.endsWith(pattern?.suffix ?? '-');
  expect(keys.filter((key) => !within(key))).toEqual([]);
});

describe('an output is fine', () => {
  const fine: [string, RuleInput, ConfigInput['journal']?][] = [
    ['in another folder than the journal', rule({ prefix: 'in/' }, { bucket: 'journal', key: '{key}' })],
    ['that ends otherwise than records do', rule({}, { bucket: 'journal', key: '{key}.webp' })],
    ['where there is no journal', rule({}, { bucket: 'journal', key: '{key}' }), 'throw'],
    ['in another folder than the rules', rule({ prefix: 'in/' }, { bucket: 'settings', key: '{key}' })],
    ['that ends otherwise than the rules', rule({}, { bucket: 'settings', key: '{key}.webp' })],
    ['in another bucket', rule({}, { bucket: 'out', key: '{key}' })],
  ];
  it.each(fine)('%s', (_, made, where) => {
    expect(issues(made, where)).toEqual([]);
  });
});
