import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/cli/start.js';
import { processImage } from '../../src/local/image/pipeline.js';
import { localClient } from '../../src/local/samples/objects.js';
import { ended, runHere, seen, spawnCommand, urlOf } from '../support/run.js';
import { hasZenHei } from '../support/wqy-zenhei.js';

describe('start', () => {
  it('says where it is, processes what is uploaded, keeps others from its --data, and ends well on SIGTERM', async () => {
    const data = mkdtempSync(join(tmpdir(), 'autostyle-data-'));
    try {
      const first = spawnCommand('start', ['--port', '0', '--no-sample', '--data', data, '--bucket', 'mine']);
      const out = await seen(first, /buckets .*\n/);
      expect(out).toMatch(
        /^ready http:\/\/127\.0\.0\.1:\d+\nstudio http:\/\/127\.0\.0\.1:\d+\/-\/ shows .*\nregion cn-hangzhou\naccess key autostyle \/ autostyle-secret\nrole acs:ram::1234567890123456:role\/oss-client, .*\nbuckets mine photos photos-journal photos-out\n$/,
      );
      const jpeg = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#246' } })
        .jpeg()
        .toBuffer();
      await localClient(urlOf(out), 'photos').put('avatars/a.jpg', jpeg);
      const done = await seen(first, /2 saved/);
      expect(done).toContain('oss://photos/avatars/a.jpg → oss://photos-out/square/avatars/a.jpg');
      const shared = await runHere(command, ['--port', '0', '--data', data]);
      expect(shared).toMatchObject({
        code: 1,
        error: expect.stringMatching(/^start: --data .* is in use by process \d+\n$/),
      });
      let complaints = '';
      first.stderr?.setEncoding('utf8').on('data', (text: string) => {
        complaints += text;
      });
      for (const key of ['a.jpg', 'b.jpg']) {
        const answer = await fetch(`${urlOf(out)}/photos/avatars/${key}`, {
          headers: { origin: 'http://evil.example' },
        });
        expect(answer.status).toBe(403);
      }
      // Two texts of watermarks: the font is OSS's, or the stand-in, which is said once.
      const process = 'image/watermark,text_SGVsbG8/format,png';
      const client = localClient(urlOf(out), 'photos');
      const marked = await Promise.all([0, 1].map(() => client.get('avatars/a.jpg', { process })));
      const context = { readObject: async () => undefined, immBound: true, saving: false };
      const packaged = (await processImage(jpeg, process, context)).body;
      expect(marked.map(({ content }) => packaged.equals(content))).toEqual([!hasZenHei, !hasZenHei]);
      first.kill('SIGTERM');
      expect(await ended(first)).toBe(0);
      expect(complaints.match(/^note: WenQuanYi Zen Hei.*$/gm) ?? []).toHaveLength(hasZenHei ? 0 : 1);
      expect(complaints.match(/^refused .*$/gm)).toEqual([
        expect.stringMatching(/^refused This request comes from a page of http:\/\/evil\.example, and no CORS rule/),
      ]);
    } finally {
      rmSync(data, { recursive: true });
    }
  });

  it('tells all that is wrong with its faults', async () => {
    const flags = ['--fault', 'proces:503', '--fault', 'process:late:2', '--port', '0'];
    const { code, error } = await runHere(command, flags);
    expect(code).toBe(2);
    expect(error.split('\n')).toEqual([
      expect.stringMatching(/^start: --fault "proces:503": target "proces": expected any, process,/),
      expect.stringMatching(/^ {7}--fault "process:late:2": late needs an argument/),
      expect.stringMatching(/^ {7}--fault "process:late:2": probability "2"/),
      '',
    ]);
    const interval = await runHere(command, ['--retry-interval', '10', '--port', '0']);
    expect(interval).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^start: --retry-interval 10: expected a time/),
    });
    const seed = await runHere(command, ['--seed', '-1', '--port', '0']);
    expect(seed.code).toBe(2);
    const help = await runHere(command, ['--help']);
    expect(help.out).toContain('TARGET:KIND[/ARGUMENT][:PROBABILITY]');
  });

  it('tells mistakes in one line', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const runs = [
        await runHere(command, ['--port', String(port)]),
        await runHere(command, ['--port', '70000']),
        await runHere(command, ['--config', 'events/not-an-event.json']),
        await runHere(command, ['--bucket', 'Not_A_Bucket', '--port', '0']),
        await runHere(command, ['--data', 'package.json', '--port', '0']),
        await runHere(command, ['--data', 'package.json/x', '--port', '0']),
        await runHere(command, ['--data', '/proc/x', '--port', '0']),
        await runHere(command, ['--data', '.', '--port', '0']),
        await runHere(command, ['--data', '', '--port', '0']),
      ];
      expect(runs.map(({ code }) => code)).toEqual([1, 2, 1, 2, 1, 1, 1, 1, 2]);
      const [taken, range, config, bucket, data, inFile, proc, foreign, noData] = runs.map(({ error }) => error);
      expect(taken).toBe(`start: port ${port} is in use: choose another with --port (0: any free one)\n`);
      expect(range).toBe('start: --port 70000: expected a whole number from 0 to 65535\n');
      expect(config).toMatch(/^start: events\/not-an-event\.json: .*\n( {2}.*\n)*$/);
      expect(bucket).toMatch(/^start: --bucket Not_A_Bucket: .*\n$/);
      expect(data).toMatch(/^start: --data .*package\.json cannot be used: .*\n$/);
      expect(inFile).toMatch(/^start: --data .*package\.json\/x cannot be used: .*\n$/);
      expect(proc).toMatch(/^start: --data \/proc\/x cannot be used: .*\n$/);
      expect(foreign).toMatch(/^start: --data .* cannot be used: .* is not a bucket of the embedded OSS\n$/);
      expect(noData).toBe('start: --data: expected the path of a folder\n');
      for (const { error } of runs) expect(error).not.toMatch(/\n\s+at /);
    } finally {
      server.close();
    }
  });
});
