// The types of lib/ in another project, as each way of resolving modules finds them.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeOtherProject, type OtherProject, root } from './other-project.js';

const tsc = join(root, 'node_modules/typescript/bin/tsc');

let other: OtherProject;
beforeAll(async () => {
  other = await makeOtherProject();
});
afterAll(() => other.remove());

const typed = (from: string) => `
      import { type Derivatives, derivatives, pictureOf } from '${from}';
      import { defineConfig, env } from '${join(root, 'src/rules/schema.js')}';
      import json from './rules.json' with { type: 'json' };
      const config = defineConfig({ journal: 'throw', rules: [{ name: 'r', when: { bucket: env('B') }, outputs: [] }] });
      const answer: Derivatives = derivatives(config, 'oss://photos/a.jpg', { baseUrl: 'https://cdn.example.com', size: 5 });
      const same: Derivatives = derivatives(json, 'oss://photos/a.jpg');
      const urls: (string | undefined)[] = answer.derivatives.map(({ url }) => url);
      const { src, sources }: { src?: string | undefined; sources: readonly { srcset: string }[] } = pictureOf(same.derivatives);
      // @ts-expect-error a source is a text
      derivatives(config, 5);
      // @ts-expect-error no such option
      derivatives(config, 'oss://photos/a.jpg', { baseURL: '' });
      // @ts-expect-error no configuration
      derivatives({ journal: 'throw' }, 'oss://photos/a.jpg');
      export { src, sources, urls };
    `;
const check = (file: string, ...flags: string[]) => {
  const usual = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--resolveJsonModule',
    '--target',
    'es2022',
    '--types',
    '',
  ];
  try {
    return execFileSync(process.execPath, [tsc, ...usual, ...flags, file], { cwd: other.folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
};

it.each([
  ['nodenext', 'a.mts', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
  ['bundler', 'a.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
])('has its types under %s, also from a copy', (_, file, flags) => {
  for (const from of ['oss-autostyle/derivatives', './derivatives.mjs']) {
    other.write(file, typed(from));
    expect(check(file, ...flags)).toBe('');
  }
});

it('has its types for a CommonJS file', () => {
  other.write(
    'b.cts',
    `import library = require('oss-autostyle/derivatives');\nconst src: string | undefined = library.derivatives({ rules: [] }, 'oss://photos/a.jpg').src;\nexport = src;`,
  );
  expect(check('b.cts', '--module', 'nodenext', '--moduleResolution', 'nodenext')).toBe('');
});
