// What start.test.ts leaves out: a server that starts again, and one that breaks on purpose.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { localClient } from '../../src/local/samples/objects.js';
import { ended, runCommand, seen, spawnCommand, urlOf } from '../support/run.js';
import { shippedProject } from '../support/shipped.js';

describe('start', () => {
  it('keeps what is uploaded with --data, speaks JSON with --json, and ends well on SIGINT', async () => {
    const data = mkdtempSync(join(tmpdir(), 'autostyle-data-'));
    const flags = ['--port', '0', '--no-sample', '--data', data];
    try {
      const first = spawnCommand('start', flags);
      const jpeg = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#246' } })
        .jpeg()
        .toBuffer();
      await localClient(urlOf(await seen(first, /buckets .*\n/)), 'photos').put('avatars/a.jpg', jpeg);
      await seen(first, /2 saved/);
      first.kill('SIGTERM');
      expect(await ended(first)).toBe(0);

      const second = spawnCommand('start', [...flags, '--json']);
      const [ready = ''] = (await seen(second, /\n/)).split('\n');
      expect(JSON.parse(ready)).toEqual({
        event: 'ready',
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        studio: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/-\/$/),
        region: 'cn-hangzhou',
        accessKeyId: 'autostyle',
        accessKeySecret: 'autostyle-secret',
        role: 'acs:ram::1234567890123456:role/oss-client',
        buckets: ['photos', 'photos-journal', 'photos-out'],
      });
      const { url } = JSON.parse(ready);
      const { content } = await localClient(url, 'photos-out').get('square/avatars/a.jpg');
      expect(await sharp(content).metadata()).toMatchObject({ width: 100, height: 100 });
      await localClient(url, 'photos').delete('avatars/a.jpg');
      await localClient(url, 'photos').put('avatars/b.jpg', jpeg);
      const lines = (await seen(second, /"event":"summary".*\n/)).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line).event)).toContain('result');
      second.kill('SIGINT');
      expect(await ended(second)).toBe(0);
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  it('reads its rules where CONFIG_URI says, once they are published there', async () => {
    const uri = 'oss://our-rules/live.json';
    const child = spawnCommand('start', ['--port', '0'], { CONFIG_URI: uri });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
    const url = urlOf(await seen(child, /buckets .*our-rules.*\n/));
    await expect.poll(() => errors).toContain(`npm run publish -- ${uri} --config src/config.ts --endpoint ${url}\n`);
    const publish = (...argv: string[]) =>
      runCommand('publish', [uri, ...argv, '--endpoint', url], { CONFIG_URI: uri });
    expect(await publish('--config', 'src/config.ts')).toMatchObject({
      code: 0,
      out: expect.stringContaining('the function takes it within a minute'),
    });
    const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer();
    await localClient(url, 'photos').put('avatars/a.jpg', jpeg);
    await seen(child, /2 saved/);
    const { content } = await localClient(url, 'our-rules').get('live.json');
    expect(JSON.parse(String(content)).journal).toEqual({
      bucket: { env: 'JOURNAL_BUCKET', default: 'photos-journal' },
      prefix: 'autostyle/',
    });
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  it('takes rules with comments', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-rules-'));
    try {
      const file = join(folder, 'rules.jsonc');
      const rule = `{ "name": "a", "when": { "bucket": "photos" }, // all
        "outputs": [{ "style": "image/resize,w_9", "to": { "bucket": "photos-out", "key": "{key}" } },] }`;
      writeFileSync(file, `// mine\n{ "journal": "throw", "rules": [${rule}] }`);
      const child = spawnCommand('start', ['--port', '0', '--no-sample', '--config', file]);
      const url = urlOf(await seen(child, /buckets .*\n/));
      const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#246' } })
        .jpeg()
        .toBuffer();
      await localClient(url, 'photos').put('a.jpg', jpeg);
      await seen(child, /1 saved/);
      child.kill('SIGTERM');
      expect(await ended(child)).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('loads src/config.ts again when it is saved, and keeps the rules where it is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-project-'));
    try {
      cpSync(shippedProject(), folder, { recursive: true, verbatimSymlinks: true });
      const file = join(folder, 'src/config.ts');
      const shipped = readFileSync(file, 'utf8');
      const child = spawnCommand('start', ['--port', '0', '--no-sample'], {}, folder);
      const url = urlOf(await seen(child, /buckets .*\n/));
      const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#246' } })
        .jpeg()
        .toBuffer();
      writeFileSync(file, shipped.replaceAll('photos-out', 'photos-made'));
      expect(await seen(child, /loaded again.*\n/)).toContain(
        'rules   src/config.ts is loaded again: 2 rules, 4 outputs\n',
      );
      await localClient(url, 'photos').put('avatars/a.jpg', jpeg);
      expect(await seen(child, /2 saved/)).toContain('oss://photos-made/square/avatars/a.jpg');
      writeFileSync(file, shipped.replace('defineConfig(', 'defineConfig(image().rotat(90), '));
      expect(await seen(child, /keeps .*\n/)).toMatch(
        /rules {3}the function keeps those that it has; src\/config\.ts:\d+: image is not defined\n/,
      );
      await localClient(url, 'photos').put('avatars/b.jpg', jpeg);
      expect(await seen(child, /avatars\/b/)).toContain('oss://photos-made/square/avatars/b.jpg');
      child.kill('SIGTERM');
      expect(await ended(child)).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('lets things go wrong for the function and says so, and counts them at its end', async () => {
    const flags = ['--fault', 'process:503:1', '--fault', 'event:delay/1h:0', '--seed', '7', '--retry-interval', '10s'];
    const child = spawnCommand('start', ['--port', '0', '--no-sample', ...flags]);
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
    const url = urlOf(await seen(child, /buckets .*\n/));
    const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer();
    await localClient(url, 'photos').put('avatars/a.jpg', jpeg);
    const out = await seen(child, /2 failed/);
    expect(out).toMatch(/^failed {2}oss:\/\/photos\/avatars\/a\.jpg → .*transient: ServiceUnavailable/m);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
    expect(errors).toContain('faults  --seed 7\n');
    expect(errors).toContain('fault   process:503:1 ProcessObject oss://photos/avatars/a.jpg\n');
    expect(errors).toMatch(/\nfault {3}process:503:1 6 times\nfault {3}event:delay\/1h:0 0 times\n$/);
  });
});
