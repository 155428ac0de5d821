import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v8Settings } from '../../src/deploy/v8-settings.js';
import { nodeOfFunction } from '../support/function.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'v8-settings-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function ran(version: string | undefined, code: string): Promise<{ stdout: string; stderr: string }> {
  const file = join(dir, 'index.cjs');
  const versions = `Object.defineProperty(process.versions, 'v8', { value: ${JSON.stringify(version)} })`;
  await writeFile(join(dir, 'version.cjs'), version === undefined ? '' : versions);
  await writeFile(file, `${v8Settings}\n${code}`);
  return promisify(execFile)(nodeOfFunction(), ['--require', join(dir, 'version.cjs'), file]);
}

// What V8 does not know it says on stderr.
it('are known to the V8 of Node 20', async () => {
  expect(await ran(undefined, '')).toEqual({ stdout: '', stderr: '' });
});

const young =
  'console.log(require("node:v8").getHeapSpaceStatistics().find((s) => s.space_name === "new_space").space_size)';
const churn = 'let kept = []; for (let i = 0; i < 3e6; i += 1) { kept.push({ i }); if (i % 1e5 === 0) kept = []; }';

it('keep the young generation as small as it is at the start, on that V8 alone', async () => {
  const sizeOn = async (version?: string) => Number((await ran(version, `${churn} ${young}`)).stdout);
  const [small, grown] = [await sizeOn(), await sizeOn('12.4.254.21-node.33')];
  expect(small).toBeLessThan(4e6);
  expect(grown).toBeGreaterThan(4 * small);
});
