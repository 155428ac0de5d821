import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/cli/replay.js';
import { localClient } from '../../src/cli/sample-objects.js';
import { type LocalCloud, startLocalCloud } from '../../src/local/cloud.js';
import { loadConfig } from '../../src/rules/load.js';
import { buildInto } from '../support/function.js';
import { runCommand, runHere } from '../support/run.js';

const input = {
  journal: { bucket: 'photos-journal', prefix: 'autostyle/' },
  rules: [
    {
      name: 'thumbs',
      when: { bucket: 'photos', prefix: 'in/' },
      outputs: [{ style: 'image/resize,w_10', to: { bucket: 'photos-out', key: '{key}.webp' } }],
    },
  ],
};

let cloud: LocalCloud;
let built: Awaited<ReturnType<typeof buildInto>>;
let folder: string;
let config: string;

beforeAll(async () => {
  built = await buildInto();
  folder = mkdtempSync(join(tmpdir(), 'autostyle-replay-'));
  config = join(folder, 'rules.json');
  writeFileSync(config, JSON.stringify(input));
  cloud = await startLocalCloud({
    codeDir: built.codeDir,
    config: loadConfig(input, {}),
    environmentVariables: { CONFIG_URI: `file://${config}` },
  });
});

afterAll(async () => {
  await cloud.close();
  built.remove();
  rmSync(folder, { recursive: true });
});

const replay = (...argv: string[]) => runCommand('replay', ['--endpoint', cloud.url, '--config', config, ...argv]);

async function records(): Promise<string[]> {
  const { objects } = await localClient(cloud.url, 'photos-journal').listV2({ 'max-keys': '1000' });
  return (objects ?? []).map(({ name }) => name);
}

describe('replay', () => {
  it('runs what failed once someone has mended it, and forgets what has succeeded', async () => {
    const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#369' } })
      .jpeg()
      .toBuffer();
    const photos = localClient(cloud.url, 'photos');
    await photos.useBucket('photos-out').deleteBucket('photos-out');
    for (const key of ['in/a b.jpg', 'in/目录/1+1.jpg']) await localClient(cloud.url, 'photos').put(key, jpeg);
    await localClient(cloud.url, 'photos').put('in/bad.jpg', Buffer.from('no image'));
    await cloud.idle();
    expect(await records()).toHaveLength(3);

    const dry = await replay('--dry-run', '--code', 'NoSuchBucket');
    expect(dry).toMatchObject({ code: 0, error: '' });
    expect(dry.out).toMatch(/setup +thumbs NoSuchBucket oss:\/\/photos\/in\/a b\.jpg {2}tried 1×, since 20/);
    expect(dry.out).toContain('nothing was changed');

    const still = await replay('--kind', 'setup', '--json');
    expect(still.code).toBe(1);
    expect(
      still.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .at(-1),
    ).toMatchObject({ failed: still.out.trim().split('\n').length - 1 });
    expect(await records()).toHaveLength(3);

    cloud.oss.createBucket('photos-out');
    const mended = await replay('--kind', 'setup');
    expect(mended.out).toContain('3 records: 2 saved, 0 removed, 0 skipped, 1 failed');
    expect(mended.code).toBe(1);
    expect(mended.out).toContain('saved   oss://photos/in/目录/1+1.jpg → oss://photos-out/in/目录/1+1.jpg.webp');
    // What turned out to be no image has moved to the failures that will never work.
    expect((await records()).map((key) => key.replace(/[0-9a-f]{64}/, 'ID'))).toEqual([
      'autostyle/failed/permanent/thumbs/ID.json',
    ]);
  });

  it('tells mistakes in one line', async () => {
    const at = ['--endpoint', cloud.url, '--config', config];
    const runs = [
      await runHere(command, ['--kind', 'broken', ...at]),
      await runHere(command, ['--since', 'yesterday', ...at]),
      await runHere(command, ['--endpoint', 'http://u:p@x/y', '--config', config]),
      await runHere(command, ['--concurrency', '0', ...at]),
      await runHere(command, ['--endpoint', 'http://127.0.0.1:9', '--config', config]),
    ];
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2, 1]);
    expect(runs.map(({ error }) => error.trim().split('\n').length)).toEqual([1, 1, 1, 1, 1]);
    expect(runs[4]?.error).toMatch(/^replay: the journal oss:\/\/photos-journal\/autostyle\/: /);
    expect(runs.map(({ error }) => error).join('')).not.toMatch(/u:p/);
  });
});
