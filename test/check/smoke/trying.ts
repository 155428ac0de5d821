// Trying rules of a test's own, as long as it takes: a busy machine takes longer than a deployment waits.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Smoke, smoke } from '../../../src/check/smoke/smoke.js';
import { runnableConfig } from '../../../src/deploy/configuration.js';
import { shippedFunction } from '../../support/shipped.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-smoke-'));
afterAll(() => rmSync(folder, { recursive: true }));

export const patience = 600_000;

export const trying = (file: string, timeLimit = patience): Promise<Smoke> =>
  smoke({ codeDir: shippedFunction().codeDir, ...runnableConfig(file, {}), timeLimit });

/** The file with these rules. */
export function fileOf(...rules: object[]): string {
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify({ journal: 'throw', rules }));
  return file;
}

/** A rule for what is below its name. */
export function ruleOf(name: string, when: object, ...outputs: (readonly [style: string, key: string])[]): object {
  const to = outputs.map(([style, key]) => ({ style, to: { bucket: 'photos-out', key } }));
  return { name, when: { bucket: 'photos', prefix: `${name}/`, ...when }, outputs: to };
}
