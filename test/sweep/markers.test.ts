// Where a shard stands, by its markers.
import { describe, expect, it } from 'vitest';
import {
  isAlone,
  type Marker,
  type MarkerName,
  markerKey,
  newestMarkers,
  nextUnit,
  noProgress,
  parseMarker,
  standOf,
} from '../../src/sweep/markers.js';
import { memoryOss } from '../support/memory-oss.js';

const hold = 15 * 60_000;
const units = 'autostyle/sweeps/x/units/0000/';
const bucket = 'journal';

const totals = (targets: number) => ({ ...noProgress.totals, targets });
const marker = (after: string, targets = 0, over: Partial<Marker> = {}): Marker => ({
  after,
  totals: totals(targets),
  ...over,
});
const begun = (after: string, targets: number, counted: string, ...keys: string[]) =>
  marker(after, targets, { counted, keys, deadline: 1_000 });

/** A shard with these markers: `3-begun.a` is what run `a` has begun as unit 3. */
function shardOf(markers: Readonly<Record<string, Marker | string>>) {
  const world = memoryOss(() => 5_000);
  for (const [name, body] of Object.entries(markers)) {
    const [unit = '', kind, run = ''] = name.split(/[-.]/);
    const key = markerKey(units, Number(unit), kind as 'done' | 'begun', run);
    world.store(`oss://${bucket}/${key}`, typeof body === 'string' ? body : JSON.stringify(body));
  }
  return world;
}

describe('nextUnit', () => {
  it.each([
    ['begins with unit 1', {}, { unit: 1, from: noProgress, open: [], heldUntil: 0 }],
    [
      'goes on behind what is done',
      { '1-begun.a': begun('', 2, 'b', 'a'), '1-done.a': marker('b', 2, { rate: 7 }) },
      { unit: 2, from: { after: 'b', totals: totals(2), rate: 7 }, open: [], heldUntil: 0 },
    ],
    [
      'knows only the newest unit',
      { '9-done.a': marker('b'), '10-done.b': marker('c'), '9-begun.c': begun('a', 1, 'z', 'k') },
      { unit: 11, from: { after: 'c' }, open: [], heldUntil: 0 },
    ],
    [
      'waits until a call of a run that may be killed can no longer write',
      { '1-done.a': marker('b', 2), '2-begun.b': begun('b', 4, 'd', 'c', 'd') },
      { unit: 3, from: { after: 'b', counted: 'd', totals: totals(4) }, open: ['c', 'd'], heldUntil: 1_000 + hold },
    ],
    [
      'waits for it, too, where another run is done',
      { '2-begun.a': begun('b', 3, 'c', 'c'), '2-done.b': marker('e', 4) },
      { unit: 3, from: { after: 'e', counted: 'c', totals: totals(4) }, open: ['c'], heldUntil: 1_000 + hold },
    ],
    [
      'of two that are done, takes the one that says more, and the most targets',
      { '2-done.a': marker('c', 9), '2-done.b': marker('é', 4) },
      { unit: 3, from: { after: 'é', totals: totals(9) }, open: [], heldUntil: 0 },
    ],
    [
      'ends where one has come to the end',
      { '2-done.a': marker('z', 1), '2-done.b': marker('c', 1, { end: 'complete' }) },
      { unit: 3, end: 'complete', open: [], heldUntil: 0 },
    ],
    [
      'remembers what was counted beyond what is done',
      { '2-begun.a': begun('b', 5, 'f', 'c', 'f'), '2-done.a': marker('c', 5, { counted: 'f' }) },
      { unit: 3, from: { after: 'c', counted: 'f', totals: totals(5) }, open: [], heldUntil: 0 },
    ],
    [
      'knows what of it is done, while a run is at the next unit, and where another has done more',
      {
        '2-begun.a': { ...begun('b', 5, 'f', 'c', 'f'), ahead: { targets: 3, bytes: 0 } },
        '2-done.b': marker('c', 4, { counted: 'e', ahead: { targets: 1, bytes: 0 } }),
      },
      { from: { after: 'c', totals: totals(5), ahead: { targets: 2, bytes: 0 } } },
    ],
    [
      'waits for no deadline that no run can have',
      { '2-begun.a': begun('b', 3, 'c', 'c'), '2-begun.b': { ...begun('b', 3, 'c', 'c'), deadline: 1e300 } },
      { heldUntil: 5_000 + 60 * 60_000 + hold },
    ],
    ['is held by what it cannot read', { '2-done.a': 'no marker' }, { heldUntil: Number.POSITIVE_INFINITY }],
    ['is held at the last unit', { '99999998-done.a': marker('a') }, { heldUntil: Number.POSITIVE_INFINITY }],
  ])('%s', async (_, markers, expected) => {
    expect(await nextUnit(shardOf(markers as Record<string, Marker | string>).oss, bucket, units)).toMatchObject(
      expected,
    );
  });

  it('asks by one list, and reads what it needs alone', async () => {
    const world = shardOf({
      '1-done.a': marker('a'),
      '2-begun.a': begun('a', 1, 'b', 'b'),
      '2-done.a': marker('b'),
    });
    await nextUnit(world.oss, bucket, units);
    expect(world.calls.map(({ api }) => api)).toEqual(['list', 'get']);
  });

  it('takes no notice of what is no marker', async () => {
    const world = shardOf({ '1-done.a': marker('a') });
    world.store(`oss://${bucket}/${units}0-ended.json`, '{}');
    world.store(`oss://${bucket}/${units}00000000-1-done.a b.json`, '{}');
    expect(await nextUnit(world.oss, bucket, units)).toMatchObject({ unit: 2, from: { after: 'a' } });
  });
});

it('is held where others have written more than a list shows in front of the markers, and nobody is alone', async () => {
  const world = shardOf({ '1-done.a': marker('a') });
  for (let nth = 10; nth < 30; nth += 1) world.store(`oss://${bucket}/${units}!${nth}`, 'x');
  expect(await nextUnit(world.oss, bucket, units)).toMatchObject({ heldUntil: Number.POSITIVE_INFINITY });
  expect(isAlone(await newestMarkers(world.oss, bucket, units), 2, 'a')).toBe(false);
});

describe('isAlone', () => {
  it.each([
    ['is so with its own marker', { '1-done.b': marker('a'), '2-begun.a': begun('', 0, '', 'k') }, true],
    ['is not beside another', { '2-begun.a': begun('', 0, '', 'k'), '2-begun.b': begun('', 0, '', 'k') }, false],
    ['is not where another is done', { '2-begun.a': begun('', 0, '', 'k'), '2-done.b': marker('a') }, false],
    ['is not where others are further', { '2-begun.a': begun('', 0, '', 'k'), '3-begun.b': marker('a') }, false],
  ])('%s', async (_, markers, expected) => {
    expect(isAlone(await newestMarkers(shardOf(markers).oss, bucket, units), 2, 'a')).toBe(expected);
  });
});

describe('standOf', () => {
  const name = (run: string, done: boolean): MarkerName => ({ unit: 2, done, run, key: run, written: 0 });

  it('takes the keys of the fewest and the targets of the most as counted, where runs have counted differently', () => {
    const markers = [marker('a', 1), begun('', 3, 'c', 'b')];
    const { from } = standOf([name('a', true), name('b', false)], markers);
    expect(from).toMatchObject({ after: 'a', counted: 'a', totals: { targets: 3 } });
  });
});

describe('parseMarker', () => {
  const good = { after: 'a', totals: totals(1), rate: 2.5, keys: ['k'] };

  it('reads what was written', () => {
    expect(parseMarker(JSON.stringify(good))).toEqual(good);
    expect(parseMarker(`\uFEFF${JSON.stringify(good)}`)).toEqual(good);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['no totals', '{}'],
    ['totals of the prototype', '{"totals":{"__proto__":{"sources":1}}}'],
    ['a deep one', `{"totals":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ...Object.entries({
      after: 7,
      counted: ['a'],
      end: {},
      deadline: '1',
      rate: -1,
      ahead: { targets: 1 },
      keys: ['', 1],
      totals: { ...totals(1), targets: '1' },
    }).map(([field, value]) => [`a wrong ${field}`, JSON.stringify({ ...good, [field]: value })] as const),
    ['half a character', JSON.stringify({ ...good, after: '\ud800' })],
    ['half a character in a key', JSON.stringify({ ...good, keys: ['\ud800'] })],
    ['more keys than a unit has', JSON.stringify({ ...good, keys: Array(1_001).fill('k') })],
    ['an end that is none', JSON.stringify({ ...good, end: 'over' })],
    ['an endless rate', JSON.stringify(good).replace('2.5', '1e999')],
    ['failures that are no counts', JSON.stringify({ ...good, totals: { ...totals(1), failed: { A: 'x' } } })],
  ] as [string, string][])('refuses %s', (_, text) => {
    expect(parseMarker(text)).toBeUndefined();
  });
});
