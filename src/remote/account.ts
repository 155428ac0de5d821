// How a command reaches OSS, and as whom: endpoint, region and credentials, from flags, the environment and .env.
import { localAccount } from '../local/account.js';
import { createOss, type Oss } from '../oss/client.js';
import { createConnection } from '../oss/connection.js';
import { resolveEndpoint } from '../oss/endpoint.js';
import { regionOfHost } from '../oss/endpoint-region.js';
import { OssError } from '../oss/error.js';
import { concurrencyOf, createGate } from '../oss/limit.js';
import type { OssOptions } from '../oss/request.js';
import type { Credentials } from '../oss/sign.js';
import { withEnvironmentFile } from '../terminal/environment-file.js';
import { UserError } from '../terminal/user-error.js';
import { type Buckets, createBuckets } from './buckets.js';
import { createReader, type ReadObject } from './large-object.js';
import { createDetails, type ObjectDetails } from './object-details.js';

/** The flags of every command that talks to OSS. */
export const accountOptions = {
  endpoint: { value: 'URL', help: 'address of OSS (default: OSS_ENDPOINT, else the public endpoint of --region)' },
  region: { value: 'ID', help: 'the region (default: REGION, else cn-hangzhou)' },
  concurrency: { value: 'N', help: 'how many calls to OSS at a time, 1 to 100 (default 5)' },
} as const;

export const accountNotes =
  'Credentials: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN, from\n' +
  'the environment or .env. With a loopback endpoint .env is not read, and the default credentials are those of\n' +
  '`npm start`.';

export type AccountFlags = { readonly [Name in keyof typeof accountOptions]?: string | undefined };

export interface Account {
  /** Repeats a call for as long as OSS throttles it. */
  readonly oss: Oss;
  /** The same with an end: no call is repeated beyond `deadline`, epoch ms. All of them share `concurrency`. */
  readonly until: (deadline: number, options?: Pick<OssOptions, 'failsThrottled'>) => Oss;
  /** Reads objects that are too large for memory. */
  readonly reader: () => ReadObject;
  readonly details: ObjectDetails;
  readonly buckets: Buckets;
  readonly concurrency: number;
  close(): Promise<void>;
}

/** @throws {UserError} (2) for an endpoint, a region, a concurrency or credentials that cannot be used */
export function openAccount(flags: AccountFlags, env: NodeJS.ProcessEnv = commandEnvironment(flags.endpoint)): Account {
  const concurrency = limitOf(flags.concurrency);
  const region = flags.region ?? (env['REGION'] || 'cn-hangzhou');
  const override = flags.endpoint ?? (env['OSS_ENDPOINT'] || `https://oss-${region}.aliyuncs.com`);
  try {
    const endpoint = resolveEndpoint({ region, override });
    const theirs = regionOfHost(endpoint.host) ?? region;
    if (theirs !== region) {
      const which = 'requests are signed for the region of --region, or of REGION';
      throw new UserError(`the endpoint ${endpoint.host} is in ${theirs}, not in ${region}: ${which}`, 2);
    }
    const connection = createConnection();
    const credentials = credentialsOf(endpoint.host, env);
    const gate = createGate(concurrency);
    const shared = { endpoint, region, credentials, connection, gate };
    const until: Account['until'] = (deadline, options) => createOss({ ...shared, deadline, ...options });
    const deadline = Number.POSITIVE_INFINITY;
    const reader = () => createReader({ ...shared, deadline });
    const details = createDetails({ ...shared, deadline });
    const buckets = createBuckets({ endpoint, region, credentials, connection });
    return { oss: until(deadline), until, reader, details, buckets, concurrency, close: () => connection.close() };
  } catch (cause) {
    if (!(cause instanceof OssError)) throw cause;
    throw new UserError(cause.message, 2, { cause });
  }
}

/**
 * The credentials in `env`; for a host of this machine without any, those of `npm start`.
 * @throws {UserError} (2) when there are none
 */
export function credentialsOf(host: string, env: NodeJS.ProcessEnv): Credentials {
  const accessKeyId = env['ALIBABA_CLOUD_ACCESS_KEY_ID'];
  const accessKeySecret = env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'];
  if (accessKeyId && accessKeySecret) {
    return { accessKeyId, accessKeySecret, securityToken: env['ALIBABA_CLOUD_SECURITY_TOKEN'] || undefined };
  }
  if (isLoopback(host)) {
    const { accessKeyId, accessKeySecret } = localAccount;
    return { accessKeyId, accessKeySecret };
  }
  throw new UserError('no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET', 2);
}

/**
 * The environment of a command that talks to this endpoint. `.env` describes the deployment, so that it does not count
 * where the endpoint is on this machine.
 */
export function commandEnvironment(
  endpoint: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
  file?: string,
): NodeJS.ProcessEnv {
  return isLocal(endpoint ?? env['OSS_ENDPOINT']) ? env : withEnvironmentFile(env, file);
}

/** Whether an address is one of this machine: `npm start` is OSS and Function Compute at one address. */
export function isLocal(endpoint: string | undefined): boolean {
  const host = hostOf(endpoint);
  return host !== undefined && isLoopback(host);
}

/** The host, with its port, of an http or https address without credentials in it. */
export function hostOf(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined || endpoint === '' || !URL.canParse(endpoint)) return undefined;
  const { protocol, host, username, password } = new URL(endpoint);
  return /^https?:$/.test(protocol) && username === '' && password === '' ? host : undefined;
}

/** Whether a host, with or without a port, is this machine. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

function limitOf(text: string | undefined): number {
  const limit = text === '' ? undefined : concurrencyOf(text);
  if (limit !== undefined) return limit;
  throw new UserError(`--concurrency ${text}: expected a whole number from 1 to 100`, 2);
}
