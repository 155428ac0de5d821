import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { styleMistakes } from '../../src/cli/build.js';
import { loadConfig } from '../../src/rules/load.js';
import { runCommand } from '../support/run.js';

function configOf(...styles: string[]) {
  const outputs = styles.map((style, index) => ({ style, to: { bucket: 'out', key: `${index}/{key}` } }));
  return loadConfig({ journal: 'throw', rules: [{ name: 'r', when: { bucket: 'photos' }, outputs }] }, {});
}

describe('build', () => {
  it('writes the function and says how large it is', async () => {
    const out = mkdtempSync(join(tmpdir(), 'autostyle build '));
    try {
      const run = await runCommand('build', ['--out', out, '--json']);
      expect(run).toMatchObject({ code: 0, error: '' });
      const { bytes } = JSON.parse(run.out) as { bytes: number };
      expect(readdirSync(out).sort()).toEqual(['index.js', 'package.json']);
      expect(readFileSync(join(out, 'index.js')).length).toBe(bytes);
      expect(bytes).toBeLessThan(300_000);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('refuses a configuration that would start itself, with no stack', async () => {
    const { code, error } = await runCommand('build', [], { TARGET_BUCKET: 'photos' });
    expect(code).toBe(1);
    expect(error).toMatch(/^build: src\/config\.ts: the configuration has .* mistakes?:\n/);
    expect(error).toContain('rule "gallery"');
    expect(error).not.toMatch(/\n\s+at /);
  });
});

describe('styleMistakes', () => {
  it('finds what OSS would refuse, with its place, and nothing in good styles', () => {
    expect(styleMistakes(configOf('image/auto-orient,1/resize,m_fill,w_128,h_128/format,webp', 'style/mine'))).toEqual(
      [],
    );
    const mistakes = styleMistakes(
      configOf('image/resize,w_0', 'image/resize,w_100', 'image/slim,1', 'image/snapshot,t_1'),
    );
    expect(mistakes).toHaveLength(3);
    expect(mistakes[0]).toMatch(/^rules\[0\]\.outputs\[0\]\.style, at character \d+: /);
    expect(mistakes.map((mistake) => mistake.slice(0, 19))).toEqual([
      'rules[0].outputs[0]',
      'rules[0].outputs[2]',
      'rules[0].outputs[3]',
    ]);
  });
});
