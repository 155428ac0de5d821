// The size of what is deployed.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contestants } from '../contestants/contestants.js';
import { buildProject, sizeOf } from '../programs.js';
import type { Figure } from './figure.js';
import { exactly } from './measured.js';

const shippedRules = fileURLToPath(new URL('../../support/shipped/rules.json', import.meta.url));

export const bundle: Figure = {
  name: 'bundle',
  title: 'Size of the deployed file (1 KB = 1,000 bytes): the function with the rules that the project comes with',
  short: true,
  async run({ folder, programs }) {
    const config = `import { defineConfig } from './rules/schema.js';\nexport default defineConfig(${readFileSync(shippedRules, 'utf8')});\n`;
    const built = await buildProject(folder('shipped'), config);
    return [
      { of: contestants.function, values: { size: exactly(sizeOf(built) / 1000, 'KB') } },
      { of: contestants.aliOssBundled, values: { size: exactly(sizeOf(programs.modules.aliOssBundled) / 1000, 'KB') } },
    ];
  },
};
