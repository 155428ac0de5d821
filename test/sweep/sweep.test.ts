// The plan of a sweep, which anyone can have written who may write the bucket.
import { describe, expect, it } from 'vitest';
import { indexConfig } from '../../src/pipeline/match.js';
import { loadConfig } from '../../src/rules/load.js';
import { newestSweep, sweepKey } from '../../src/sweep/newest.js';
import { parseSweep, readSweep, rulesDigest, type SweepFile, sweepId, unitsPrefix } from '../../src/sweep/sweep.js';
import { memoryOss } from '../support/memory-oss.js';

const journal = { bucket: 'journal', prefix: 'autostyle/' };
const good: SweepFile = {
  version: 1,
  created: '2026-11-29T15:04:23.000Z',
  inCloud: true,
  rules: 'ab',
  selection: { rule: 'avatars', since: 1, until: 2, only: 'stale', force: true, olderThan: 3 },
  shards: [{ bucket: 'photos', prefix: '', after: 'a', through: 'b', objects: 1, bytes: 2 }],
  maxFailures: 0.1,
  calls: 2.5,
  bytes: 1e6,
  workers: 2,
  seconds: 50,
  planned: { sources: 1, targets: 1, bytes: 2 },
};
const shards = (count: number) => Array.from({ length: count }, () => good.shards[0]);

describe('parseSweep', () => {
  it('reads what was written, with and without a choice', () => {
    expect(parseSweep(JSON.stringify(good))).toEqual(good);
    expect(parseSweep(JSON.stringify({ ...good, selection: {}, shards: shards(1_000) }))).toBeDefined();
  });

  it.each([
    ['no JSON', '{'],
    ['a list', JSON.stringify([good])],
    ['a deep one', `{"version":1,"selection":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ['fields of the prototype', `{"__proto__":${JSON.stringify(good)}}`],
    ['more shards than 1,000', JSON.stringify({ ...good, shards: shards(1_001) })],
    ...Object.entries({
      version: 2,
      created: 1,
      rules: undefined,
      selection: null,
      shards: {},
      maxFailures: '0.1',
      calls: 0,
      bytes: 0,
      workers: 0,
      seconds: -1,
      planned: [],
    }).map(([field, value]) => [`a wrong ${field}`, JSON.stringify({ ...good, [field]: value })] as const),
    ...Object.entries({ rule: 1, since: '1', until: 1e300, only: 'current', olderThan: null }).map(
      ([field, value]) =>
        [`a choice with a wrong ${field}`, JSON.stringify({ ...good, selection: { [field]: value } })] as const,
    ),
    ...Object.entries({ bucket: 1, prefix: null, after: 1, through: {}, objects: -1, bytes: '2' }).map(
      ([field, value]) =>
        [
          `a shard with a wrong ${field}`,
          JSON.stringify({ ...good, shards: [{ ...good.shards[0], [field]: value }] }),
        ] as const,
    ),
    ...['prefix', 'after', 'through'].map(
      (field) =>
        [
          `half a character as ${field}`,
          JSON.stringify({ ...good, shards: [{ ...good.shards[0], [field]: '\ud800' }] }),
        ] as const,
    ),
    ['endless shares', JSON.stringify(good).replace('"objects":1', '"objects":1e999')],
  ] as [string, string][])('refuses %s', (_, text) => {
    expect(parseSweep(text)).toBeUndefined();
  });
});

describe('the newest sweep', () => {
  const at = Date.UTC(2026, 10, 29, 15, 4, 23);

  it('is named so that it is listed first, and can be read by people', () => {
    expect(sweepId(at)).toBe('8204035336-20261129T150423Z');
    expect(sweepId(at + 1_000) < sweepId(at)).toBe(true);
    expect(unitsPrefix(journal, 'x', 12)).toBe('autostyle/sweeps/x/units/0012/');
  });

  it.each([
    [['sweep'], { cancelled: false, ended: false }],
    [['sweep', 'cancel'], { cancelled: true, ended: false }],
    [['sweep', 'cancel', 'ended'], { cancelled: true, ended: true }],
    [['cancel'], undefined],
    [[], undefined],
  ] as const)('is found by one list, with %j', async (files, expected) => {
    const world = memoryOss(() => at);
    const id = sweepId(at);
    for (const file of files) world.store(`oss://journal/${sweepKey(journal, id, file)}`, '{}');
    world.store(`oss://journal/${unitsPrefix(journal, id, 0)}x.json`, '{}');
    world.store(`oss://journal/${sweepKey(journal, sweepId(at - 9_000), 'ended')}`, '{}');
    world.store('oss://journal/autostyle/sweeps/', '');
    world.store('oss://journal/autostyle/sweeps/!/sweep.json', '{}');
    expect(await newestSweep(world.oss, journal)).toEqual(expected && { id, begun: at, ...expected });
    expect(world.calls).toHaveLength(1);
  });

  it('is read with its name', async () => {
    const world = memoryOss(() => at);
    world.store(`oss://journal/${sweepKey(journal, sweepId(at), 'sweep')}`, JSON.stringify(good));
    const name = await newestSweep(world.oss, journal);
    expect(await readSweep(world.oss, journal, name ?? { id: '', begun: 0, cancelled: false, ended: false })).toEqual({
      ...good,
      id: sweepId(at),
      begun: at,
      cancelled: false,
      ended: false,
    });
  });
});

describe('rulesDigest', () => {
  const load = (style: string, envelope?: ReturnType<typeof loadConfig>, more: object = {}) => {
    const rules = [
      { name: 'a', when: { bucket: 'photos' }, outputs: [{ style, to: { bucket: 'out', key: '{key}' }, ...more }] },
    ];
    return loadConfig({ journal, rules }, {}, { envelope });
  };
  const digest = (config: ReturnType<typeof loadConfig>) => rulesDigest(indexConfig(config));

  it('is that of the rules as they are resolved, and of the deployed ones around them', () => {
    const [one, other] = [load('style/a'), load('style/b')];
    expect(digest(one)).toBe(digest(load('style/a')));
    expect(digest(one)).not.toBe(digest(other));
    expect(digest(load('style/a', one))).not.toBe(digest(load('style/a', other)));
    expect(digest(load('style/a', one))).not.toBe(digest(one));
  });

  it('is another one with other headers or tags, however they are spelled', () => {
    const relayed = (more: object) => digest(load('style/a', undefined, more));
    const asked = [
      {},
      { headers: { 'Cache-Control': 'max-age=60' } },
      { headers: { 'Cache-Control': 'max-age=61' } },
      { headers: { 'x-oss-meta-a': 'max-age=60' } },
      { headers: { 'x-oss-meta-a': '{name}' } },
      { headers: { 'x-oss-meta-a': '{file}' } },
      { tags: { 'x-oss-meta-a': '{file}' } },
      { tags: { a: '' } },
      { tags: { a: '', b: '' } },
    ];
    expect(new Set(asked.map(relayed)).size).toBe(asked.length);
    expect(relayed({ headers: { 'CACHE-CONTROL': 'max-age=60' } })).toBe(relayed(asked[1] ?? {}));
  });
});
