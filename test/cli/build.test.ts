import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../support/run.js';
import { shippedProject } from '../support/shipped.js';

type BuiltFiles = { name: string; bytes: number }[];

describe('build', () => {
  it('writes the function and the library, and says how large they are', async () => {
    const out = mkdtempSync(join(tmpdir(), 'autostyle build '));
    try {
      const run = await runCommand('build', ['--out', out, '--json']);
      expect(run).toMatchObject({ code: 0, error: '' });
      const { files, library } = JSON.parse(run.out) as Record<'files', BuiltFiles> & {
        library: { outdir: string; files: BuiltFiles };
      };
      expect(readdirSync(out).sort()).toEqual(['index.js', 'package.json', 'relay.js', 'sweep.js']);
      expect(files.map(({ name }) => name)).toEqual(['index.js', 'relay.js', 'sweep.js']);
      for (const { name, bytes } of files) expect(readFileSync(join(out, name)).length).toBe(bytes);
      expect(library.outdir).toBe(join(realpathSync(shippedProject()), 'lib'));
      for (const { name, bytes } of library.files) expect(readFileSync(join(library.outdir, name)).length).toBe(bytes);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('refuses a configuration that would start itself, with no stack', async () => {
    const { code, error } = await runCommand('build', [], { TARGET_BUCKET: 'photos' });
    expect(code).toBe(1);
    expect(error).toMatch(/^build: src\/config\.ts: the configuration has .* mistakes?:\n/);
    expect(error).toContain('rule "gallery"');
    expect(error).toMatch(/\. As it is, oss:\/\/photos\/\S+ would be saved as oss:\/\/photos\/\S+\n/);
    expect(error).not.toMatch(/\n\s+at /);
  });
});
