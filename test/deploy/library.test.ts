import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../src/deploy/library.js';
import { derivatives } from '../../src/derivatives/derivatives.js';
import { loadConfig } from '../../src/rules/load.js';
import { expectSameTargets } from '../derivatives/beside-function.js';
import { makeOtherProject, type OtherProject, rules } from './other-project.js';

const run = promisify(execFile);

/** Bytes of each file: a page loads it before its pictures. */
const budget = 6_000;

let other: OtherProject;
beforeAll(async () => {
  other = await makeOtherProject();
});
afterAll(() => other.remove());

const code = (name: string) => readFileSync(join(other.lib, name));

const source = 'oss://photos/湖/a b.jpg';
const url = 'https://cdn.example.com/%E6%B9%96/a%20b.webp';
const asks = `derivatives(rules, '${source}', { baseUrl: 'https://cdn.example.com' }).derivatives[0]?.url`;

describe('lib/', () => {
  it('has a module and its types for each module system, the same bytes each time', async () => {
    const names = ['derivatives.cjs', 'derivatives.d.cts', 'derivatives.d.mts', 'derivatives.mjs', 'rules.json'];
    expect(readdirSync(other.lib).sort()).toEqual(names);
    expect(other.built.files.map(({ name, bytes }) => [name, bytes])).toEqual(
      expect.arrayContaining(names.map((name) => [name, code(name).length])),
    );
    const again = join(other.folder, 'again');
    await buildLibrary(again, loadConfig({ journal: 'throw', ...rules }, {}));
    for (const name of names) expect(readFileSync(join(again, name)).equals(code(name))).toBe(true);
  });

  it('has the rules for a page, with every text resolved', async () => {
    const { rules: own } = JSON.parse(code('rules.json').toString()) as { rules: readonly object[] };
    const asked = [source, 'oss://photos/湖/raw/a.jpg', 'oss://photos/a.txt', 'oss://others/a.jpg'];
    const answers = (config: { readonly rules: readonly object[] }, env: Record<string, string>) =>
      asked.map((one) => derivatives(config, one, { size: 1_000, env }));
    expect(answers({ rules: own }, { SOURCE_BUCKET: 'others' })).toEqual(answers(rules, {}));
    expect(answers({ rules: own }, {})[0]?.derivatives).toHaveLength(1);
  });

  it.each(['derivatives.mjs', 'derivatives.cjs'])('%s is small', (name) => {
    expect(code(name).length).toBeLessThanOrEqual(budget);
  });

  it('matches and fills in templates by the function’s own files, and needs nothing of Node.js', () => {
    expect(other.built.files[0]?.inputs).toEqual([
      'src/derivatives/derivatives.ts',
      'src/derivatives/read-rules.ts',
      'src/derivatives/refuse.ts',
      'src/derivatives/style-result.ts',
      'src/derivatives/url.ts',
      'src/oss/object-name.ts',
      'src/pipeline/target.ts',
      'src/rules/conditions.ts',
      'src/rules/oss-limits.ts',
      'src/rules/target-pattern.ts',
      'src/rules/template.ts',
    ]);
    // What every browser and worker has, and not one name more.
    const exports = {} as { derivatives: (...given: unknown[]) => { src?: string } };
    vm.runInNewContext(code('derivatives.cjs').toString(), { exports, URL, TextEncoder });
    expect(exports.derivatives(rules, source, { baseUrl: 'https://cdn.example.com' }).src).toBe(url);
  });

  it('says what the function does, as its sources do', async () => {
    const built: { derivatives: typeof derivatives } = await import(
      pathToFileURL(join(other.lib, 'derivatives.mjs')).href
    );
    expectSameTargets(300, built.derivatives);
  });
});

describe('in another project', () => {
  const node = async (file: string, env = {}) =>
    (await run(process.execPath, [file], { cwd: other.folder, env: { ...process.env, ...env } })).stdout.trim();

  it('is imported', async () => {
    other.write(
      'a.mjs',
      `import { derivatives } from 'oss-autostyle/derivatives';\nimport { readFileSync } from 'node:fs';\nconst rules = JSON.parse(readFileSync('rules.json', 'utf8'));\nconsole.log(${asks});`,
    );
    expect(await node('a.mjs')).toBe(url);
    expect(await node('a.mjs', { SOURCE_BUCKET: 'others' })).toBe('undefined');
  });

  it('is required', async () => {
    other.write(
      'a.cjs',
      `const { derivatives } = require('oss-autostyle/derivatives');\nconst rules = require('./rules.json');\nconsole.log(${asks});`,
    );
    expect(await node('a.cjs')).toBe(url);
  });

  it('is imported from a copy of two files', async () => {
    other.write(
      'copy.mjs',
      `import { derivatives, pictureOf } from './derivatives.mjs';\nconst rules = ${JSON.stringify(rules)};\nconsole.log(${asks}, pictureOf([]).sources.length);`,
    );
    expect(await node('copy.mjs')).toBe(`${url} 0`);
  });

  it('is bundled for browsers without a warning', async () => {
    other.write(
      'page.js',
      `import { derivatives } from 'oss-autostyle/derivatives';\nimport rules from './rules.json';\nconsole.log(${asks});`,
    );
    const bundle = await build({
      entryPoints: [join(other.folder, 'page.js')],
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      logLevel: 'silent',
    });
    expect(bundle.warnings).toEqual([]);
    const said: unknown[] = [];
    vm.runInNewContext(bundle.outputFiles[0]?.text ?? '', {
      console: { log: (text: unknown) => said.push(text) },
      URL,
      TextEncoder,
    });
    expect(said).toEqual([url]);
  });
});
