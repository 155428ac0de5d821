// What invoke.test.ts leaves out: rules of one's own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/run.js';

describe('invoke', () => {
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
