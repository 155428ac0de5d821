import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/local/oss/error.js';
import { prune } from '../../src/reconcile/prune.js';
import { startWorld, type World } from './world.js';

const keys = ['in/a.jpg', 'in/b.jpg', 'in/c.jpg'];
const targetsOf = (...sources: string[]) => sources.flatMap((key) => [`${key}.webp`, `large/${key}`]).sort();

/** All derivatives are there, and those in `gone` have no source. */
async function pruned(world: World, gone: readonly string[]): Promise<void> {
  for (const key of targetsOf(...keys)) await world.client('photos-out').put(key, Buffer.from('derivative'));
  for (const key of gone) await world.client('photos').delete(key);
}

const everything = { apply: true, prune: '4' };

describe('prune', () => {
  it('deletes the derivatives of sources that are not there, and nothing else', async () => {
    const world = await startWorld(keys);
    await pruned(world, ['in/a.jpg', 'in/c.jpg']);
    const others = ['in/a.jpg', 'other/a.jpg.webp', 'in/no-picture'];
    for (const key of others) await world.client('photos-out').put(key, Buffer.from('of someone else'));
    expect(await prune(world.work(everything, 'oss://photos'), 4)).toEqual({
      ...{ orphans: 4, sources: 2, left: 0, examples: [], stopped: false },
    });
    expect(await world.keysIn('photos-out')).toEqual([...targetsOf('in/b.jpg'), ...others].sort());
    expect(await world.keysIn('journal')).toEqual([]);
    // Each source is looked at between the search and the deletion.
    for (const key of ['in/a.jpg', 'in/c.jpg']) {
      const deletion = world.calls.indexOf(`DeleteObject photos-out/${key}.webp`);
      const search = world.calls.findLastIndex((call, at) => call.startsWith('ListObjects') && at < deletion);
      expect(world.calls.slice(search, deletion)).toContain(`HeadObject photos/${key}`);
    }
  });

  it.each([
    [3, /^--prune 3: there are 4 orphans: look at the plan, and repeat its count, --prune 4$/],
    [5, /^--prune 5: there are 4 orphans/],
    [4_000_000, /^--prune 4000000: there are 4 orphans/],
  ])('deletes nothing where %i is not their count', async (count, message) => {
    const world = await startWorld(keys);
    await pruned(world, ['in/a.jpg', 'in/c.jpg']);
    await expect(prune(world.work(everything, 'oss://photos'), count)).rejects.toThrow(message);
    expect(await world.keysIn('photos-out')).toHaveLength(6);
  });

  it('says where there is none', async () => {
    const world = await startWorld(keys);
    await expect(prune(world.work(everything, 'oss://photos'), 4)).rejects.toThrow('--prune 4: there are no orphans');
  });

  it('leaves the derivatives of a source that has come back', async () => {
    const world = await startWorld(keys);
    await pruned(world, ['in/a.jpg']);
    let looks = 0;
    world.onCall(({ operation, key }) => {
      if (operation !== 'HeadObject' || key !== 'in/a.jpg') return undefined;
      looks += 1;
      // Counted below in/ and large/, and found again: the fourth look is the one before the deletion.
      return looks === 4 ? world.client('photos').put('in/a.jpg', Buffer.from('again')) : undefined;
    });
    const result = await prune(world.work({ apply: true, prune: '2' }, 'oss://photos'), 2);
    expect(result).toMatchObject({ orphans: 2, sources: 0, left: 1 });
    expect(result.examples[0]).toEqual({ object: 'oss://photos-out/in/a.jpg.webp', why: 'its source is there' });
    expect(await world.keysIn('photos-out')).toEqual(targetsOf(...keys));
  });

  /** One deletion has no answer; its repeat has. */
  function unanswered(world: World): void {
    let isFirst = true;
    world.onCall(({ operation }, response) => {
      if (operation !== 'DeleteObject' || !isFirst) return;
      isFirst = false;
      response.destroy();
    });
  }

  it('leaves to the timer what a call without an answer may still delete', async () => {
    const world = await startWorld(keys);
    await pruned(world, ['in/a.jpg']);
    unanswered(world);
    const result = await prune(world.work({ apply: true, prune: '2' }, 'oss://photos'), 2);
    expect(result).toMatchObject({ sources: 0, left: 1 });
    expect(result.examples[0]?.why).toBe('unanswered: the timer looks at its source again');
    const [record = '', ...more] = await world.keysIn('journal');
    expect(more).toEqual([]);
    const { content } = await world.client('journal').get(record);
    expect(JSON.parse(String(content))).toMatchObject({
      kind: 'unsettled',
      source: { bucket: 'photos', key: 'in/a.jpg' },
      unsettled: 'unanswered',
      event: { eventName: 'ObjectRemoved:DeleteObject' },
    });
  });

  it('ends where the journal does not take that, and says of which source', async () => {
    const world = await startWorld(keys);
    await pruned(world, ['in/a.jpg', 'in/b.jpg']);
    unanswered(world);
    world.onCall(({ operation, bucketName }) => {
      if (operation === 'PutObject' && bucketName === 'journal') throw new ServiceError(403, 'AccessDenied', 'no');
    });
    await expect(prune(world.work(everything, 'oss://photos'), 4)).rejects.toThrow(
      /^the journal oss:\/\/journal\/autostyle\/: .*AccessDenied.*\n {2}what is made of oss:\/\/photos\/in\/[ab]\.jpg now/,
    );
  });

  it('deletes nothing after Ctrl-C', async () => {
    const world = await startWorld(keys);
    await pruned(world, ['in/a.jpg']);
    world.stop();
    const result = await prune(world.work({ apply: true, prune: '2' }, 'oss://photos'), 2);
    expect(result).toMatchObject({ sources: 0, stopped: true });
    expect(await world.keysIn('photos-out')).toHaveLength(6);
  });

  it('refuses a location where no rule listens', async () => {
    const world = await startWorld(keys);
    await expect(prune(world.work(everything, 'oss://photos/out/'), 4)).rejects.toThrow('no rule listens there');
    expect(world.calls).toEqual([]);
  });
});
