// The embedded cloud: OSS and Function Compute behind one port, as an account would have them set up for a configuration:
// its buckets, its triggers, the function with its role.
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../rules/load.js';
import { neededTriggers } from '../rules/triggers.js';
import type { DestinationBody } from './fc/delivery.js';
import type { InvocationReport, LogSource } from './fc/invocation.js';
import { createLocalFc, type LocalFc } from './fc/server.js';
import type { OssTrigger } from './fc/triggers.js';
import { processImage } from './image/pipeline.js';
import { createLocalOss, type LocalOss } from './oss/server.js';
import { directoryStorage } from './oss/storage/directory.js';
import { memoryStorage } from './oss/storage/memory.js';
import type { Storage } from './oss/storage/storage.js';

/** The account that owns everything here. */
export const localAccount = {
  region: 'cn-hangzhou',
  accountId: '1234567890123456',
  accessKeyId: 'autostyle',
  accessKeySecret: 'autostyle-secret',
} as const;

/** The function's name, as s.yaml has it. */
export const functionName = 'oss-autostyle';

export interface LocalCloudOptions {
  /** Where the built function is. */
  readonly codeDir: string;
  /** What the function will do: buckets are made and triggers are set for it. */
  readonly config: Config;
  readonly environmentVariables?: Readonly<Record<string, string>>;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Where objects are kept; in memory when absent. */
  readonly dataDir?: string | undefined;
  /** Besides those of the configuration. */
  readonly buckets?: readonly string[];
  readonly instances?: number;
  /** Whether uploads wake the function; default true. */
  readonly triggers?: boolean;
  /** Whether buckets are bound to an IMM project; default true. */
  readonly immBound?: boolean;
  readonly onLog?: (line: string, source: LogSource) => void;
  readonly onInvocation?: (report: InvocationReport) => void;
  readonly onFailure?: (body: DestinationBody) => void;
  readonly onBug?: (error: unknown) => void;
}

export interface LocalCloud {
  /** `http://127.0.0.1:PORT`, for OSS and FC alike. */
  readonly url: string;
  readonly port: number;
  readonly buckets: readonly string[];
  readonly oss: LocalOss;
  readonly fc: LocalFc;
  /** Resolves when every event has been handled. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What s.yaml gives the function; seconds and MB. */
const functionSettings = {
  handler: 'index.handler',
  initializer: 'index.initialize',
  timeout: 300,
  memorySize: 256,
  maxAsyncRetryAttempts: 8,
};

/** The uploads that triggers are written for: never `ObjectCreated:*`, which fires for each part of a multipart upload. */
const triggerEvents = ['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload'].map(
  (api) => `oss:ObjectCreated:${api}`,
);

const tokenLifeMs = 36 * 3_600_000;
const tokensKept = 1_000;

/**
 * Starts the embedded cloud on 127.0.0.1.
 * @throws the server's error when the port cannot be had; RangeError for settings that FC refuses
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const storage = options.dataDir === undefined ? memoryStorage() : directoryStorage(options.dataDir);
  const server = createServer({ maxHeaderSize: 65_536, requestTimeout: 0 });
  const { port } = await listen(server, options.port ?? 0);
  try {
    return serve(server, port, storage, options);
  } catch (error) {
    server.close();
    throw error;
  }
}

function serve(server: Server, port: number, storage: Storage, options: LocalCloudOptions): LocalCloud {
  const { config, codeDir } = options;
  const url = `http://127.0.0.1:${port}`;
  let fc: LocalFc | undefined;
  const oss = createLocalOss({
    processImage,
    storage,
    region: localAccount.region,
    accountId: localAccount.accountId,
    immBound: options.immBound ?? true,
    onEvent: (record) => void fc?.ossEvent(record),
    ...(options.onBug === undefined ? {} : { onBug: options.onBug }),
  });
  oss.keys.grant(localAccount.accessKeyId, { secret: localAccount.accessKeySecret });
  const buckets = [...new Set([...bucketsOf(config), ...(options.buckets ?? [])])].sort();
  for (const bucket of buckets) oss.createBucket(bucket);

  fc = createLocalFc({
    region: localAccount.region,
    accountId: localAccount.accountId,
    functions: [
      {
        ...functionSettings,
        functionName,
        codeDir,
        instances: options.instances ?? 2,
        environmentVariables: { OSS_ENDPOINT: url, ...options.environmentVariables },
        ossTriggers: options.triggers === false ? [] : triggersOf(config),
      },
    ],
    accessKey: (id) =>
      id === localAccount.accessKeyId ? { accessKeySecret: localAccount.accessKeySecret } : undefined,
    issueCredentials: roleCredentials(oss),
    ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    ...(options.onInvocation === undefined ? {} : { onInvocation: options.onInvocation }),
    ...(options.onFailure === undefined ? {} : { onFailure: options.onFailure }),
  });
  const { handle, idle, close } = fc;
  server.on('request', (request, response) => {
    if (!handle(request, response)) oss.handle(request, response);
  });
  return {
    url,
    port,
    buckets,
    oss,
    fc,
    idle,
    async close() {
      server.close();
      await close();
      await oss.close();
      server.closeAllConnections();
    },
  };
}

/** A temporary key for each invocation, as FC's AssumeRole hands them out. */
function roleCredentials(oss: LocalOss): () => { accessKeyId: string; accessKeySecret: string; securityToken: string } {
  const issued: string[] = [];
  return () => {
    const credentials = {
      accessKeyId: `STS.${randomUUID().replaceAll('-', '').slice(0, 24)}`,
      accessKeySecret: randomUUID(),
      securityToken: `local-${randomUUID()}`,
    };
    oss.keys.grant(credentials.accessKeyId, {
      secret: credentials.accessKeySecret,
      securityToken: credentials.securityToken,
      expiresAt: Date.now() + tokenLifeMs,
      principalId: functionName,
    });
    issued.push(credentials.accessKeyId);
    if (issued.length > tokensKept) oss.keys.revoke(issued.shift() ?? '');
    return credentials;
  };
}

/** OSS allows ten triggers a bucket; rules with more prefixes than that listen to the whole bucket here. */
function triggersOf(config: Config): OssTrigger[] {
  const needed = neededTriggers(config.rules);
  const perBucket = new Map<string, string[]>();
  for (const { bucket, prefix } of needed) perBucket.set(bucket, [...(perBucket.get(bucket) ?? []), prefix]);
  return [...perBucket].flatMap(([bucket, prefixes]) =>
    (prefixes.length > 10 ? [''] : prefixes).map((prefix, order) => ({
      triggerName: `${bucket}-${order}`,
      bucket,
      prefix,
      events: triggerEvents,
    })),
  );
}

/** Every bucket that a configuration names. */
function bucketsOf({ rules, journal }: Config): string[] {
  return [
    ...rules.flatMap(({ when, outputs }) => [...when.buckets, ...outputs.flatMap(({ bucket }) => bucket ?? [])]),
    ...(journal === 'throw' ? [] : [journal.bucket]),
  ];
}

async function listen(server: Server, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}
