// What `start`, `invoke` and `demo` share: build the function, read the configuration that it will run with, and start the
// embedded cloud around both.

import { buildFunction } from '../../deploy/build.js';
import { readConfig } from '../../deploy/configuration.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.js';
import type { Config } from '../../rules/rule.js';
import { UserError } from '../../terminal/user-error.js';

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

const dataDirErrors: ReadonlySet<string> = new Set(['EACCES', 'EEXIST', 'ELOCKED', 'ENOTDIR', 'EPERM', 'EROFS']);
