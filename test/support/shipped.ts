// The rules and the s.yaml that the project comes with, frozen: whoever writes their own into src/config.ts and s.yaml
// keeps the tests that need known ones.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '../../src/rules/schema.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The rules as `--config` takes them. */
export const shippedRulesFile = fileURLToPath(new URL('./shipped/rules.json', import.meta.url));

/** s.yaml as `--file` takes it. */
export const shippedYaml = fileURLToPath(new URL('./shipped/s.yaml', import.meta.url));

const rules = readFileSync(shippedRulesFile, 'utf8');

/** What src/config.ts gives where it is as shipped. */
export const shippedConfig = JSON.parse(rules) as ConfigInput;

/** A copy of the project with these rules and this s.yaml, in a folder of its own. */
export function copyProject(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'autostyle-project-'));
  for (const path of ['src', 'events', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  cpSync(shippedYaml, join(folder, 's.yaml'));
  const config = `import { defineConfig } from './rules/schema.js';\n\nexport default defineConfig(${rules.trim()});\n`;
  writeFileSync(join(folder, 'src/config.ts'), config);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
