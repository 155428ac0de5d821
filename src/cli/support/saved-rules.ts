// The rules of a file as it is saved now, made ready for a function that runs: each time in files of their own, so that
// instances that were started before keep what they began with, whatever becomes of the file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildFunction } from '../../deploy/build.js';
import { loadAdvised, type ReadRunnableConfig, runnableConfig, variablesIn } from '../../deploy/configuration.js';
import { type FreshConfig, freshConfig } from '../../deploy/fresh-config.js';
import { userConfigFile, whyNotRun } from '../../deploy/user-config.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { readBytes, userPath } from '../../terminal/file.js';
import { UserError } from '../../terminal/user-error.js';

/** Rules, and what a function needs to run them. */
export interface ReadyRules {
  readonly config: Config;
  /** As they were written. */
  readonly input: unknown;
  /** The text that they were read from, where it is JSON. */
  readonly text?: string | undefined;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** A function that was built for them; undefined: any will do. */
  readonly codeDir?: string | undefined;
  /** The files that they come from. */
  readonly files: readonly string[];
}

/** A temporary folder for whatever the function is given; it lasts as long as this process. */
export interface Workplace {
  /** A path in it that nothing has yet. */
  path(name: string): string;
  /** Writes rules as the function reads them; gives their address for CONFIG_URI. */
  write(input: unknown): string;
  /** Removes a path or an address, if it is one of these. */
  remove(made: string): void;
}

export function makeWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'oss-autostyle-studio-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  const path = (name: string) => join(folder, `${++count}-${name}`);
  return {
    path,
    write(input) {
      const file = path('rules.json');
      writeFileSync(file, `${JSON.stringify(input)}\n`);
      return pathToFileURL(file).href;
    },
    remove(made) {
      const file = made.startsWith('file:') ? fileURLToPath(made) : made;
      if (dirname(file) === folder) rmSync(file, { recursive: true, force: true });
    },
  };
}

/** What a command has read at its start, made ready. */
export async function firstRules(read: ReadRunnableConfig, codeDir: string, workplace: Workplace): Promise<ReadyRules> {
  const ready = { ...ofRunnable(read, workplace), codeDir };
  return read.file === undefined ? { ...ready, files: (await freshUserConfig()).files } : ready;
}

/**
 * Reads the rules anew.
 * @param file JSON; undefined: src/config.ts, for which the function is built again
 * @throws {UserError} when they are wrong
 */
export async function savedRules(
  file: string | undefined,
  environment: Environment,
  workplace: Workplace,
): Promise<ReadyRules> {
  if (file !== undefined) return ofRunnable(runnableConfig(file, environment), workplace);
  const { input, files } = await freshUserConfig();
  const config = loadAdvised(input, environment);
  const { outdir } = await buildFunction(workplace.path('function'), config);
  const uri = environment['CONFIG_URI'];
  const environmentVariables = { ...variablesIn(input, environment), ...(uri && { CONFIG_URI: uri }) };
  return { config, input, environmentVariables, codeDir: outdir, files };
}

function ofRunnable(
  { config, input, file, environmentVariables }: ReadRunnableConfig,
  workplace: Workplace,
): ReadyRules {
  if (file === undefined) return { config, input, environmentVariables, files: [] };
  return {
    config,
    input,
    text: readBytes(file)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
    environmentVariables: { ...environmentVariables, CONFIG_URI: workplace.write(input) },
    files: [userPath(file)],
  };
}

async function freshUserConfig(): Promise<FreshConfig> {
  try {
    return await freshConfig(userConfigFile);
  } catch (cause) {
    throw new UserError(whyNotRun(cause, readFileSync(userConfigFile, 'utf8')), 1, { cause });
  }
}
