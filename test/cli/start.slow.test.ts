// What start.test.ts leaves out: a server that breaks on purpose.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { localClient } from '../../src/local/samples/objects.js';
import { ended, seen, spawnCommand, urlOf } from '../support/run.js';

describe('start', () => {
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
