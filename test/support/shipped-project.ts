// Runs once for all test files. Makes a copy of the project in which src/config.ts and s.yaml are the shipped ones,
// whatever the user has made of theirs, and bundles the function of that copy. Removes the deploy variables of the
// user's shell.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { type Bundle, bundle } from '../../src/deploy/bundle.js';
import { deployVariables } from '../../src/deploy/deploy-variables.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the copy. */
    shippedProject: string;
    /** The function of the copy, bundled once. */
    shippedFunction: Bundle & { readonly codeDir: string };
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const shipped = (name: string): string => join(root, 'test/support/shipped', name);

/** Called by Vitest; the function that it returns removes what was made. */
export default async function setup(project: TestProject): Promise<() => void> {
  const variables = deployVariables(readFileSync(shipped('s.yaml'), 'utf8')).map(({ name }) => name);
  for (const name of [...variables, 'CONFIG_URI', 'OSS_ENDPOINT']) delete process.env[name];
  const place = mkdtempSync(join(tmpdir(), 'autostyle-tests-'));
  const [folder, codeDir] = [join(place, 'project'), join(place, 'function')];
  const make = async (): Promise<Bundle> => {
    fill(folder);
    return bundle({ entry: join(folder, 'src/index.ts'), outdir: codeDir });
  };
  mkdirSync(folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  project.provide('shippedProject', folder);
  project.provide('shippedFunction', { codeDir, ...(await make()) });
  // In watch mode, with what was edited meanwhile.
  project.onTestsRerun(async () => void (await make()));
  return () => rmSync(place, { recursive: true, force: true });
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
