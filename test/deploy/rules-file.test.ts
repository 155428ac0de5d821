import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plainRules, readRules } from '../../src/deploy/rules-file.js';
import { loadConfig } from '../../src/rules/load.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (content: string | Buffer, name = 'rules.json'): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const commented = '\uFEFF{\n  // why\n  "journal": "throw", /* "x" */\n  "rules": [],\n}\n';

describe('readRules', () => {
  it.each([
    '\uFEFF{"rules":[]}',
    '{"rules":[]}',
    '{"rules":[], // none\n}',
    '/* none */ {"rules":[,]}'.replace(',]', ']'),
  ])('takes a byte order mark, comments and a comma too many for no mistake: %j', (content) => {
    expect(readRules(file(content))).toEqual({ rules: [] });
  });

  it.each([
    '\uFEFF',
    '\uFEFF\uFEFF{}',
    '{"rules":[\uFEFF]}',
    '{"rules":[]} {}',
    '# yaml',
    Buffer.from('{}', 'utf16le'),
  ])('refuses %j', (content) => {
    expect(() => readRules(file(content))).toThrow(/rules\.json is not JSON: [a-z ,"}\]:]+ at line 1, column \d+$/);
  });

  it('says where a mistake is', () => {
    expect(() => readRules(file('{ // one\n  "a": ,\n}'))).toThrow(/not JSON: a value is missing at line 2, column 8$/);
  });

  it('says why a file cannot be read', () => {
    expect(() => readRules(join(folder, 'nowhere.json'))).toThrow(/cannot be read: there is no such file/);
    expect(() => readRules(folder)).toThrow(/cannot be read: it is a directory/);
  });
});

describe('plainRules', () => {
  it('gives plain JSON as it is, and of other files what the function can read', async () => {
    const plain = '{ "journal" : "throw","rules":[]}';
    expect(String(await plainRules(file(plain)))).toBe(plain);
    expect(JSON.parse(String(await plainRules(file(commented))))).toEqual({ journal: 'throw', rules: [] });
  });

  it('gives a module as JSON, its variables as markers and the styles of its builder as text', async () => {
    const source = new URL('../../src', import.meta.url).pathname;
    const path = file(
      `import { defineConfig, env } from '${source}/rules/schema.js';
       import { image } from '${source}/style/builder.js';
       export default defineConfig({ journal: 'throw', rules: [{
         name: 'a', when: { bucket: env('BUCKET', 'photos'), prefix: 'in/' },
         outputs: [{ style: image().resize({ w: 10 }), to: { bucket: 'out', key: '{key}' } }],
       }] });`,
      'config.ts',
    );
    const rules = JSON.parse(String(await plainRules(path)));
    expect(rules).toEqual({
      journal: 'throw',
      rules: [
        {
          name: 'a',
          when: { bucket: { env: 'BUCKET', default: 'photos' }, prefix: 'in/' },
          outputs: [{ style: 'image/resize,w_10', to: { bucket: 'out', key: '{key}' } }],
        },
      ],
    });
    expect(loadConfig(rules, {}).rules[0]?.when.buckets).toEqual(['photos']);
  });

  it('says what is wrong with a module', async () => {
    await expect(plainRules(file('export const x = 1;', 'other.ts'))).rejects.toThrow(
      /other\.ts exports no configuration/,
    );
    await expect(plainRules(file('throw new Error("no");', 'throws.ts'))).rejects.toThrow(
      /throws\.ts cannot be run: no/,
    );
    await expect(plainRules(join(folder, 'nowhere.ts'))).rejects.toThrow(/nowhere\.ts cannot be read: there is no/);
  });
});
