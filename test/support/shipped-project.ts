// Once for all test files: a copy of the project in which src/config.ts and s.yaml are the shipped ones, whatever the user
// has made of theirs; and no deploy variable from the shell of whoever runs the tests.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { deployVariables } from '../../src/deploy/deploy-variables.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the copy. */
    shippedProject: string;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const shipped = (name: string): string => join(root, 'test/support/shipped', name);

/** Called by Vitest; gives back what removes the copy. */
export default function setup(project: TestProject): () => void {
  const variables = deployVariables(readFileSync(shipped('s.yaml'), 'utf8')).map(({ name }) => name);
  for (const name of [...variables, 'CONFIG_URI', 'OSS_ENDPOINT']) delete process.env[name];
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-project-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  fill(folder);
  // In watch mode, with what was edited meanwhile.
  project.onTestsRerun(async () => fill(folder));
  project.provide('shippedProject', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

function fill(folder: string): void {
  for (const path of ['src', 'events', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  cpSync(shipped('s.yaml'), join(folder, 's.yaml'));
  const rules = readFileSync(shipped('rules.json'), 'utf8').trim();
  const config = `// As shipped.\nimport { defineConfig } from './rules/schema.js';\n\nexport default defineConfig(${rules});\n`;
  writeFileSync(join(folder, 'src/config.ts'), config);
}
