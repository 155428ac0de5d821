import { describe, expect, it } from 'vitest';
import { planJson, planText, timeText } from '../../src/reconcile/report.js';
import { output, planned } from './planned.js';

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
        'note: current means not older than its source: a changed style, header or tag leaves no trace, and what a race',
        '      left may be newer than its source. --force with --rule NAME makes all of them anew',
        'note: what has failed for good is missing, too, and fails again if nothing has changed; failures on record:',
        '      npm run replay -- --dry-run',
        '',
      ].join('\n'),
    );
  });

  it('says what is relayed and why, the requests that it makes, and that its bytes come here', () => {
    const outputs = [
      output({ missing: 12_000, wanted: 12_000, relayed: ['cache-control', 'tags'] }),
      output({ rule: 'gallery', missing: 3, wanted: 3 }),
    ];
    const lines = planText(planned({ outputs, orphans: undefined, pairs: [] })).split('\n');
    expect(lines.slice(4, 9)).toEqual([
      '  avatars 1  → {key}.128.webp        0   12,000      0   12,000',
      '      image/resize,w_128',
      '      relayed because of cache-control, tags',
      '  gallery 1  → {key}.128.webp        0        3      0        3',
      '      image/resize,w_128',
    ]);
    expect(lines).toContain('relayed   12,000 of them: the image call is a GET, and a PUT follows');
    expect(lines).toContain('          requests: 12,082 put, 24,019 get');
    expect(lines.slice(-3)).toEqual([
      'note: the bytes of what is relayed come to this machine and go back: outside of the region OSS bills them as traffic;',
      '      with --in-cloud they stay inside',
      '',
    ]);
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
