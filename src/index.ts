// The FC adapter, and the only file that knows Function Compute: takes an event's bytes and a context, and returns a
// summary, or throws, which makes FC deliver the event again. What happens to an event is in handle.ts.
import { randomUUID } from 'node:crypto';
import userConfig from './config.js';
import { handle } from './handle.js';
import { createOss, type Oss } from './oss/client.js';
import { createConnection } from './oss/connection.js';
import { type Endpoint, resolveEndpoint } from './oss/endpoint.js';
import { OssError } from './oss/error.js';
import { concurrencyOf, createGate } from './oss/limit.js';
import { sleepWell } from './oss/request.js';
import type { Credentials } from './oss/sign.js';
import { readEvent } from './pipeline/event.js';
import { createLog, type Log } from './pipeline/log.js';
import { indexConfig, type RuleIndex } from './pipeline/match.js';
import type { Summary } from './pipeline/outcome.js';
import { ConfigError } from './rules/config-error.js';
import { createConfigSource, maxConfigBytes, type ReadObject } from './rules/config-source.js';
import type { Config } from './rules/rule.js';

/** What this function reads of FC's context: https://help.aliyun.com/zh/functioncompute/fc/user-guide/context */
export interface Context {
  readonly requestId?: string | undefined;
  readonly region?: string | undefined;
  readonly credentials?: {
    readonly accessKeyId?: string | undefined;
    readonly accessKeySecret?: string | undefined;
    readonly securityToken?: string | undefined;
  };
  readonly function?: { readonly timeout?: number };
  /** How often FC has delivered this event before; not documented for Node.js. */
  readonly retryCount?: number | undefined;
}

/** The context brought no credentials. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
  readonly code = 'CredentialsError';
}

/** Milliseconds. The last 10 s of the timeout are for writing the journal; of these the last 1 s for returning. */
const journalReserve = 10_000;
const returnReserve = 1_000;

/** Seconds, where the context names no timeout. */
const defaultTimeout = 60;

// What outlives an invocation: the configuration with its index, and the connection pool.
const connection = createConnection();
const currentConfig = createConfigSource({
  uri: process.env['CONFIG_URI'] || undefined,
  bundled: userConfig,
  environment: process.env,
  now: Date.now,
  log: logOf(undefined),
});
const indexes = new WeakMap<Config, RuleIndex>();
/** That of the last invocation; region and override are the same for all of an instance. */
let lastEndpoint: { readonly region: string; readonly override: string; readonly endpoint: Endpoint } | undefined;

/**
 * The function. `event` is the raw body that FC was given.
 * @throws {EventError | ConfigError | CredentialsError | RetryLater | PermanentFailure}
 */
export async function handler(event: Uint8Array, context: Context): Promise<Summary> {
  const entered = Date.now();
  connection.refresh(entered);
  const delivery = readEvent(event);
  const timeout = (context.function?.timeout ?? defaultTimeout) * 1000;
  const limit = concurrency();
  const ossUntil = clients(context, limit);
  const deadline = entered + timeout - Math.min(journalReserve, timeout / 2);
  const oss = ossUntil(deadline);
  const config = await currentConfig(configReader(oss));
  return handle(delivery, {
    index: indexOf(config),
    journal: config.journal,
    oss,
    journalOss: ossUntil(entered + timeout - Math.min(returnReserve, timeout / 4)),
    concurrency: limit,
    now: Date.now,
    deadline,
    log: logOf(context.requestId),
    fcRequestId: context.requestId,
    redelivered: (context.retryCount ?? 0) > 0,
    sweeping: () => {
      const { processObject, relayObject } = ossUntil(deadline, true);
      return {
        oss: { ...oss, processObject, relayObject },
        config,
        run: randomUUID(),
        sleep: sleepWell,
      };
    },
  });
}

/**
 * FC's initializer: validates the bundled rules, so that the first event takes less time; the function also works
 * without it. A bad configuration is reported by the events, each with every mistake.
 */
export async function initialize(): Promise<void> {
  if (process.env['CONFIG_URI']) return;
  try {
    indexOf(await currentConfig(() => Promise.reject(new TypeError('bundled rules are not read from OSS'))));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
  }
}

/**
 * The clients of this invocation, which share its limit; by their deadlines. Its role's credentials are never kept for
 * another one.
 */
function clients(context: Context, limit: number): (deadline: number, failsThrottled?: boolean) => Oss {
  const region = context.region || process.env['FC_REGION'] || '';
  const endpoint = endpointOf(region);
  const credentials = credentialsOf(context);
  const gate = createGate(limit);
  return (deadline, failsThrottled = false) =>
    createOss({ endpoint, region, credentials, connection, gate, deadline, failsThrottled });
}

function endpointOf(region: string): Endpoint {
  const override = process.env['OSS_ENDPOINT'] ?? '';
  if (lastEndpoint?.region === region && lastEndpoint.override === override) return lastEndpoint.endpoint;
  try {
    const endpoint = resolveEndpoint({ region, override: override || undefined });
    lastEndpoint = { region, override, endpoint };
    return endpoint;
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new ConfigError('ConfigInvalid', `OSS cannot be reached as configured: ${cause.message}`, [], { cause });
  }
}

function credentialsOf({ credentials }: Context): Credentials {
  const { accessKeyId, accessKeySecret, securityToken } = credentials ?? {};
  if (!accessKeyId || !accessKeySecret) {
    throw new CredentialsError(
      'the invocation brought no credentials: the function has no role. Give it one (role in s.yaml) that may ' +
        'process the source objects and write the targets',
    );
  }
  return { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
}

function configReader(oss: Oss): ReadObject {
  return async (bucket, key, etag) => {
    const got = await oss.getObject({ bucket, key, ifNoneMatch: etag, maxBytes: maxConfigBytes });
    return got.unchanged ? { unchanged: true } : { text: got.body.toString('utf8'), etag: got.etag };
  };
}

function indexOf(config: Config): RuleIndex {
  const known = indexes.get(config);
  if (known !== undefined) return known;
  const made = indexConfig(config);
  indexes.set(config, made);
  return made;
}

function concurrency(): number {
  const limit = concurrencyOf(process.env['CONCURRENCY']);
  if (limit !== undefined) return limit;
  throw new ConfigError('ConfigInvalid', 'CONCURRENCY is not a whole number from 1 to 100');
}

function logOf(fcRequestId: string | undefined): Log {
  return createLog((line) => process.stdout.write(line), fcRequestId);
}
