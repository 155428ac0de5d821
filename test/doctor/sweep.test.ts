import { describe, expect, it } from 'vitest';
import { sweepDiagnoses } from '../../src/doctor/sweep.js';
import { loadConfig } from '../../src/rules/load.js';
import { type Marker, markerKey, noProgress } from '../../src/sweep/markers.js';
import { sweepKey } from '../../src/sweep/newest.js';
import { type SweepFile, unitsPrefix } from '../../src/sweep/sweep.js';
import { memoryOss, ossError } from '../support/memory-oss.js';
import { storeSweep } from '../support/stored-sweep.js';

const journal = { bucket: 'journal', prefix: 'a/' };
const rules = [
  {
    name: 'r',
    when: { bucket: 'photos' },
    outputs: [{ style: 'image/resize,w_1', to: { bucket: 'out', key: '{key}' } }],
  },
];
const config = loadConfig({ journal, rules }, {});
const minute = 60_000;
const begun = Date.UTC(2026, 10, 29, 15);

interface Written extends Partial<Marker> {
  readonly kind: 'begun' | 'done';
}

interface Setting {
  readonly over?: Partial<SweepFile>;
  /** The marker of the first unit, written three minutes after the sweep began. */
  readonly marker?: Written;
  readonly file?: 'cancel' | 'ended';
  readonly isStopped?: boolean;
  /** Looked at so many minutes after the sweep began. */
  readonly minutes?: number;
}

async function diagnosed({ over, marker, file, isStopped = false, minutes = 5 }: Setting): Promise<string[]> {
  let time = begun;
  const { oss } = memoryOss(() => time);
  const id = await storeSweep(oss, config, over, time);
  time += 3 * minute;
  if (marker !== undefined) {
    const { kind, ...rest } = marker;
    const body = JSON.stringify({ ...noProgress, ...rest });
    await oss.putObject({ bucket: 'journal', key: markerKey(unitsPrefix(journal, id, 0), 1, kind, 'run-1'), body });
  }
  if (file !== undefined) await oss.putObject({ bucket: 'journal', key: sweepKey(journal, id, file), body: '{}' });
  const found = await sweepDiagnoses(oss, config, begun + minutes * minute, { isStopped });
  return found.map(({ status, about, message, fix }) => `${status} ${about} ${message.replace(id, 'ID')} → ${fix}`);
}

const done: Written = { kind: 'done', after: 'avatars/x', totals: { ...noProgress.totals, targets: 40 } };

describe('sweepDiagnoses', () => {
  it.each<[string, Setting, RegExp]>([
    [
      'one that goes on in the cloud',
      { marker: done },
      /^ok sweep the sweep ID is not finished: 40 of 100 derivatives done, last written 2 minutes ago, in the cloud →/,
    ],
    ['one that has just begun', {}, /^ok sweep .*nothing written yet, in the cloud/],
    [
      'one that the function cannot begin',
      { minutes: 30 },
      /^warning sweep .*the function has not begun with it → npm run policy -- --reconcile .*npm run deploy/,
    ],
    [
      'one that stands still',
      { marker: done, minutes: 30 },
      /^warning sweep .*nobody goes on with it → the function’s log/,
    ],
    [
      'a shard that is held',
      { marker: { kind: 'begun', deadline: begun + 8 * minute }, minutes: 20 },
      /^ok sweep .*1 shard held until 2026-11-29T15:23:00\.000Z, in the cloud/,
    ],
    [
      'other rules',
      { marker: done, over: { rules: 'others' } },
      /^warning sweep .*other rules than it was begun with.* → put those in force again/,
    ],
    [
      'a stopped function',
      { marker: done, isStopped: true },
      /^warning sweep .*the function is stopped → npm run resume/,
    ],
    ['one that goes on here', { marker: done, over: { inCloud: false } }, /^ok sweep .* on a machine →/],
    [
      'one that was left here',
      { marker: done, over: { inCloud: false }, minutes: 30 },
      /^warning sweep .*on a machine: nobody goes on with it → npm run reconcile -- --resume/,
    ],
    ['one of another version', { over: { workers: 0 } }, /^warning sweep the sweep ID cannot be read.* → .*--cancel/],
  ])('tells of %s', async (_, setting, expected) => {
    expect(await diagnosed(setting)).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, Setting]>([
    ['is cancelled', { file: 'cancel' }],
    ['has ended', { file: 'ended' }],
    ['has only to be marked as ended', { marker: { ...done, end: 'complete' } }],
  ])('says nothing of one that %s', async (_, setting) => {
    expect(await diagnosed(setting)).toEqual([]);
  });

  it('says nothing where there is none, and says what it may not look at', async () => {
    const none = memoryOss(Date.now);
    const looked = (of: typeof none) => sweepDiagnoses(of.oss, config, Date.now(), { isStopped: false });
    expect(await looked(none)).toEqual([]);
    expect(
      await sweepDiagnoses(none.oss, loadConfig({ journal: 'throw', rules }, {}), 0, { isStopped: false }),
    ).toEqual([]);
    const refusing = memoryOss(Date.now, () => ossError({ status: 403, code: 'AccessDenied', message: 'no' }));
    expect(await looked(refusing)).toEqual([
      {
        status: 'unseen',
        about: 'sweep',
        message: 'whether a sweep is unfinished: no (npm run policy -- --only deployer)',
      },
    ]);
  });
});
