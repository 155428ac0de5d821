// The configuration that a command works with: src/config.ts, or a JSON file in its place.
import { pathToFileURL } from 'node:url';
import userConfig from '../config.js';
import { adviceText } from '../rules/advice.js';
import { ConfigError } from '../rules/config-error.js';
import { loadConfig } from '../rules/load.js';
import { markersIn } from '../rules/markers.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { readJson, userPath } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';

/** A configuration, and what it was read from. */
export interface ReadConfig {
  readonly config: Config;
  /** As it was written: with markers where texts come from the environment. */
  readonly input: unknown;
  /**
   * What the function needs to load the same one: the environment's values of the variables that it names.
   */
  readonly environmentVariables: Record<string, string>;
}

/**
 * Reads the configuration.
 * @param environment where it takes its variables from
 * @throws {UserError} (1) when it is wrong, with every mistake; (2) when the file cannot be read
 */
export function readConfig(configFile?: string, environment: Environment = process.env): ReadConfig {
  const input = configFile === undefined ? userConfig : readJson(configFile);
  const uri = configFile === undefined ? {} : { CONFIG_URI: pathToFileURL(userPath(configFile)).href };
  try {
    const config = loadConfig(input, environment);
    return { config, input, environmentVariables: { ...variablesIn(input, environment), ...uri } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(`${configFile ?? 'src/config.ts'}: ${adviceText(error, input)}`, 1, { cause: error });
  }
}

function variablesIn(input: unknown, environment: Environment): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of markersIn(input).keys()) {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}
