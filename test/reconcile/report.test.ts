import { describe, expect, it } from 'vitest';
import { imageQuota } from '../../src/check/project/concurrency-limit.js';
import { choiceOf } from '../../src/reconcile/choice.js';
import { costOf, sweepRate } from '../../src/reconcile/cost.js';
import type { OutputPlan, Plan } from '../../src/reconcile/plan.js';
import { nextText, type Planned, planJson, planText, timeText } from '../../src/reconcile/report.js';

const output = (over: Partial<OutputPlan>): OutputPlan => ({
  ...{ rule: 'avatars', output: 0, style: 'image/resize,w_128', key: '{key}.128.webp' },
  ...{ current: 0, missing: 0, stale: 0, refused: 0, unselected: 0, wanted: 0 },
  ...{ unreconcilable: undefined, orphans: 0 },
  ...over,
});

const plan: Plan = {
  scopes: [{ bucket: 'photos', prefix: 'avatars/' }],
  sources: { seen: 12_400, matched: 12_345, skipped: { 'no-rule': 50, folder: 5, empty: 0 } },
  outputs: [
    output({ current: 345, missing: 11_990, stale: 10, wanted: 12_000, orphans: 40 }),
    output({
      output: 1,
      key: '{year}/{key}',
      unreconcilable: { count: 12_345, why: '{year} is the date of the event' },
    }),
    output({ rule: 'gallery', key: 'g/{key}', missing: 3, wanted: 3, refused: 2, unselected: 7 }),
  ],
  pairs: ['oss://photos/a.jpg and oss://photos/a.png have one target'],
  make: { targets: 12_003, bytes: 24_006_000_000, sources: 12_003 },
  orphans: { targets: 40, sources: 20, examples: ['oss://out/gone.jpg.128.webp'] },
  shards: [],
  requests: { lists: 40, heads: 3 },
};

function planned(over: Partial<Plan> = {}, flags: Parameters<typeof choiceOf>[0] = {}): Planned {
  const whole = { ...plan, ...over };
  const rate = sweepRate(imageQuota('cn-hangzhou'), 0.5);
  const work = { ...whole.make, seen: whole.sources.seen, requests: whole.requests };
  const cloud = { workers: 4, seconds: 230, cpu: 0.1, memorySize: 256 };
  const inCloud = { ...costOf(work, rate, { concurrency: 5, cloud }), workers: 4, seconds: 230 };
  return {
    plan: whole,
    cost: { here: costOf(work, rate, { concurrency: 20 }), inCloud },
    choice: choiceOf(flags, ['oss://photos/avatars/']),
    region: 'cn-hangzhou',
    journal: 'oss://photos-journal/autostyle/',
  };
}

describe('planText', () => {
  it('says at a glance what is there, what is missing, and what it costs', () => {
    expect(planText(planned())).toBe(
      [
        'plan for oss://photos/avatars/',
        '  12,400 objects seen, 12,345 taken by a rule, 55 by none (50 no-rule, 5 folder)',
        '',
        '  rule, output                 current  missing  stale  to make',
        '  avatars 1  → {key}.128.webp      345   11,990     10   12,000',
        '      image/resize,w_128',
        '      40 orphans: no source is there',
        '  avatars 2  → {year}/{key}          0        0      0        0',
        '      image/resize,w_128',
        '      12,345 cannot be reconciled: {year} is the date of the event',
        '  gallery 1  → g/{key}               0        3      0        3',
        '      image/resize,w_128',
        '      2 can never be made: OSS or the loop guard refuses the key',
        '      7 not selected',
        '',
        'two sources for one target, of which neither is touched:',
        '  oss://photos/a.jpg and oss://photos/a.png have one target',
        '',
        'to make   12,003 derivatives of 12,003 sources: 12,003 image calls',
        'time      41 minutes: 9 minutes by calls, 41 minutes by bytes; the bytes bind',
        '          (25 calls and 10 MB of sources a second, of what OSS takes from the account in cn-hangzhou)',
        'bill      image processing of 24 GB: look it up in the price list of cn-hangzhou',
        '          requests: 12,082 put, 12,019 get',
        'in cloud  4 workers of 230 s a turn: 42 minutes; the function costs ¥0.15 (1,321 CU)',
        'orphans   40 objects of 20 sources that are not there',
        '  oss://out/gone.jpg.128.webp',
        '  … and 39 more',
        'note: current means not older than its source: a changed style leaves no trace, and what a race left may be newer',
        '      than its source. --force with --rule NAME makes all of them anew',
        'note: what has failed for good is missing, too, and fails again if nothing has changed; failures on record:',
        '      npm run replay -- --dry-run',
        '',
      ].join('\n'),
    );
  });

  it('says that nothing is to be made, and shows no bill for it', () => {
    const text = planText(planned({ make: { targets: 0, bytes: 0, sources: 0 }, outputs: [output({ current: 5 })] }));
    expect(text).toContain('\nto make   nothing\n');
    expect(text).not.toMatch(/bill|in cloud|failures on record/);
  });

  it('says why it cannot be made in the cloud, and that it may not be made at all', () => {
    const given = planned();
    const cost = { here: given.cost.here, notInCloud: 'the function is stopped' };
    const text = planText({ ...given, cost, journal: undefined });
    expect(text).toContain('\nin cloud  the function is stopped\n');
    expect(text).toContain("note: the rules keep no journal (journal: 'throw'), so that --apply is refused\n");
    expect(text).not.toContain('failures on record');
  });

  it('lets no key and no style forge a line', () => {
    const pairs = ['oss://photos/a\nto make nothing'];
    const text = planText(planned({ pairs, orphans: { targets: 1, sources: 1, examples: ['oss://out/\u001b[2J'] } }));
    expect(text).toContain('  oss://photos/a\\u000ato make nothing\n');
    expect(text).toContain('  oss://out/\\u001b[2J\n');
  });

  it('names the inventory and the sample that it is made of', () => {
    const created = Date.UTC(2026, 10, 22);
    expect(planText(planned({ inventory: { createdAt: created } }))).toMatch(
      /by an inventory of 2026-11-22T00:00:00\.000Z\n[\s\S]*note: what was stored after the inventory is not in this plan\n$/,
    );
    expect(planText(planned({ sampled: 1_000 }))).toContain('objects seen (the first 1,000 of each location), ');
  });
});

describe('nextText', () => {
  it('gives the command that carries the plan out, with its number where it is large', () => {
    const { scopes, make } = plan;
    expect(nextText(planned())).toBe(
      [
        'Nothing was changed. To make them:',
        '  npm run reconcile -- oss://photos/avatars/ --apply --max-objects 12003',
        'or, inside the deployed function, on its timer:',
        '  npm run reconcile -- oss://photos/avatars/ --apply --max-objects 12003 --in-cloud',
        'To delete the orphans:',
        '  npm run reconcile -- oss://photos/avatars/ --apply --prune 40',
        '',
      ].join('\n'),
    );
    const given = planned(
      {
        scopes: [...scopes, { bucket: 'photos', prefix: 'a b/' }],
        make: { ...make, targets: 9, bytes: 1 },
        orphans: undefined,
      },
      { rule: 'avatars', since: '2026-11-01', force: true },
    );
    const { here } = given.cost;
    expect(nextText({ ...given, cost: { here }, configFile: 'rules.json', endpoint: 'http://127.0.0.1:9000' })).toBe(
      'Nothing was changed. To make them:\n' +
        "  npm run reconcile -- oss://photos/avatars/ 'oss://photos/a b/' --rule avatars --since 2026-11-01T00:00:00.000Z " +
        '--force --config rules.json --endpoint http://127.0.0.1:9000 --apply\n',
    );
  });

  it('offers nothing where nothing is to be made, and the whole after a sample', () => {
    const none = { targets: 0, bytes: 0, sources: 0 };
    expect(nextText(planned({ make: none, orphans: undefined }))).toBe('Nothing is to be made.\n');
    expect(nextText(planned({ sampled: 1_000 }))).toBe(
      'Nothing was changed. This was a look at the first 1,000; the whole: leave out --sample\n',
    );
  });
});

it('gives a program all of it', () => {
  const json = JSON.parse(JSON.stringify(planJson(planned({}, { since: '2026-11-01', only: 'stale' }))));
  expect(json).toMatchObject({
    region: 'cn-hangzhou',
    selection: { since: '2026-11-01T00:00:00.000Z', only: 'stale' },
    make: { targets: 12_003, bytes: 24_006_000_000, sources: 12_003 },
    cost: { here: { calls: 12_003, gigabytes: 24.006 }, inCloud: { workers: 4, seconds: 230 } },
  });
});

describe('timeText', () => {
  it.each([
    [0, '0 seconds'],
    [0.000_1, '1 second'],
    [1 / 60, '60 seconds'],
    [1 / 20, '3 minutes'],
    [0.5, '30 minutes'],
    [0.999, '1 hour'],
    [1.5, '1.5 hours'],
    [47, '47 hours'],
    [48, '2 days'],
    [2_778, '116 days'],
  ])('%d hours are %s', (hours, text) => {
    expect(timeText(hours)).toBe(text);
  });
});
