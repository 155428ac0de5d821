import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../../src/cli/operations.js';
import { operationRows, reference } from '../../src/style/reference.js';
import { runCommand, runHere } from '../support/run.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'operations-'));
});
afterAll(() => rm(dir, { recursive: true }));

it('prints the table', async () => {
  expect(await runHere(command, [])).toEqual({ code: 0, out: `${reference()}\n`, error: '' });
});

it('writes it between the markers, and prints the catalogue as JSON', async () => {
  const file = join(dir, 'README.md');
  await writeFile(file, 'before\n<!-- operations -->\nold\n<!-- /operations -->\nafter\n');
  const { code, out } = await runHere(command, ['--write', file, '--json']);
  expect({ code, rows: JSON.parse(out) }).toEqual({ code: 0, rows: operationRows() });
  expect(await readFile(file, 'utf8')).toBe(
    `before\n<!-- operations -->\n${reference()}\n<!-- /operations -->\nafter\n`,
  );
});

it('leaves the builder’s limits alone when they are the catalogue’s', async () => {
  const file = new URL('../../src/style/limits.ts', import.meta.url);
  const before = await readFile(file, 'utf8');
  expect(await runCommand('operations', ['--limits'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/limits\.ts: up to date\n$/),
  });
  expect(await readFile(file, 'utf8')).toBe(before);
});

it('tells a missing file and missing markers in one line', async () => {
  const missing = join(dir, 'none.md');
  expect(await runHere(command, ['--write', missing])).toEqual({
    code: 2,
    out: '',
    error: `operations: ${missing} cannot be read: there is no such file\n`,
  });
  const bare = join(dir, 'bare.md');
  await writeFile(bare, '# Title\n');
  expect(await runHere(command, ['--write', bare])).toEqual({
    code: 1,
    out: '',
    error: `operations: ${bare}: not one <!-- operations --> followed by one <!-- /operations -->\n`,
  });
});
