// The rules and the s.yaml that the project comes with, frozen: whoever writes their own into src/config.ts and s.yaml
// keeps the tests that need known ones.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { Bundle } from '../../src/deploy/bundle.js';
import type { ConfigInput } from '../../src/rules/schema.js';

/** The rules as `--config` takes them. */
export const shippedRulesFile = fileURLToPath(new URL('./shipped/rules.json', import.meta.url));

/** s.yaml as `--file` takes it. */
export const shippedYaml = fileURLToPath(new URL('./shipped/s.yaml', import.meta.url));

/** What src/config.ts gives where it is as shipped. */
export const shippedConfig = JSON.parse(readFileSync(shippedRulesFile, 'utf8')) as ConfigInput;

/** The folder of a project with these two: see shipped-project.ts. */
export const shippedProject = (): string => inject('shippedProject');

/** The function of that project, bundled as it would be deployed, once for all tests. */
export const shippedFunction = (): Bundle & { readonly codeDir: string } => inject('shippedFunction');
