// The configuration that a command works with: src/config.ts, or a JSON file in its place. Where the function reads its
// rules in OSS, by CONFIG_URI, the file is a copy of those, and src/config.ts the envelope in which they stay.

import { fileURLToPath, pathToFileURL } from 'node:url';
import { adviceText } from '../rules/advice.js';
import { ConfigError } from '../rules/config-error.js';
import { configObjectOf } from '../rules/config-source.js';
import { type Bounds, loadConfig } from '../rules/load.js';
import { markersIn } from '../rules/markers.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { UserError } from '../terminal/user-error.js';
import { plainFile, readRules } from './rules-file.js';
import { userConfig } from './user-config.js';

/** A configuration, and what it was read from. */
export interface ReadConfig {
  readonly config: Config;
  /** As it was written: with markers where texts come from the environment. */
  readonly input: unknown;
}

/** The same, and what it was read from. */
export interface ReadRunnableConfig extends RunnableConfig, ReadConfig {
  /** The JSON file, as it was named; undefined: src/config.ts. */
  readonly file: string | undefined;
}

/** A configuration, and what a function of this machine needs to run it. */
export interface RunnableConfig {
  /** With rules in OSS: the deployed one, in which they stay. */
  readonly config: Config;
  readonly environmentVariables: Readonly<Record<string, string>>;
}

/**
 * Reads the configuration.
 * @param environment where it takes its variables from
 * @throws {UserError} (1) when it is wrong, with every mistake; (2) when the file cannot be read
 */
export function readConfig(configFile?: string, environment: Environment = process.env): ReadConfig {
  const input = configFile === undefined ? userConfig() : readRules(configFile);
  return { config: loadAdvised(input, environment, configFile), input };
}

/**
 * Loads a configuration.
 * @param configFile where it was read from; undefined: src/config.ts
 * @throws {UserError} (1) when it is wrong, with every mistake
 */
export function loadAdvised(input: unknown, environment: Environment, configFile?: string): Config {
  const bounds = boundsOf(environment, configFile !== undefined);
  try {
    return loadConfig(input, environment, bounds);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UserError(`${configFile ?? 'src/config.ts'}: ${adviceText(error, input)}`, 1, { cause: error });
  }
}

/**
 * What a function with these variables holds its rules against.
 * @param published they are not those of src/config.ts
 * @throws {UserError} (1) when src/config.ts is needed and wrong
 */
export function boundsOf(environment: Environment, published: boolean): Bounds {
  const configObject = configObjectOf(environment['CONFIG_URI'] ?? '');
  if (configObject === undefined || !published) return { configObject };
  return { configObject, envelope: readConfig(undefined, environment).config };
}

/**
 * Reads the configuration that a function is to run here: `configFile`, else what CONFIG_URI names, else src/config.ts.
 * @throws {UserError} as readConfig
 */
export function runnableConfig(configFile: string | undefined, environment: Environment): ReadRunnableConfig {
  const { CONFIG_URI: uri, ...others } = environment;
  const file = configFile ?? (uri?.startsWith('file:') ? pathOf(uri) : undefined);
  const { config, input } = readConfig(file, file === undefined ? environment : others);
  const source = file === undefined ? uri : pathToFileURL(plainFile(file)).href;
  return {
    config,
    input,
    file,
    environmentVariables: { ...variablesIn(input, environment), ...(source && { CONFIG_URI: source }) },
  };
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new UserError(`CONFIG_URI ${uri} names no file of this machine`, 2, { cause });
  }
}

/** The variables that a configuration reads, as far as they are set. */
export function variablesIn(input: unknown, environment: Environment): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of markersIn(input).keys()) {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}
