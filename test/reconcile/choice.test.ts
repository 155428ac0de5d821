import { describe, expect, it } from 'vitest';
import { type ChoiceFlags, choiceOf } from '../../src/reconcile/choice.js';

const here = ['oss://photos/avatars/'];

describe('choiceOf', () => {
  it('is a plan of a location, with the bounds that nobody has changed', () => {
    expect(choiceOf({}, here)).toEqual({
      action: 'plan',
      scopes: [{ bucket: 'photos', prefix: 'avatars/' }],
      selection: {},
      inCloud: false,
      sample: undefined,
      inventory: undefined,
      prune: undefined,
      boundFlags: [],
      bounds: {
        maxObjects: undefined,
        maxBytes: undefined,
        maxFailures: 0.1,
        share: 0.5,
        qps: undefined,
        bytesPerSecond: undefined,
        rate: undefined,
      },
    });
  });

  it('reads every flag', () => {
    const choice = choiceOf(
      {
        ...{ apply: true, 'in-cloud': true, rule: 'avatars', only: 'stale' },
        ...{ since: '2026-11-01', until: '2026-11-02T08:00+08:00', inventory: 'oss://lists/manifest.json' },
        ...{ 'max-objects': '1,234,567', 'max-bytes': '1.5TB', 'max-failures': '0' },
        ...{ share: '1', qps: '200', mbps: '80', rate: '12.5' },
      },
      here,
    );
    expect(choice).toMatchObject({
      action: 'apply',
      inCloud: true,
      inventory: { bucket: 'lists', key: 'manifest.json' },
      boundFlags: ['--max-objects', '--max-bytes', '--max-failures', '--rate', '--share', '--qps', '--mbps'],
      bounds: {
        ...{ maxObjects: 1_234_567, maxBytes: 1.5e12, maxFailures: 0, share: 1, qps: 200 },
        ...{ bytesPerSecond: 80_000_000, rate: 12.5 },
      },
    });
    expect(choice.selection).toEqual({
      ...{ rule: 'avatars', only: 'stale', since: Date.UTC(2026, 10, 1), until: Date.UTC(2026, 10, 2) },
    });
    expect(choiceOf({ force: true, sample: '100' }, here)).toMatchObject({ selection: { force: true }, sample: 100 });
    expect(choiceOf({ apply: true, prune: '40' }, here)).toMatchObject({ action: 'prune', prune: 40 });
    expect(choiceOf({ resume: true, 'in-cloud': true, 'max-objects': '5' }, [])).toMatchObject({ action: 'resume' });
  });

  it.each([
    [['oss://photos'], ['photos/']],
    [['oss://photos/', 'oss://photos/a/'], ['photos/']],
    [['oss://photos/b/', 'oss://other/b/', 'oss://photos/a/', 'oss://photos/b/c/', 'oss://photos/b/'], undefined],
  ])('takes %j once', (locations, wanted = ['photos/a/', 'photos/b/', 'other/b/']) => {
    expect(choiceOf({}, locations).scopes.map(({ bucket, prefix }) => `${bucket}/${prefix}`)).toEqual(wanted);
  });

  it.each<[ChoiceFlags, readonly string[], RegExp]>([
    [{}, [], /^expected a location to look at, such as oss:\/\/photos\/avatars\/, or --status, --resume, --cancel/],
    [{}, ['photos/avatars'], /^photos\/avatars: expected oss:\/\/BUCKET\/PREFIX/],
    [{ apply: true, status: true }, here, /^--apply and --status are two things/],
    [{ resume: true, cancel: true }, [], /^--resume and --cancel are two things/],
    [{ 'in-cloud': true }, here, /^--in-cloud: changes something: it goes with --apply/],
    [{ prune: '5' }, here, /^--prune: changes something: it goes with --apply/],
    [{ prune: '5', apply: true, 'in-cloud': true }, here, /^--in-cloud: orphans are deleted from this machine/],
    [{ prune: '5', apply: true, rule: 'a', force: true }, here, /^--rule, --force: with --prune nothing is made/],
    [{ status: true }, here, /^--status is for the newest sweep, .*leave out oss:\/\/photos\/avatars\//],
    [{ resume: true, rule: 'a', only: 'stale' }, [], /^--rule, --only: --resume is for the newest sweep/],
    [{ cancel: true, rate: '5' }, [], /^--rate: --cancel is for the newest sweep/],
    [{ status: true, 'in-cloud': true }, [], /^--in-cloud: --status is for the newest sweep/],
    [{ apply: true, sample: '10' }, here, /^--sample: is for a first look/],
    [{ only: 'all' }, here, /^--only all: expected missing or stale/],
    [{ only: 'missing', force: true }, here, /^--force: is for what is current, which --only leaves out/],
    [{ since: 'yesterday' }, here, /^--since yesterday: expected a time in ISO 8601/],
    [{ since: '2026-11-29junk' }, here, /^--since 2026-11-29junk: expected a time in ISO 8601/],
    [{ until: '2026-11-29 8pm' }, here, /^--until 2026-11-29 8pm: expected a time in ISO 8601/],
    [{ until: '12' }, here, /^--until 12: expected a time/],
    [
      { since: '2026-02-01', until: '2026-01-01' },
      here,
      /^--until 2026-01-01: expected a time after --since 2026-02-01/,
    ],
    [{ 'max-objects': '0' }, here, /^--max-objects 0: expected a whole number, 1 or more/],
    [{ 'max-objects': '-5' }, here, /^--max-objects -5: expected/],
    [{ 'max-bytes': 'lots' }, here, /^--max-bytes lots: expected bytes, such as 500GB/],
    [{ 'max-bytes': '0' }, here, /^--max-bytes 0/],
    [{ 'max-failures': '10' }, here, /^--max-failures 10: expected a share from 0 to 1/],
    [{ share: '0' }, here, /^--share 0: expected a share from 0.01 to 1/],
    [{ share: '50%' }, here, /^--share 50%/],
    [{ rate: '0' }, here, /^--rate 0: expected a number above 0/],
    [{ qps: '' }, here, /^--qps : expected/],
    [{ mbps: 'x' }, here, /^--mbps x: expected/],
    [{ sample: '1.5' }, here, /^--sample 1.5: expected/],
  ])('refuses %j with %j', (flags, locations, message) => {
    expect(() => choiceOf(flags, locations)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), exitCode: 2 }),
    );
  });
});
