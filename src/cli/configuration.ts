// The configuration that a command works with: src/config.ts, or the same as JSON in a file.
import { pathToFileURL } from 'node:url';
import userConfig from '../config.js';
import { type Config, ConfigError, loadConfig } from '../rules/load.js';
import { UserError } from './command.js';
import { readJson, userPath } from './file.js';

/**
 * The configuration, and the environment that the function needs to load the same one: the caller's values of the
 * variables that it names, and no others.
 * @throws {UserError} (1) when it is wrong, with every mistake; (2) when the file cannot be read
 */
export function readConfig(configFile?: string): { config: Config; environmentVariables: Record<string, string> } {
  const input = configFile === undefined ? userConfig : readJson(configFile);
  const uri = configFile === undefined ? {} : { CONFIG_URI: pathToFileURL(userPath(configFile)).href };
  try {
    return { config: loadConfig(input, process.env), environmentVariables: { ...variablesIn(input), ...uri } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(`${configFile ?? 'src/config.ts'}: ${error.message}`, 1, { cause: error });
  }
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
