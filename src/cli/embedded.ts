// What `start`, `invoke` and `demo` share: build the function, read the configuration that it will run with, and start the
// embedded cloud around both.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import userConfig from '../config.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../local/cloud.js';
import { type Config, ConfigError, loadConfig } from '../rules/load.js';
import { buildFunction } from './build.js';
import { UserError } from './command.js';

export interface EmbeddedOptions extends Omit<LocalCloudOptions, 'codeDir' | 'config' | 'environmentVariables'> {
  /** A configuration as JSON; src/config.ts when absent. */
  readonly configFile?: string | undefined;
}

export interface Embedded extends LocalCloud {
  readonly config: Config;
}

/**
 * Builds the function and starts the embedded cloud for it.
 * @throws {UserError} for a wrong configuration (1), an unreadable file (2), a port or data directory that cannot be had (1)
 */
export async function startEmbedded({ configFile, ...options }: EmbeddedOptions): Promise<Embedded> {
  const { outdir } = await buildFunction();
  const { config, environmentVariables } = readConfig(configFile);
  try {
    const cloud = await startLocalCloud({ ...options, codeDir: outdir, config, environmentVariables });
    return { ...cloud, config };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new UserError(`port ${options.port} is in use: choose another with --port (0: any free one)`, 1, { cause });
    }
    if (options.dataDir !== undefined && dataDirErrors.has(code ?? '')) {
      throw new UserError(`--data ${options.dataDir} cannot be used: ${message}`, 1, { cause });
    }
    throw cause;
  }
}

const dataDirErrors: ReadonlySet<string> = new Set(['EACCES', 'EEXIST', 'ENOTDIR', 'EPERM', 'EROFS']);

/** The function runs with the caller's values of the variables that the configuration names, and with no others. */
function readConfig(configFile: string | undefined): { config: Config; environmentVariables: Record<string, string> } {
  const input = configFile === undefined ? userConfig : readJson(configFile);
  const uri = configFile === undefined ? {} : { CONFIG_URI: pathToFileURL(resolve(configFile)).href };
  try {
    return { config: loadConfig(input, process.env), environmentVariables: { ...variablesIn(input), ...uri } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(`${configFile ?? 'src/config.ts'}: ${error.message}`, 1, { cause: error });
  }
}

/** @throws {UserError} (2) when the file cannot be read or is no JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${file} cannot be read: ${reasonOf(cause)}`, 2, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is not JSON: ${(cause as Error).message}`, 2, { cause });
  }
}

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'no permission';
  return message;
}

function variablesIn(input: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const name = (value as { env?: unknown }).env;
    const set = typeof name === 'string' ? process.env[name] : undefined;
    if (typeof name === 'string' && set !== undefined) found[name] = set;
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(input);
  return found;
}
