import { describe, expect, it } from 'vitest';
import { start } from '../../src/reconcile/start.js';
import { watchStart } from '../../src/reconcile/watch.js';
import { startWorld, type World } from './world.js';

/** Watches a sweep of three workers by a clock that goes on with each sleep. */
async function watched(onSleep: (times: number, world: World, id: string) => unknown) {
  const world = await startWorld([]);
  const work = world.work({ apply: true }, 'oss://photos');
  const sweep = await start(work, {
    make: { targets: 2, bytes: 100, sources: 1 },
    shards: [{ bucket: 'photos', prefix: 'in/', objects: 2, bytes: 100 }],
    selection: {},
    rate: { calls: 25, bytes: 1e7 },
    maxFailures: 0.1,
    cloud: { workers: 3, seconds: 170 },
  });
  const began = Date.now();
  let [time, times] = [began, 0];
  const sleep = async (ms: number) => {
    time += ms;
    times += 1;
    await onSleep(times, world, sweep.id);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { seen: await watchStart({ ...work, now: () => time, sleep }, sweep), waited: time - began };
}

describe('watchStart', () => {
  it('waits until the function has written something down', async () => {
    const { seen, waited } = await watched(async (times, world, id) => {
      const key = `autostyle/sweeps/${id}/units/0000/99999998-2-begun.run.json`;
      if (times === 3) await world.client('journal').put(key, Buffer.from('{}'));
    });
    expect({ seen, waited }).toEqual({ seen: 'taken', waited: 6_000 });
  });

  it('gives up after three minutes and the turns of all workers', async () => {
    expect(await watched(() => {})).toEqual({ seen: 'not-taken', waited: 360_000 });
  });

  it('leaves it to itself at Ctrl-C', async () => {
    const { seen, waited } = await watched((times, world) => times === 2 && world.stop());
    expect({ seen, waited }).toEqual({ seen: 'stopped', waited: 4_000 });
  });
});
