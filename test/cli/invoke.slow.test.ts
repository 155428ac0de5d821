// What invoke.test.ts leaves out: events that are run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/run.js';

describe('invoke', () => {
  it('runs an event file and prints what became of it', async () => {
    const { code, out, error } = await runCommand('invoke', ['events/put-object.json']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(
        /^saved {3}oss:\/\/photos\/avatars\/balloons\.jpg → oss:\/\/photos-out\/avatars\/balloons\.jpg\.128\.webp {2}\d/,
      ),
      expect.stringMatching(
        /^saved {3}oss:\/\/photos\/avatars\/balloons\.jpg → oss:\/\/photos-out\/square\/avatars\/balloons\.jpg {2}\d/,
      ),
      '2 saved, 0 skipped, 0 failed',
    ]);
  });

  it('takes other rules, prints the summary as JSON, and exits 1 when something failed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'autostyle-invoke-'));
    try {
      const outputs = [
        { style: 'image/resize,w_10', to: { bucket: 'elsewhere', key: '{name}' } },
        { style: 'style/none', to: { bucket: 'elsewhere', key: 'styled/{name}' } },
      ];
      const rules = [{ name: 'mine', when: { bucket: 'photos' }, outputs }];
      const file = join(folder, 'rules.json');
      writeFileSync(file, JSON.stringify({ journal: { bucket: 'a-journal', prefix: '' }, rules }));
      const { code, out } = await runCommand('invoke', ['events/put-object.json', '--config', file, '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        saved: 1,
        skipped: 0,
        failed: 1,
        results: [
          { status: 'failed', rule: 'mine', error: { kind: 'setup', code: 'NoSuchStyle', status: 404 } },
          { status: 'saved', target: 'oss://elsewhere/balloons' },
        ],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
