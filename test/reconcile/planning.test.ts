import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planOf } from '../../src/reconcile/planning.js';
import { input, startWorld } from './world.js';

const deployed = { reservedConcurrency: 5, timeout: 300, cpu: 0.1, memorySize: 256, concurrency: 5 };

describe('planOf', () => {
  it('is a plan with its bill, here and in the cloud, and changes nothing', async () => {
    const world = await startWorld(['in/a.jpg', 'in/b.jpg', 'more/c.jpg', 'none/d.jpg']);
    const work = { ...world.work({ qps: '10', mbps: '1', share: '0.2' }, 'oss://photos'), deployed };
    const { plan, cost, journal } = await planOf(work, work.choice.scopes, {});
    expect(plan).toMatchObject({ sources: { seen: 3, matched: 3 }, make: { targets: 6, sources: 3 } });
    expect(cost.here).toMatchObject({ calls: 6, rate: { calls: 2, bytes: 200_000 } });
    expect(cost.inCloud).toMatchObject({ calls: 6, workers: 2, seconds: 110, function: { ticks: 1 } });
    expect(journal).toBe('oss://journal/autostyle/');
    expect(world.calls.every((call) => /^(ListObjects|HeadObject)/.test(call))).toBe(true);
  });

  it('counts what is relayed: one image call, a GET and a PUT', async () => {
    const [rule] = input.rules;
    const [first, second] = rule?.outputs ?? [];
    const relayed = { ...first, headers: { 'Cache-Control': 'no-store' } };
    const world = await startWorld(['in/a.jpg', 'in/b.jpg'], {
      ...input,
      rules: [{ ...rule, outputs: [relayed, second] }],
    });
    const work = { ...world.work({}, 'oss://photos'), deployed };
    const { plan, cost } = await planOf(work, work.choice.scopes, {});
    expect(plan.outputs.map(({ relayed: because }) => because)).toEqual([['cache-control'], undefined]);
    expect(cost.here).toMatchObject({ calls: 4, relays: 2 });
    expect(cost.inCloud).toMatchObject({ calls: 4, relays: 2 });
  });

  it('says why it cannot be made in the cloud', async () => {
    const world = await startWorld(['in/a.jpg']);
    const work = { ...world.work({}, 'oss://photos'), deployed: { ...deployed, reservedConcurrency: 0 } };
    const { cost } = await planOf(work, work.choice.scopes, {});
    expect(cost).toEqual({ here: cost.here, notInCloud: expect.stringContaining('is stopped') });
  });

  it('reads an inventory over the wire', async () => {
    const world = await startWorld(['in/a.jpg', 'in/b.jpg', 'in/later.jpg']);
    const lines = ['a', 'b'].map((name) => `"photos","in%2F${name}.jpg","700","2026-11-01T08:00:00.000Z"\n`);
    const manifest = {
      sourceBucket: 'photos',
      destinationBucket: 'journal',
      version: '2019-09-01',
      creationTimestamp: String(Date.UTC(2026, 10, 2)),
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key, Size, LastModifiedDate',
      files: [{ key: 'inv/data/one.csv.gz', size: 1, MD5checksum: '' }],
    };
    await world.client('journal').put('inv/data/one.csv.gz', gzipSync(lines.join('')));
    await world.client('journal').put('inv/manifest.json', Buffer.from(JSON.stringify(manifest)));
    const work = world.work({ inventory: 'oss://journal/inv/manifest.json' }, 'oss://photos');
    const { plan } = await planOf(work, work.choice.scopes, {});
    expect(plan).toMatchObject({ sources: { seen: 2 }, make: { targets: 4, bytes: 2_800 }, orphans: undefined });
  });

  it('says what OSS refuses', async () => {
    const world = await startWorld(['in/a.jpg']);
    await world.client('photos-out').deleteBucket('photos-out');
    const work = world.work({}, 'oss://photos');
    await expect(planOf(work, work.choice.scopes, {})).rejects.toThrow(/^OSS cannot be read: NoSuchBucket[^\n]*$/);
  });
});
