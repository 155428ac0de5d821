// `npm run build`: refuses a wrong configuration, then writes what is deployed, dist/index.js and dist/package.json.
import { fileURLToPath } from 'node:url';
import config from '../config.js';
import { type Bundle, bundle } from '../deploy/bundle.js';
import { ConfigError } from '../rules/config-error.js';
import { loadConfig } from '../rules/load.js';
import type { Config } from '../rules/rule.js';
import { lintStyle } from '../style/lint.js';
import { userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { type Command, runAsProcess } from './support/command.js';

const entry = fileURLToPath(new URL('../index.ts', import.meta.url));
const dist = fileURLToPath(new URL('../../dist', import.meta.url));

/**
 * Checks src/config.ts and bundles the function, the same bytes each time.
 * @throws {UserError} when the configuration is wrong, could make the function start itself, or asks OSS for what it refuses
 */
export async function buildFunction(outdir = dist): Promise<Bundle & { readonly outdir: string }> {
  const mistakes = styleMistakes(checked());
  if (mistakes.length > 0)
    throw new UserError(`src/config.ts: OSS would refuse these styles:\n  ${mistakes.join('\n  ')}`);
  return { ...(await bundle({ entry, outdir })), outdir };
}

function checked(): Config {
  try {
    return loadConfig(config, process.env);
  } catch (error) {
    if (error instanceof ConfigError) throw new UserError(`src/config.ts: ${error.message}`, 1, { cause: error });
    throw error;
  }
}

/** What OSS would refuse on every upload; what is merely unwise is not for the build to say. */
export function styleMistakes({ rules }: Config): string[] {
  return rules.flatMap(({ outputs, when }, rule) =>
    outputs.flatMap(({ style, key }, output) =>
      lintStyle(style, { sourceSuffixes: when.suffixes, targetKey: key.text })
        .filter(({ severity }) => severity === 'error')
        .map(({ message, start, fix }) => {
          const mend = fix === undefined ? '' : `; ${fix}`;
          return `rules[${rule}].outputs[${output}].style, at character ${start + 1}: ${message}${mend}`;
        }),
    ),
  );
}

const options = {
  out: { value: 'DIR', help: 'the folder to write to (default dist)' },
  json: { help: 'the result as JSON' },
} as const;

export const command: Command<typeof options> = {
  name: 'build',
  summary: 'Builds the function: dist/index.js and dist/package.json, the same bytes each time.',
  options,
  async run({ flags }) {
    const { bytes, outdir } = await buildFunction(flags.out === undefined ? undefined : userPath(flags.out));
    const line = flags.json ? JSON.stringify({ outdir, bytes }) : `${outdir}/index.js  ${(bytes / 1000).toFixed(1)} KB`;
    process.stdout.write(`${line}\n`);
    return 0;
  },
};

await runAsProcess(command, import.meta.url);
