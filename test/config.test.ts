// The project's own src/config.ts and s.yaml, whatever the user has made of them: what holds for any right ones.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readProject } from '../src/deploy/project.js';
import { defaultsIn } from '../src/rules/markers.js';
import { ownConfig, ownVariables } from './support/own-rules.js';
import { runCommand } from './support/run.js';

const root = fileURLToPath(new URL('..', import.meta.url));

it('s.yaml says what Function Compute takes, and with its variables src/config.ts builds', async () => {
  const { resource, mistakes } = await readProject({
    env: { ...process.env, ...ownVariables },
    defaults: { ...defaultsIn(ownConfig), ...ownVariables },
  });
  expect(mistakes).toEqual([]);
  const out = mkdtempSync(join(tmpdir(), 'autostyle-own-'));
  onTestFinished(() => rmSync(out, { recursive: true }));
  // Refuses what does not load, could start itself, or asks OSS for what it refuses.
  const built = await runCommand('build', ['--out', out], { ...ownVariables, ...resource?.environmentVariables }, root);
  expect(built).toMatchObject({ code: 0, error: '' });
  expect(existsSync(join(out, 'index.js'))).toBe(true);
});
