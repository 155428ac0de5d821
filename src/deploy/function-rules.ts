// Which rules a command runs: those that the function runs, with the variables that it has.

import { fileURLToPath } from 'node:url';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { isLocal } from '../remote/account.js';
import { ConfigError } from '../rules/config-error.js';
import { configObjectOf } from '../rules/config-source.js';
import { loadConfig } from '../rules/load.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { readBytes } from '../terminal/file.js';
import { UserError } from '../terminal/user-error.js';
import { boundsOf, readConfig } from './configuration.js';
import { type DeployedEnvironment, deployedEnvironment } from './deployed-environment.js';
import { parsePublished, readPublished } from './published.js';
import type { ResourceProps } from './s-schema.js';

/** The function's variables and region, as far as they can be known here. */
export interface FunctionSetting {
  readonly environment: Environment;
  /** Undefined where nothing says it. */
  readonly region?: string | undefined;
  /** All that s.yaml says of the function; undefined where it cannot be used, or is not meant. */
  readonly resource?: ResourceProps | undefined;
  readonly note?: string | undefined;
}

/**
 * The function's variables: those in s.yaml, with a CONFIG_URI that is set here; where the endpoint is this machine's,
 * those that are set here.
 * @param env the command's, see commandEnvironment
 * @param deployed what s.yaml says; takes a second
 * @throws {UserError} (2) when `configFile` cannot be read
 */
export async function functionSetting(
  { endpoint, config: configFile }: { readonly endpoint?: string | undefined; readonly config?: string | undefined },
  env: NodeJS.ProcessEnv,
  deployed: (configFile?: string) => Promise<DeployedEnvironment> = deployedEnvironment,
): Promise<FunctionSetting> {
  if (isLocal(endpoint ?? env['OSS_ENDPOINT'])) return { environment: env };
  const { environment, region, resource, note } = await deployed(configFile);
  // No note where the rules are kept elsewhere: they are read from there.
  if (environment['CONFIG_URI']) return { environment, region, resource };
  const uri = env['CONFIG_URI'];
  return { environment: uri ? { ...environment, CONFIG_URI: uri } : environment, region, resource, note };
}

/**
 * The rules in `configFile`, else those that CONFIG_URI names, else src/config.ts. Where there is a CONFIG_URI, never
 * those of src/config.ts: someone has replaced them.
 * @throws {UserError} (2) when they cannot be read, (1) when they are wrong
 */
export async function functionRules(
  configFile: string | undefined,
  environment: Environment,
  oss: Pick<Oss, 'getObject'>,
): Promise<Config> {
  const uri = environment['CONFIG_URI'];
  if (configFile !== undefined || !uri) return readConfig(configFile, environment).config;
  try {
    return await configAt(uri, environment, oss);
  } catch (cause) {
    if (!(cause instanceof ConfigError || cause instanceof OssError || cause instanceof UserError)) throw cause;
    const wrong = cause instanceof ConfigError && cause.issues.length > 0;
    throw new UserError(
      `the function reads its rules by CONFIG_URI, and they ${wrong ? 'are wrong' : 'cannot be read here'}: ` +
        `${cause.message}\n  give a copy of the rules that it runs: --config FILE.json`,
      wrong ? 1 : 2,
      { cause },
    );
  }
}

/** The rules that a CONFIG_URI names, as the function loads them. @throws {ConfigError | OssError | UserError} */
export async function configAt(uri: string, environment: Environment, oss: Pick<Oss, 'getObject'>): Promise<Config> {
  const bounds = boundsOf({ ...environment, CONFIG_URI: uri }, true);
  return loadConfig(parsePublished(await bytesAt(uri, oss), uri), environment, bounds);
}

async function bytesAt(uri: string, oss: Pick<Oss, 'getObject'>): Promise<Buffer> {
  const place = configObjectOf(uri);
  if (place !== undefined) {
    const published = await readPublished(oss, place);
    if (published === undefined) throw new UserError(`there is no ${uri}`, 2);
    return published.body;
  }
  // Of use with `npm start --config` only.
  if (URL.canParse(uri) && new URL(uri).protocol === 'file:') return readBytes(pathOf(uri));
  // Not repeated: a signed address would show its signature.
  throw new UserError('CONFIG_URI is neither oss://bucket/key.json nor file:///path.json', 2);
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new UserError(`${uri} names no file of this machine`, 2, { cause });
  }
}
