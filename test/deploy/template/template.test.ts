import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeTemplate } from '../../../src/deploy/template/template.js';

it.each([
  ['of something else', { 'notes.txt': 'mine' }],
  ['of another template', { 'publish.yaml': 'Name: start-something\n' }],
])('is not written into a folder %s', async (_, files: Record<string, string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'template-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  await expect(writeTemplate(folder)).rejects.toThrow(/is not empty, and holds no template of this project/);
  expect(readdirSync(folder)).toEqual(Object.keys(files));
});
