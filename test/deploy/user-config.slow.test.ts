import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run.js';
import { shippedProject } from '../support/shipped.js';

describe('src/config.ts that cannot be run', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'autostyle-config-'));
    for (const path of ['src', 'package.json', 'tsconfig.json', 's.yaml']) {
      cpSync(join(shippedProject(), path), join(folder, path), { recursive: true });
    }
    symlinkSync(join(shippedProject(), 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const checkWith = async (style: string, flags: readonly string[] = []) => {
    const rule = `{ name: 'r', when: { bucket: 'photos', prefix: 'in/' }, outputs: [
  { style: ${style}, to: { bucket: 'out', key: '{key}' } },
] }`;
    const text = `import { image } from './style/builder.js';\nexport default { journal: 'throw', rules: [${rule}] };\n`;
    writeFileSync(join(folder, 'src/config.ts'), text);
    return runCommand('check', flags, {}, folder);
  };

  it('is told with its line and what was meant', async () => {
    const { code, out, error } = await checkWith('image().autoOrient().resise({ w: 100 })');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error.split('\n')).toEqual([
      'check: src/config.ts:3: image(...).autoOrient(...).resise is not a function; is resize meant?',
      "    { style: image().autoOrient().resise({ w: 100 }), to: { bucket: 'out', key: '{key}' } },",
      '',
    ]);
  });

  it('and a wrong value as any other mistake', async () => {
    const { code, out } = await checkWith("image().resize({ m: 'fil', w: 100 })", ['--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).findings).toContainEqual({
      severity: 'error',
      code: 'configuration',
      file: 'src/config.ts',
      where: 'rules[0].outputs[0].style',
      message: 'resize(): m is "fil"',
      fix: 'fill',
    });
  });
});
