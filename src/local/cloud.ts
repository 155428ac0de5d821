// The embedded cloud: OSS and Function Compute behind one port, as an account would have them set up for a configuration:
// its buckets, its triggers, the function with its role.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../rules/rule.js';
import { neededTriggers } from '../rules/triggers.js';
import type { Faults } from './faults/faults.js';
import type { DestinationBody } from './fc/delivery.js';
import type { InvocationReport, LogSource } from './fc/invocation.js';
import type { Clock } from './fc/runtime/clock.js';
import { createLocalFc, type LocalFc } from './fc/server.js';
import type { OssTrigger } from './fc/triggers.js';
import { processImage } from './image/pipeline.js';
import { createLocalOss, type LocalOss } from './oss/server.js';
import { directoryStorage } from './oss/storage/directory.js';
import { lockDirectory } from './oss/storage/lock.js';
import { memoryStorage } from './oss/storage/memory.js';
import type { Storage } from './oss/storage/storage.js';
import { createRole } from './role.js';

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
  /** Whether the timer that runs the journal fires each minute; default true. `fc.tick()` fires it in any case. */
  readonly runTimers?: boolean;
  /** Whether buckets are bound to an IMM project; default true. */
  readonly immBound?: boolean;
  /** What goes wrong, and when; closed with the cloud. */
  readonly faults?: Faults | undefined;
  /** Milliseconds before FC's next attempt; `failures` counts from 1. Default 0.5 s, doubled each time. */
  readonly retryDelay?: ((failures: number) => number) | undefined;
  /** The clock of OSS and FC, epoch ms. The function in its instances has `clock`. */
  readonly now?: () => number;
  /** The function's clock, asked as each invocation begins; default the machine's. */
  readonly clock?: (() => Clock) | undefined;
  /** How FC waits: for retries and delayed events. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
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
  /** Resolves when every event has been handled and no fault has a write outstanding. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What s.yaml gives the function; seconds and MB. */
const functionSettings = {
  role: `acs:ram::${localAccount.accountId}:role/${functionName}`,
  handler: 'index.handler',
  initializer: 'index.initialize',
  initializerTimeout: 10,
  timeout: 300,
  memorySize: 256,
  cpu: 0.1,
  logProject: `${functionName}-${localAccount.accountId}-${localAccount.region}`,
  logStore: 'function',
  maxAsyncRetryAttempts: 8,
  onFailureDestination: `acs:mns:${localAccount.region}:${localAccount.accountId}:/queues/oss-autostyle-failed/messages`,
};

/** That of s.yaml; more instances need more. */
const reservedConcurrency = 5;

/** Runs what the journal has due. */
const timer = { triggerName: 'every-minute', cronExpression: '0 * * * * *' };

/** The uploads that triggers are written for: never `ObjectCreated:*`, which fires for each part of a multipart upload. */
const uploadEvents = ['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload'].map(
  (api) => `oss:ObjectCreated:${api}`,
);
const removalEvents = ['DeleteObject', 'DeleteObjects'].map((api) => `oss:ObjectRemoved:${api}`);

/**
 * Starts the embedded cloud on 127.0.0.1.
 * @throws the server's error when the port cannot be had; RangeError for settings that FC refuses
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { dataDir } = options;
  const release = dataDir === undefined ? () => undefined : lockDirectory(dataDir);
  const server = createServer({ maxHeaderSize: 65_536, requestTimeout: 0 });
  try {
    const storage = dataDir === undefined ? memoryStorage() : directoryStorage(dataDir);
    const { port } = await listen(server, options.port ?? 0);
    const cloud = serve(server, port, storage, options);
    return { ...cloud, close: () => cloud.close().finally(release) };
  } catch (error) {
    server.close();
    release();
    throw error;
  }
}

function serve(server: Server, port: number, storage: Storage, options: LocalCloudOptions): LocalCloud {
  const { config, codeDir, faults, now = Date.now } = options;
  const url = `http://127.0.0.1:${port}`;
  const role = createRole(functionName, now);
  const { region, accountId, accessKeyId, accessKeySecret } = localAccount;
  let fc: LocalFc | undefined;
  const oss = createLocalOss({
    processImage,
    storage,
    region,
    accountId,
    now,
    immBound: options.immBound ?? true,
    onEvent: (record) => void fc?.ossEvent(record),
    ...defined({ onBug: options.onBug, maxSkew: faults?.maxSkew }),
    ...defined({ intercept: faults?.intercept((call) => killer(role.instanceOf(call), fc)) }),
  });
  oss.keys.set(accessKeyId, { secret: accessKeySecret });
  const buckets = [...new Set([...bucketsOf(config), ...(options.buckets ?? [])])].sort();
  for (const bucket of buckets) oss.createBucket(bucket);

  fc = createLocalFc({
    region,
    accountId,
    now,
    functions: [
      {
        ...functionSettings,
        functionName,
        codeDir,
        instances: options.instances ?? 2,
        reservedConcurrency: Math.max(reservedConcurrency, options.instances ?? 2),
        environmentVariables: { OSS_ENDPOINT: url, CONCURRENCY: '5', ...options.environmentVariables },
        ossTriggers: options.triggers === false ? [] : triggersOf(config),
        timers: [timer],
      },
    ],
    runTimers: options.runTimers ?? true,
    accessKey: (id) => (id === accessKeyId ? { accessKeySecret } : undefined),
    issueCredentials: (_, instanceId) => role.issue(oss.keys, instanceId),
    ...defined({ onLog: options.onLog, onInvocation: options.onInvocation, onFailure: options.onFailure }),
    ...defined({
      retryDelay: options.retryDelay,
      sleep: options.sleep,
      clock: options.clock,
      ossDelivery: faults?.ossDelivery,
    }),
  });
  const { handle, close } = fc;
  const { idle } = fc;
  server.on('request', (request, response) => {
    if (!handle(request, response)) oss.handle(request, response);
  });
  return {
    url,
    port,
    buckets,
    oss,
    fc,
    async idle() {
      do {
        await faults?.idle();
        await idle();
      } while ((faults?.pending() ?? 0) > 0);
    },
    async close() {
      server.close();
      faults?.close();
      await close();
      // A client that has stopped in the middle of an upload would be waited for.
      server.closeAllConnections();
      await oss.close();
    },
  };
}

/** What kills the instance, for faults. */
function killer(instanceId: string | undefined, fc: LocalFc | undefined): (() => void) | undefined {
  return instanceId === undefined ? undefined : () => void fc?.kill(instanceId);
}

/** Options that were not given must not be there at all. */
function defined<T extends object>(given: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/**
 * Those the rules need. OSS allows ten triggers a bucket; rules with more prefixes than that listen to the whole bucket
 * here.
 */
function triggersOf({ rules }: Config): OssTrigger[] {
  const perBucket = new Map<string, string[]>();
  for (const { bucket, prefix } of neededTriggers(rules)) {
    perBucket.set(bucket, [...(perBucket.get(bucket) ?? []), prefix]);
  }
  return [...perBucket].flatMap(([bucket, prefixes]) => {
    const removes = rules.some(({ when, onDelete }) => onDelete === 'remove' && when.buckets.includes(bucket));
    return (prefixes.length > 10 ? [''] : prefixes).map((prefix, order) => ({
      triggerName: `${bucket}-${order}`,
      bucket,
      prefix,
      events: removes ? [...uploadEvents, ...removalEvents] : uploadEvents,
    }));
  });
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
