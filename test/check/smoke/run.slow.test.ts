import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { smoke } from '../../../src/check/smoke/smoke.js';
import { runnableConfig } from '../../../src/deploy/configuration.js';
import { shippedFunction } from '../../support/shipped.js';

const folder = mkdtempSync(join(tmpdir(), 'autostyle-sizes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(config: object): string {
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function ruleOf(name: string, when: object, ...outputs: (readonly [style: string, key: string])[]) {
  const to = outputs.map(([style, key]) => ({ style, to: { bucket: 'photos-out', key } }));
  return { name, when: { bucket: 'photos', prefix: `${name}/`, ...when }, outputs: to };
}

/** A busy machine takes longer than a deployment waits. */
const patience = 600_000;

const trying = (file: string, timeLimit = patience) =>
  smoke({ codeDir: shippedFunction().codeDir, ...runnableConfig(file, {}), timeLimit });

it('is no error where only uploads of another size can be processed', async () => {
  const rules = [
    ruleOf('large', {}, ['image/crop,x_5000,y_5000,w_10,h_10', 'large/{key}'], ['image/resize,w_50', 'any/{key}']),
    ruleOf('avif', { size: { min: 9_000 } }, ['image/format,avif', 'avif/{key}']),
  ];
  const { findings, saved } = await trying(fileOf({ journal: 'throw', rules }));
  expect(findings.map(({ severity, code, where }) => `${severity} ${code} ${where}`)).toEqual([
    'info smokeSize rules[0].outputs[0]',
    'info smokeSize rules[1].outputs[0]',
  ]);
  expect(findings[0]?.message).toMatch(/: a larger one is processed; .* leaves no oss:.*: BadRequest/);
  expect(findings[1]?.message).toMatch(/: a smaller one is processed; /);
  expect(saved).toBe(1);
});
