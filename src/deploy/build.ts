// Builds what is deployed, from a configuration that is right: dist/index.js, dist/sweep.js and dist/relay.js, which it
// loads when they are needed, and dist/package.json.
import { fileURLToPath } from 'node:url';
import type { Config } from '../rules/rule.js';
import { lintStyle } from '../style/lint.js';
import { UserError } from '../terminal/user-error.js';
import { type Bundle, bundle } from './bundle.js';
import { readConfig } from './configuration.js';

const entry = fileURLToPath(new URL('../index.ts', import.meta.url));
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/**
 * Checks src/config.ts and bundles the function, the same bytes each time.
 * @throws {UserError} when the configuration is wrong, could make the function start itself, or has a style that OSS
 * refuses; and when the folder cannot be created
 */
export async function buildFunction(outdir = dist): Promise<Bundle & { readonly outdir: string }> {
  const mistakes = styleMistakes(readConfig().config);
  if (mistakes.length > 0) {
    throw new UserError(`src/config.ts: OSS would refuse these styles:\n  ${mistakes.join('\n  ')}`);
  }
  return { ...(await bundle({ entry, outdir })), outdir };
}

/**
 * The styles that OSS would refuse on every upload. What is only unwise does not stop a build: the check reports it.
 */
export function styleMistakes({ rules }: Config): string[] {
  return rules.flatMap(({ outputs, when }, rule) =>
    outputs.flatMap(({ style, key }, output) =>
      lintStyle(style, { sourceSuffixes: when.suffixes, targetKey: key.text })
        .filter(({ severity }) => severity === 'error')
        .map(({ message, start, fix }) => {
          const advice = fix === undefined ? '' : `; ${fix}`;
          return `rules[${rule}].outputs[${output}].style, at character ${start + 1}: ${message}${advice}`;
        }),
    ),
  );
}
