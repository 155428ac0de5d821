// The longer ways of `reconcile` on an embedded cloud: a cap and its rest, the deployed function's timer, orphans.
import { describe, expect, it } from 'vitest';
import { localClient } from '../../src/local/samples/objects.js';
import { photos, reconcileCloud } from './reconcile-cloud.js';

const world = reconcileCloud();

describe('reconcile', () => {
  it('goes on after a cap with a plan of what is left', async () => {
    const capped = await world.reconcile('oss://photos', '--apply', '--max-objects', '10');
    expect(capped.out).toMatch(
      /: ended at its bounds\n[\s\S]*10 of 10 derivatives \(the plan had 24\)[\s\S]*--resume plans what is left/,
    );
    expect(capped.code).toBe(1);
    expect(await world.keysIn('photos-out')).toHaveLength(10);
    const rest = await world.reconcile('--resume');
    expect(rest.out).toMatch(/\nto make {3}14 derivatives[\s\S]*: complete\n/);
    expect(rest.code).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(24);
    expect((await world.reconcile('--resume')).out).toMatch(/: complete\n/);
  });

  it('works inside the deployed function, on its timer', async () => {
    let ticking = true;
    const timer = (async () => {
      while (ticking) {
        await world.cloud.fc.tick();
        await world.cloud.idle();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    const begun = await world.reconcile('oss://photos', '--apply', '--in-cloud');
    ticking = false;
    await timer;
    expect(begun.out).toMatch(/\nin cloud {2}1 worker of 50 s a turn: \d seconds; the function costs less than ¥0\.01/);
    expect(begun.out).toMatch(/\nthe function has begun; npm run reconcile -- --status/);
    expect(begun.code).toBe(0);
    for (let tick = 0; tick < 3; tick += 1) await world.cloud.fc.tick();
    await world.cloud.idle();
    expect(await world.keysIn('photos-out')).toHaveLength(24);
    const status = JSON.parse((await world.reconcile('--status', '--json')).out);
    expect(status).toMatchObject({
      action: 'status',
      sweep: {
        state: 'ended',
        inCloud: true,
        totals: { targets: 24, saved: 24, failed: {} },
        left: 0,
        otherRules: false,
      },
    });
  });

  it('deletes orphans, and only as many as its plan had', async () => {
    await world.reconcile('oss://photos', '--apply');
    const gone = photos.slice(0, 3);
    for (const key of gone) await localClient(world.cloud.url, 'photos').delete(key);
    const wrong = await world.reconcile('oss://photos', '--apply', '--prune', '5');
    expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining('--prune 6') });
    expect(await world.keysIn('photos-out')).toHaveLength(24);
    const pruned = await world.reconcile('oss://photos', '--apply', '--prune', '6');
    expect(pruned.out).toMatch(/^the orphans of 3 sources are deleted, 0 left; 6 objects were counted\n$/);
    expect(pruned.code).toBe(0);
    expect(await world.keysIn('photos-out')).toHaveLength(18);
  });
});
