// `reconcile` on an embedded cloud: a plan, what is made, and what is refused. The longer ways:
// reconcile-ways.slow.test.ts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/reconcile.js';
import { localClient } from '../../src/local/samples/objects.js';
import { runHere } from '../support/run.js';
import { input, photos, reconcileCloud, rulesOf } from './reconcile-cloud.js';

const world = reconcileCloud();

describe('reconcile', () => {
  it('plans, makes what is missing, and then has nothing to do', async () => {
    const out = localClient(world.cloud.url, 'photos-out');
    for (const key of photos) await out.put(`${key}.webp`, world.jpeg);
    await out.put('in/gone.jpg.webp', world.jpeg);

    const plan = await world.reconcile('oss://photos');
    expect(plan).toMatchObject({ code: 0, error: '' });
    expect(plan.out).toMatch(/^plan for oss:\/\/photos\/\n {2}12 objects seen, 12 taken by a rule\n/);
    expect(plan.out).toMatch(/\n {2}thumbs 1 {2}→ \{key\}\.webp +12 +0 +0 +0\n/);
    expect(plan.out).toMatch(/\n {2}thumbs 2 {2}→ large\/\{key\} +0 +12 +0 +12\n/);
    expect(plan.out).toContain('\nto make   12 derivatives of 12 sources: 12 image calls\n');
    expect(plan.out).toContain(
      '\norphans   1 object of 1 source that is not there\n  oss://photos-out/in/gone.jpg.webp\n',
    );
    expect(plan.out).toContain(
      `\n  npm run reconcile -- oss://photos/ --config ${world.config} --endpoint ${world.cloud.url} --apply\n`,
    );
    expect(await world.keysIn('photos-journal')).toEqual([]);
    expect(await world.keysIn('photos-out')).toHaveLength(13);

    const json = JSON.parse((await world.reconcile('oss://photos', '--json')).out);
    expect(json).toMatchObject({ action: 'plan', make: { targets: 12, sources: 12 }, cost: { here: { calls: 12 } } });

    // What was written in the second in which a sweep begins counts as made by it.
    await new Promise((resolve) => setTimeout(resolve, 1_050 - (Date.now() % 1_000)));
    const applied = await world.reconcile('oss://photos', '--apply');
    expect(applied.out).toMatch(/\nsweep \d{10}-\S+: complete\n[\s\S]*\n {2}done {4}12 of 12 derivatives/);
    expect(applied.code).toBe(0);
    expect((await world.keysIn('photos-out')).filter((key) => key.startsWith('large/'))).toHaveLength(12);

    const again = JSON.parse((await world.reconcile('oss://photos', '--apply', '--json')).out);
    expect(again).toMatchObject({ action: 'apply', make: { targets: 0 }, sweep: null });
    expect(await world.sweeps()).toHaveLength(1);
    const status = await world.reconcile('--status');
    expect(status.out).toMatch(/^sweep \d{10}-\S+: complete\n/);
    expect(status.code).toBe(0);
  });

  it('says where rules listen, before it reads anything', async () => {
    const { code, error } = await world.reconcile('oss://photos/inn/');
    expect({ code, error }).toEqual({
      code: 1,
      error: 'reconcile: oss://photos/inn/: no rule listens there, only to oss://photos/in/\n',
    });
    expect(world.requests).toBe(0);
  });

  it('refuses a configuration whose derivatives would start the function, before the first request', async () => {
    const planted = join(world.folder, 'planted.json');
    writeFileSync(planted, JSON.stringify(rulesOf({ style: 'image/resize,w_10', to: { key: '{key}.webp' } })));
    const { code, error } = await runHere(command, [
      '--endpoint',
      world.cloud.url,
      '--config',
      planted,
      'oss://photos',
      '--apply',
    ]);
    expect(code).toBe(1);
    expect(error).toMatch(/could start/);
    expect(world.requests).toBe(0);
  });

  it('plans without a journal, and does nothing more', async () => {
    const bare = join(world.folder, 'bare.json');
    writeFileSync(bare, JSON.stringify({ ...input, journal: 'throw' }));
    const run = (...argv: string[]) => runHere(command, ['--endpoint', world.cloud.url, '--config', bare, ...argv]);
    expect((await run('oss://photos')).out).toContain(
      "keep no journal (journal: 'throw'), so that --apply is refused\n",
    );
    for (const argv of [
      ['oss://photos', '--apply'],
      ['oss://photos', '--apply', '--prune', '1'],
      ['--status'],
      ['--resume'],
      ['--cancel'],
    ]) {
      expect(await run(...argv)).toMatchObject({
        code: 1,
        error: expect.stringMatching(/^reconcile: --\w+: the rules keep no/),
      });
    }
    expect(await world.keysIn('photos-out')).toEqual([]);
  });

  it('says that there is no sweep', async () => {
    expect(await world.reconcile('--status')).toMatchObject({
      code: 0,
      out: 'there is no sweep in the journal oss://photos-journal/autostyle/\n',
    });
    expect(JSON.parse((await world.reconcile('--status', '--json')).out)).toEqual({ action: 'status', sweep: null });
    for (const flag of ['--resume', '--cancel']) {
      expect(await world.reconcile(flag)).toMatchObject({
        code: 1,
        error: expect.stringContaining('there is no sweep'),
      });
    }
  });

  it.each([
    [['oss://photos', '--in-cloud'], /^reconcile: --in-cloud: changes something: it goes with --apply\n/],
    [['oss://photos', '--status'], /^reconcile: --status is for the newest sweep/],
    [['--json'], /^reconcile: expected a location to look at/],
    [['oss://photos', '--rule', 'thumb'], /^reconcile: --rule thumb: there is no such rule; expected thumbs\n/],
    [['oss://photos', '--rate', 'fast'], /^reconcile: --rate fast: expected a number above 0\n/],
  ])('%j is one clear message', async (argv, message) => {
    const { code, error } = await world.reconcile(...argv);
    expect({ code, error }).toEqual({ code: 2, error: expect.stringMatching(message) });
    expect(world.requests).toBe(0);
  });
});
