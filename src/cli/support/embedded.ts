// What `start`, `invoke` and `demo` share: they build the function, read the configuration that it will run with, and
// start the embedded cloud around both.

import { buildFunction } from '../../deploy/build.js';
import { runnableConfig } from '../../deploy/configuration.js';
import { functionName, type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.js';
import { sampleObjects, upload } from '../../local/samples/objects.js';
import { type Engine, functionFailureOf } from '../../remote/invoke/engine.js';
import { configObjectOf } from '../../rules/config-source.js';
import { bucketName } from '../../rules/oss-limits.js';
import type { ConfigObject } from '../../rules/own-objects.js';
import { printable } from '../../rules/printable.js';
import type { Config } from '../../rules/rule.js';
import { UserError } from '../../terminal/user-error.js';
import { deliveryOf } from './event-operand.js';
import type { RulesNews } from './running-rules.js';
import { studioRules } from './studio.js';

export interface EmbeddedOptions
  extends Omit<LocalCloudOptions, 'codeDir' | 'config' | 'environmentVariables' | 'studio'> {
  /** Whether there is a studio; default false. */
  readonly studio?: boolean | undefined;
  /** A configuration as JSON; when absent, what CONFIG_URI names, else src/config.ts. */
  readonly configFile?: string | undefined;
  /** Hears, with a studio, of rules that are loaded again, and of drafts. */
  readonly onRules?: ((news: RulesNews) => void) | undefined;
}

export interface Embedded extends LocalCloud {
  readonly config: Config;
  /** Where the function reads its rules in the embedded OSS; then `config` bounds them. */
  readonly rulesAt: ConfigObject | undefined;
}

/**
 * Builds the function and starts the embedded cloud for it.
 * @throws {UserError} for a wrong configuration (1), an unreadable file (2), a port or data directory that cannot be
 * had (1)
 */
export async function startEmbedded({
  configFile,
  studio,
  onRules = () => {},
  ...options
}: EmbeddedOptions): Promise<Embedded> {
  const { outdir } = await buildFunction();
  const read = runnableConfig(configFile, process.env);
  const rules = studio ? await studioRules(read, outdir, onRules) : undefined;
  const { config, environmentVariables } = rules?.first ?? read;
  const rulesAt = configObjectOf(environmentVariables['CONFIG_URI'] ?? '');
  const buckets = [...(options.buckets ?? []), ...(rulesAt === undefined ? [] : [rulesAt.bucket])];
  try {
    const cloud = await startLocalCloud({
      ...options,
      buckets,
      codeDir: outdir,
      config,
      environmentVariables,
      studio: rules?.tools,
    });
    const stop = rules?.watch(cloud);
    const close = () => {
      stop?.();
      return cloud.close();
    };
    return { ...cloud, close, config, rulesAt };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new UserError(`port ${options.port} is in use: choose another with --port (0: any free one)`, 1, { cause });
    }
    if (code === 'EDATA') {
      throw new UserError(`--data ${options.dataDir} cannot be used: ${printable(message)}`, 1, { cause });
    }
    throw cause;
  }
}

/**
 * Runs one event through the built function; the buckets that the event names hold the sample photos.
 * @param name of the event's file, as the user wrote it
 */
export function localEngine(name: string, { config, log }: { config?: string | undefined; log: boolean }): Engine {
  return async ({ bytes }) => {
    const { uploads } = deliveryOf(bytes, name);
    // No rule can name a bucket that OSS would not create.
    const buckets = new Set(uploads.map(({ bucket }) => bucket).filter((name) => bucketName.test(name)));
    const embedded = await startEmbedded({ configFile: config, buckets: [...buckets], instances: 1, triggers: false });
    try {
      for (const bucket of buckets) {
        const keys = new Set(uploads.filter((upload) => upload.bucket === bucket).map(({ key }) => key));
        await upload(embedded.url, bucket, await sampleObjects(keys));
      }
      const { errorType, result, logTail } = await embedded.fc.invoke(functionName, bytes);
      const text = result.toString('utf8');
      return {
        result: text,
        failure: errorType === undefined ? undefined : functionFailureOf(errorType, text),
        log: log ? logTail.toString('utf8') : undefined,
      };
    } finally {
      await embedded.close();
    }
  };
}
