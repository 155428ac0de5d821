import { describe, expect, it } from 'vitest';
import { reconcile } from '../../src/reconcile/reconcile.js';
import { startWorld, type World } from './world.js';

const keys = ['in/a.jpg', 'in/b.jpg', 'in/c.jpg'];
const apply = (world: World, ...rest: object[]) =>
  reconcile(world.work(Object.assign({ apply: true }, ...rest), 'oss://photos'));

/** As if its last worker had been killed between its last unit and the note that all have ended. */
async function forgetEnd(world: World): Promise<void> {
  const [ended] = (await world.keysIn('journal')).filter((key) => key.endsWith('/ended.json'));
  await world.client('journal').delete(ended ?? 'none');
}

/** What was written in the second in which a sweep began counts as made by it. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1_050 - (Date.now() % 1_000)));

describe('reconcile', () => {
  it('begins another sweep where all shards of the one before are over, though nobody has said so', async () => {
    const world = await startWorld(keys);
    expect(await apply(world)).toBe(0);
    await forgetEnd(world);
    await world.client('photos-out').delete('in/a.jpg.webp');
    await nextSecond();
    expect(await apply(world)).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(6);
    expect((await world.keysIn('journal')).filter((key) => key.endsWith('/ended.json'))).toHaveLength(2);
  });

  it('goes on after a cap where nobody has said that it has ended', async () => {
    const world = await startWorld(keys);
    expect(await apply(world, { 'max-objects': '2' })).toBe(1);
    await forgetEnd(world);
    expect(await reconcile(world.work({ resume: true }))).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(6);
  });

  it('makes nothing of what was stored or made since the plan of the rest', async () => {
    const world = await startWorld(keys);
    expect(await apply(world, { 'max-objects': '2' })).toBe(1);
    for (const key of ['in/b.jpg.webp', 'large/in/b.jpg']) {
      await world.client('photos-out').put(key, Buffer.from('by its event'));
    }
    await nextSecond();
    world.calls.length = 0;
    expect(await reconcile(world.work({ resume: true }))).toBe(0);
    expect(world.calls.filter((call) => call.startsWith('ProcessObject'))).toHaveLength(2);
  });

  it('plans what is left of a sweep that was given up', async () => {
    const world = await startWorld(keys);
    expect(await apply(world, { 'max-objects': '2' })).toBe(1);
    await nextSecond();
    expect(await reconcile(world.work({ resume: true, 'max-objects': '3' }))).toBe(1);
    // Both derivatives of a source are made, or none.
    expect(await world.keysIn('photos-out')).toHaveLength(4);
    expect(await reconcile(world.work({ cancel: true }))).toBe(0);
    expect(world.out()).toMatch(/: it has ended, or was cancelled, already\n$/);
    await nextSecond();
    expect(await reconcile(world.work({ resume: true }))).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(6);
    expect(await reconcile(world.work({ resume: true }))).toBe(0);
    expect(world.out()).toMatch(/: complete\n/);
  });

  it('begins behind a sweep of another version that was given up', async () => {
    const world = await startWorld(keys);
    const others = 'autostyle/sweeps/8204032837-20261129T154602Z';
    await world.client('journal').put(`${others}/sweep.json`, Buffer.from('{"version":2}'));
    await expect(apply(world)).rejects.toThrow('the sweep 8204032837-20261129T154602Z');
    expect(await reconcile(world.work({ cancel: true }))).toBe(0);
    expect(await apply(world)).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(6);
  });

  it('names the marker that cannot be read, of a sweep that was given up, too', async () => {
    const world = await startWorld(keys);
    expect(await apply(world, { 'max-objects': '2' })).toBe(1);
    await forgetEnd(world);
    const [sweep = ''] = (await world.keysIn('journal')).filter((key) => key.endsWith('/sweep.json'));
    const units = sweep.replace('sweep.json', 'units/0000/');
    await world.client('journal').put(`${units}00000005-1-done.x.json`, Buffer.from('{}'));
    const refused = `a marker below oss://journal/${units} cannot be read`;
    await expect(reconcile(world.work({ resume: true }))).rejects.toThrow(refused);
    expect(await reconcile(world.work({ cancel: true }))).toBe(0);
    await expect(apply(world)).rejects.toThrow(refused);
    await world.client('journal').delete(`${units}00000005-1-done.x.json`);
    await nextSecond();
    expect(await apply(world)).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(6);
  });

  it('says what OSS refuses in the middle of it', async () => {
    const world = await startWorld(keys);
    await world.client('journal').deleteBucket('journal');
    await expect(reconcile(world.work({ status: true }))).rejects.toThrow(
      /^the journal oss:\/\/journal\/autostyle\/: NoSuchBucket/,
    );
    await expect(apply(world)).rejects.toThrow(/^the journal .*NoSuchBucket/);
    expect(await world.keysIn('photos-out')).toEqual([]);
  });
});
