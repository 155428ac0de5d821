// Every test file runs in exactly one of the projects `quick`, `browser` and `slow` of vitest.config.ts: none is
// forgotten, and none runs twice. Those of the built function also run in `fc`.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

it('every test file is in exactly one project, and its name says which', async () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const list = [vitest, 'list', '--filesOnly', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, list, { cwd: root });
  const all = JSON.parse(stdout) as { file: string; projectName: string }[];
  const listed = all
    .filter(({ projectName }) => projectName !== 'fc')
    .map(({ file, projectName }) => `${projectName} ${file}`)
    .sort();
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.ts$/.test(name))
    .map((name) => `${/\.(slow|browser)\.test\.ts$/.exec(name)?.[1] ?? 'quick'} ${join(root, 'test', name)}`)
    .sort();
  expect(files.length).toBeGreaterThan(100);
  expect(listed).toEqual(files);
  const again = all.filter(({ projectName }) => projectName === 'fc').map(({ file }) => relative(root, file));
  expect(again.sort()).toEqual([
    'test/budget/budget.test.ts',
    'test/deploy/bundle.test.ts',
    'test/deploy/v8-settings.test.ts',
    'test/index.test.ts',
    'test/local/relay.test.ts',
    'test/secrets.test.ts',
  ]);
});
