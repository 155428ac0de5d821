// Builds what is deployed, from a configuration that is right: dist/index.js, dist/sweep.js and dist/relay.js, which it
// loads when they are needed, and dist/package.json.
import { fileURLToPath } from 'node:url';
import { type Config, outputsOf } from '../rules/rule.js';
import type { LintFinding } from '../style/lint/finding.js';
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
 * @param config what src/config.ts holds now
 */
export async function buildFunction(
  outdir = dist,
  config = readConfig().config,
): Promise<Bundle & { readonly outdir: string }> {
  const mistakes = styleMistakes(config);
  if (mistakes.length > 0) {
    throw new UserError(`src/config.ts: OSS would refuse these styles:\n  ${mistakes.join('\n  ')}`);
  }
  return { ...(await bundle({ entry, outdir })), outdir };
}

/**
 * The styles that OSS would refuse on every upload. What is only unwise does not stop a build: the check reports it.
 */
export function styleMistakes(config: Config): string[] {
  return refusedStyles(config).map(({ path, lint: { message, start, fix } }) => {
    const advice = fix === undefined ? '' : `; ${fix}`;
    return `${path}, at character ${start + 1}: ${message}${advice}`;
  });
}

/** The same with their places: `rules[0].outputs[1].style`, and in lint the characters of the style. */
export function refusedStyles(config: Config): { readonly path: string; readonly lint: LintFinding }[] {
  return outputsOf(config).flatMap(({ rule, output: { style, key }, path }) =>
    lintStyle(style, { sourceSuffixes: rule.when.suffixes, targetKey: key.text })
      .filter(({ severity }) => severity === 'error')
      .map((lint) => ({ path: `${path}.style`, lint })),
  );
}
