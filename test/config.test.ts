// The project's own src/config.ts and s.yaml, whatever the user has made of them: what holds for any right ones.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { command } from '../src/cli/build.js';
import { readProject } from '../src/deploy/project.js';
import { defaultsIn } from '../src/rules/markers.js';
import { ownConfig, ownVariables } from './support/own-rules.js';
import { runHere } from './support/run.js';

it('s.yaml says what Function Compute takes, and with its variables src/config.ts builds', async () => {
  const { resource, mistakes } = await readProject({
    env: { ...process.env, ...ownVariables },
    defaults: { ...defaultsIn(ownConfig), ...ownVariables },
  });
  expect(mistakes).toEqual([]);
  const out = mkdtempSync(join(tmpdir(), 'autostyle-own-'));
  onTestFinished(() => {
    rmSync(out, { recursive: true });
    vi.unstubAllEnvs();
  });
  for (const [name, value] of Object.entries({ ...ownVariables, ...resource?.environmentVariables })) {
    vi.stubEnv(name, value);
  }
  // Refuses what does not load, could start itself, or asks OSS for what it refuses.
  const built = await runHere(command, ['--out', out]);
  expect(built).toMatchObject({ code: 0, error: '' });
  expect(existsSync(join(out, 'index.js'))).toBe(true);
});
