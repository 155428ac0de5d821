import { describe, expect, it } from 'vitest';
import { cancel } from '../../src/reconcile/cancel.js';
import { newest, read, type Start, start } from '../../src/reconcile/start.js';
import { rulesDigest } from '../../src/sweep/sweep.js';
import { startWorld } from './world.js';

const given: Start = {
  make: { targets: 2, bytes: 100, sources: 1 },
  shards: [{ bucket: 'photos', prefix: 'in/', objects: 2, bytes: 100 }],
  selection: { rule: 'thumbs', force: true, begun: 5 },
  rate: { calls: 25, bytes: 1e7 },
  maxFailures: 0.2,
  cloud: { workers: 3, seconds: 170 },
};

const part = { bucket: 'photos', prefix: 'in/', objects: 2, bytes: 100 };

describe('start', () => {
  it('writes down what the sweep is to do, once', async () => {
    const world = await startWorld(['in/a.jpg']);
    const work = world.work({ apply: true }, 'oss://photos');
    const sweep = await start(work, given);
    expect(await world.keysIn('journal')).toEqual([`autostyle/sweeps/${sweep.id}/sweep.json`]);
    expect(await read(work, sweep)).toEqual(sweep);
    expect(sweep).toMatchObject({
      ...{ version: 1, inCloud: true, rules: rulesDigest(work.index), maxFailures: 0.2, calls: 25, bytes: 1e7 },
      ...{ workers: 3, seconds: 170, planned: given.make, shards: given.shards, cancelled: false, ended: false },
    });
    expect(sweep.selection).toEqual({ rule: 'thumbs', force: true });
    await expect(start(work, given)).rejects.toThrow(`the sweep ${sweep.id} has not ended`);
    expect(await world.keysIn('journal')).toHaveLength(1);
  });

  it('sorts a new sweep before an older one, whatever the clock says', async () => {
    const world = await startWorld([]);
    const work = world.work({ apply: true }, 'oss://photos');
    const first = await start(work, given);
    await cancel(work);
    const behind = { ...work, now: () => Date.now() - 300_000 };
    const second = await start(behind, given);
    expect(second.id < first.id).toBe(true);
    expect((await newest(work))?.id).toBe(second.id);
  });

  it.each([
    ['0000000000-x', 'oss://journal/autostyle/sweeps/0000000000-x/'],
    ['0\u001b[2J', 'oss://journal/autostyle/sweeps/0\\u001b[2J/'],
  ])('begins none beside %j, which would always be the newest', async (id, place) => {
    const world = await startWorld([]);
    const work = world.work({ apply: true }, 'oss://photos');
    for (const file of ['ended', 'sweep']) {
      await world.client('journal').put(`autostyle/sweeps/${id}/${file}.json`, Buffer.from('{}'));
    }
    const message = `${place} is no sweep, and would be taken for the newest one: delete it`;
    await expect(start(work, given)).rejects.toThrow(expect.objectContaining({ message, exitCode: 1 }));
  });

  it('says so where something hides it that is no sweep', async () => {
    const world = await startWorld([]);
    const work = world.work({ apply: true }, 'oss://photos');
    await world.client('journal').put('autostyle/sweeps/00/x', Buffer.from('{}'));
    await expect(start(work, given)).rejects.toThrow(
      /^the sweep \S+ cannot be found: what comes first below oss:\/\/journal\/autostyle\/sweeps\/ is no sweep: delete it$/,
    );
    await world.client('journal').delete('autostyle/sweeps/00/x');
    expect(await newest(work)).toMatchObject({ ended: false });
  });

  it.each([
    ['sorts before it', '0999999999-other', '0999999999-other'],
    ['sorts behind it', '9999999998-other', '9999999998-other'],
  ])('gives its own up where another is begun at the same time that %s', async (_, other, named) => {
    const world = await startWorld([]);
    const work = world.work({ apply: true }, 'oss://photos');
    let isFirst = true;
    world.onCall(async ({ operation, key }) => {
      if (operation !== 'PutObject' || !key.endsWith('/sweep.json') || !isFirst) return;
      isFirst = false;
      await world.client('journal').put(`autostyle/sweeps/${other}/sweep.json`, Buffer.from('{}'));
    });
    await expect(start(work, given)).rejects.toThrow(`another sweep was begun at the same time, ${named}`);
    const keys = await world.keysIn('journal');
    const own = keys.filter((key) => !key.includes(other));
    expect(own.map((key) => key.split('/').at(-1))).toEqual(['cancel.json', 'sweep.json']);
  });

  it('takes no folder that a console has made for another one', async () => {
    const world = await startWorld([]);
    await world.client('journal').put('autostyle/sweeps/', Buffer.from(''));
    const work = world.work({ apply: true }, 'oss://photos');
    expect(await start(work, given)).toMatchObject({ cancelled: false });
  });

  it('is begun though its first request had no answer', async () => {
    const world = await startWorld([]);
    let isFirst = true;
    world.onCall(({ operation }, response) => {
      if (operation !== 'PutObject' || !isFirst) return;
      isFirst = false;
      response.destroy();
    });
    const sweep = await start(world.work({ apply: true }, 'oss://photos'), given);
    expect(await world.keysIn('journal')).toEqual([`autostyle/sweeps/${sweep.id}/sweep.json`]);
  });

  it.each([
    ['more parts than it may have', Array.from({ length: 1_001 }, (_, at) => ({ ...part, prefix: `in/${at}/` }))],
    ['longer keys than it may have', Array.from({ length: 999 }, () => ({ ...part, after: 'k'.repeat(1_023) }))],
  ])('writes down none that nobody could read: %s', async (_, shards) => {
    const world = await startWorld([]);
    const work = world.work({ apply: true }, 'oss://photos');
    await expect(start(work, { ...given, shards })).rejects.toThrow(/^the plan has (1001|999) parts with something/);
    expect(await world.keysIn('journal')).toEqual([]);
  });

  it('says where the journal cannot be read', async () => {
    const world = await startWorld([]);
    const work = { ...world.work({ apply: true }, 'oss://photos'), journal: { bucket: 'no-journal', prefix: '' } };
    await expect(newest(work)).rejects.toThrow(/^the journal oss:\/\/no-journal\/: NoSuchBucket.*$/);
  });

  it('refuses a sweep that another version has written, which can be cancelled', async () => {
    const world = await startWorld([]);
    const work = world.work({ apply: true }, 'oss://photos');
    const key = 'autostyle/sweeps/8204032837-20261129T154602Z/sweep.json';
    await world.client('journal').put(key, Buffer.from('{"version":2}'));
    const name = await newest(work);
    if (name === undefined) throw new Error('there is one');
    await expect(read(work, name)).rejects.toThrow(/cannot be read: another version has begun it\. --cancel/);
    expect(await cancel(work)).toEqual({ id: '8204032837-20261129T154602Z', cancelled: true });
    await expect(read(work, { ...name, cancelled: true })).rejects.toThrow(
      `cannot be read: another version has begun it. Go on with that version, or delete oss://journal/${key}`,
    );
  });
});
