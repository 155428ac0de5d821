import { describe, expect, it } from 'vitest';
import type { ShardStatus, SweepStatus } from '../../src/reconcile/status.js';
import { afterText, exitCodeOf, statusJson, statusText } from '../../src/reconcile/sweep-report.js';

const now = Date.UTC(2026, 10, 29, 12);
const totals = { sources: 600, matched: 600, targets: 1_000, bytes: 2e9, saved: 940, current: 200, failed: {} };
const shard = (over: Partial<ShardStatus>): ShardStatus => ({
  ...{ state: 'going', after: 'a/m.jpg', heldUntil: undefined, lastMark: now - 30_000, totals },
  ...over,
});
const status = (over: Partial<SweepStatus> = {}): SweepStatus => ({
  ...{
    id: '8204513123-20261129T100000Z',
    state: 'going',
    inCloud: true,
    begun: now - 7_200_000,
    lastMark: now - 30_000,
  },
  ...{ bound: 5_000, planned: { sources: 4_000, targets: 8_000, bytes: 16e9 }, totals, left: 4_000, rate: 0.138_8 },
  ...{
    hours: 8,
    otherRules: false,
    shards: [shard({}), shard({ state: 'waiting', after: undefined, lastMark: undefined })],
  },
  ...over,
});
const failed = { ...totals, failed: { ImageTooLarge: 40, AccessDenied: 2_000 } };

describe('statusText', () => {
  it('says how far it is, and how long it takes', () => {
    expect(statusText(status({ totals: failed }), now)).toBe(
      [
        'sweep 8204513123-20261129T100000Z: goes on',
        '  begun 2026-11-29T10:00:00.000Z, in the deployed function',
        '  done    1,000 of 5,000 derivatives (the plan had 8,000), from 2.0 GB of sources; 600 sources looked at',
        '  saved   940; 200 were current',
        '  failed  2,040: 2,000 AccessDenied, 40 ImageTooLarge',
        '  left    4,000, at 0.14 a second: 8 hours',
        '  shards  1 going on, 1 waiting',
        '          last written down 30 seconds ago',
        '',
      ].join('\n'),
    );
  });

  it('says who holds a shard, and that other rules are in force', () => {
    const heldUntil = now + 900_000;
    const shards = [shard({ state: 'held', heldUntil }), shard({ state: 'unreadable' })];
    const text = statusText(status({ shards, otherRules: true, inCloud: false }), now);
    expect(text).toContain(', on a machine, by --apply or --resume\n');
    expect(text).toContain('  shards  1 held, 1 with a marker that cannot be read\n');
    expect(text).toContain('then others go on from 2026-11-29T12:15:00.000Z\n');
    expect(text).toMatch(/note: the rules here are others[\s\S]*--cancel, and plan anew\n$/);
  });

  it('says where the function has been silent for long', () => {
    const silent = /note: nothing was written down for a while/;
    expect(statusText(status({ lastMark: now - 31 * 60_000 }), now)).toMatch(silent);
    expect(statusText(status({ lastMark: undefined }), now)).toMatch(silent);
    expect(statusText(status({ lastMark: now - 29 * 60_000 }), now)).not.toMatch(silent);
    expect(statusText(status({ lastMark: undefined, inCloud: false }), now)).not.toMatch(silent);
  });

  it.each([
    ['cancelled', { state: 'cancelled' }, 'cancelled'],
    ['complete', { state: 'ended', shards: [shard({ state: 'complete' })] }, 'complete'],
    [
      'at a bound',
      { state: 'ended', shards: [shard({ state: 'complete' }), shard({ state: 'bound' })] },
      'ended at its bounds',
    ],
    [
      'failed',
      { state: 'ended', shards: [shard({ state: 'bound' }), shard({ state: 'failures' })] },
      'ended early: too many failed',
    ],
  ] as const)('%s', (_, over, text) => {
    const lines = statusText(status(over), now);
    expect(lines).toMatch(new RegExp(`^sweep \\S+: ${text}\n`));
    expect(lines).not.toMatch(/left|shards/);
  });
});

describe('what comes after', () => {
  const complete = [shard({ state: 'complete' })];
  it.each([
    ['all is done', { state: 'ended', shards: complete }, 0, /^$/],
    [
      'something failed',
      { state: 'ended', shards: complete, totals: failed },
      1,
      /^failures are on record, and count as missing in the next plan: npm run replay -- --dry-run lists them,\nnpm run doctor/,
    ],
    [
      'a bound was reached',
      { state: 'ended', shards: [shard({ state: 'bound' })] },
      1,
      /^npm run reconcile -- --resume plans what is left/,
    ],
    [
      'too many failed',
      { state: 'ended', shards: [shard({ state: 'failures' })] },
      1,
      /--resume plans[\s\S]*\nit ended early since too many failed/,
    ],
    ['it was cancelled', { state: 'cancelled' }, 1, /^npm run reconcile -- --resume plans what is left/],
    ['it goes on here', { state: 'going', inCloud: false }, 1, /^npm run reconcile -- --resume goes on with it\n$/],
    ['it goes on in the cloud', { state: 'going' }, 1, /^$/],
  ] as const)('%s', (_, over, code, text) => {
    expect(exitCodeOf(status(over))).toBe(code);
    expect(afterText(status(over))).toMatch(text);
  });
});

it('proposes no --resume where the rules are others', () => {
  expect(afterText(status({ inCloud: false }))).toMatch(/--resume/);
  expect(afterText(status({ inCloud: false, otherRules: true }))).toBe('');
});

it('gives a program the same', () => {
  const json = JSON.parse(JSON.stringify(statusJson(status({ totals: failed }))));
  expect(json).toMatchObject({
    ...{ id: '8204513123-20261129T100000Z', state: 'going', begun: '2026-11-29T10:00:00.000Z', left: 4_000, hours: 8 },
    totals: { targets: 1_000, failed: { AccessDenied: 2_000 } },
    shards: [{ state: 'going', after: 'a/m.jpg', lastMark: '2026-11-29T11:59:30.000Z' }, { state: 'waiting' }],
  });
});
