// The embedded cloud: OSS, STS and Function Compute behind one port, set up for a configuration as an account would be:
// its buckets, its triggers, the function with its role.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../rules/rule.js';
import { localAccount } from './account.js';
import { bucketsOf, triggersOf } from './buckets-and-triggers.js';
import type { Faults } from './faults/faults.js';
import type { DestinationBody } from './fc/delivery.js';
import { isFcTarget } from './fc/http.js';
import { newRequestId } from './fc/identifier.js';
import type { InvocationReport, LogSource } from './fc/invocation.js';
import type { Clock } from './fc/runtime/clock.js';
import { createLocalFc, type LocalFc } from './fc/server.js';
import { processImage } from './image/pipeline.js';
import type { TextFont } from './image/text-font.js';
import { localPages, refusalOf } from './origin.js';
import type { OssCall } from './oss/call.js';
import { isOssHost } from './oss/request/endpoints.js';
import { createLocalOss, type LocalOss, type LocalOssOptions } from './oss/server.js';
import { openDataFolder } from './oss/storage/data-folder.js';
import { memoryStorage } from './oss/storage/memory.js';
import type { Storage } from './oss/storage/storage.js';
import { parserOptions, refuseMalformed } from './parser.js';
import { createRole } from './role.js';
import { createLocalSts } from './sts/server.js';
import { createActivity } from './studio/activity.js';
import type { ObjectNow } from './studio/routes/uploads.js';
import { eventOf } from './studio/run-again.js';
import { createStudio } from './studio/studio.js';
import type { StudioTools } from './studio/tools.js';
import { watchInto } from './studio/watch.js';

/** The function's name, as s.yaml has it. */
export const functionName = 'oss-autostyle';

export interface LocalCloudOptions {
  /** Where the built function is. */
  readonly codeDir: string;
  /** What the function will do: buckets are made and triggers are set for it. */
  readonly config: Config;
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
  /** 0, the default: any free one. */
  readonly port?: number | undefined;
  /** Where objects are kept; in memory when absent. */
  readonly dataDir?: string | undefined;
  /** Besides those of the configuration. */
  readonly buckets?: readonly string[] | undefined;
  readonly instances?: number | undefined;
  /** The program of Node.js that runs the function; default this process's. */
  readonly nodePath?: string | undefined;
  /** Whether uploads invoke the function; default true. */
  readonly triggers?: boolean | undefined;
  /** Whether the timer that runs the journal fires each minute; default true. `fc.tick()` fires it in any case. */
  readonly runTimers?: boolean | undefined;
  /** Whether buckets are bound to an IMM project; default true. */
  readonly immBound?: boolean | undefined;
  /** Draws the texts of watermarks; default the packaged font. */
  readonly textFont?: TextFont | undefined;
  /** Whether the requests of the function can write AVIF; default false. */
  readonly avifByPost?: boolean | undefined;
  /** How OSS answers a GET with x-oss-process. */
  readonly processedGet?: LocalOssOptions['processedGet'];
  /** What fails, and when; closed with the cloud. */
  readonly faults?: Faults | undefined;
  /** Milliseconds before FC's next attempt; `failures` counts from 1. Default 0.5 s, doubled each time. */
  readonly retryDelay?: ((failures: number) => number) | undefined;
  /** The clock of OSS, STS and FC, epoch ms. The function in its instances has `clock`. */
  readonly now?: (() => number) | undefined;
  /** The function's clock, read as each invocation begins; default the machine's. */
  readonly clock?: (() => Clock) | undefined;
  /** How FC waits: for retries and delayed events. */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** With these there is a studio, a page at `/-/`. */
  readonly studio?: StudioTools | undefined;
  readonly onLog?: ((line: string, source: LogSource) => void) | undefined;
  readonly onInvocation?: ((report: InvocationReport) => void) | undefined;
  readonly onFailure?: ((body: DestinationBody) => void) | undefined;
  readonly onBug?: ((error: unknown) => void) | undefined;
  /** Called with why a request is refused for its Host or for the page that sends it. */
  readonly onForeign?: ((reason: string) => void) | undefined;
}

/** Rules for a function that runs. */
export interface ReloadedRules {
  readonly config: Config;
  /** Where the function that was built with them is; default: the code stays. */
  readonly codeDir?: string | undefined;
  /** In place of those that it has; default: they stay. */
  readonly environmentVariables?: Readonly<Record<string, string>> | undefined;
}

export interface LocalCloud {
  /** `http://127.0.0.1:PORT`, for OSS, STS and FC alike. */
  readonly url: string;
  readonly port: number;
  readonly buckets: readonly string[];
  readonly oss: LocalOss;
  readonly fc: LocalFc;
  /**
   * Gives the function other rules: makes their buckets, replaces its OSS triggers, and its code and variables as
   * `fc.update` does. Resolves when the instances with the former rules have ended.
   * @throws {RangeError} for settings that FC refuses; then nothing has changed
   */
  reload(rules: ReloadedRules): Promise<void>;
  /** Tells the pages of the studio that the rules are others now, or with mistakes, that they stay as they were. */
  tellOfRules(mistakes?: readonly string[]): void;
  /** Resolves when every event has been handled and no fault delays a write. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What s.yaml gives the function; seconds and MB. */
export const functionSettings = {
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

/** As in s.yaml; more instances need more. */
const reservedConcurrency = 5;

/** How many instances may run where nothing else is said. */
export const defaultInstances = 2;

/** Calls of OSS that one invocation makes at a time, where the variables do not say it. */
const concurrency = '5';

/** The timer that runs what the journal has due. */
const timer = { triggerName: 'every-minute', cronExpression: '0 * * * * *' };

/**
 * Starts the embedded cloud on 127.0.0.1.
 * @throws the server's error when the port cannot be had; with code `EDATA` when `dataDir` cannot; RangeError for
 * settings that FC refuses
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { dataDir } = options;
  const data = dataDir === undefined ? { storage: memoryStorage(), release: () => {} } : openDataFolder(dataDir);
  const server = createServer({ ...parserOptions, requestTimeout: 0 });
  try {
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const cloud = serve(server, port, data.storage, options);
    return { ...cloud, close: () => cloud.close().finally(data.release) };
  } catch (error) {
    server.close();
    data.release();
    throw error;
  }
}

function serve(server: Server, port: number, storage: Storage, options: LocalCloudOptions): LocalCloud {
  const { config, codeDir, faults, now = Date.now, instances = defaultInstances } = options;
  const url = `http://127.0.0.1:${port}`;
  const role = createRole(functionName, now);
  const { onBug = () => {} } = options;
  const activity = createActivity(now);
  const watch = watchInto(activity, functionName);
  const runAgain = (object: ObjectNow) => {
    const record = eventOf(object, now(), newRequestId(now()));
    const request = fc.deliver(functionName, { events: [record] });
    watch.object(record, [request], { again: true });
    return request;
  };
  const tick = () => fc.tick();
  const studio = options.studio && createStudio({ url, now, activity, tools: options.studio, runAgain, tick, onBug });
  const { region, accountId, accessKeyId, accessKeySecret } = localAccount;
  const killer = (call: OssCall) => {
    const instanceId = role.instanceOf(call);
    return instanceId === undefined ? undefined : () => void fc.kill(instanceId);
  };
  const oss = createLocalOss({
    processImage: (source, style, context) => processImage(source, style, { ...context, textFont: options.textFont }),
    storage,
    region,
    accountId,
    now,
    immBound: options.immBound,
    avifByPost: options.avifByPost,
    processedGet: options.processedGet,
    defaultCors: localPages,
    onEvent: (record) => watch.object(record, fc.ossEvent(record)),
    onBug,
    maxSkew: faults?.maxSkew,
    intercept: faults?.intercept(killer),
  });
  oss.keys.set(accessKeyId, { secret: accessKeySecret });
  const buckets: string[] = [];
  const makeBuckets = (names: readonly string[]) => {
    const missing = [...new Set(names)].filter((name) => !buckets.includes(name));
    for (const name of missing) oss.createBucket(name);
    buckets.push(...missing);
    buckets.sort();
  };
  makeBuckets([...bucketsOf(config), ...(options.buckets ?? [])]);
  const variables = (own: LocalCloudOptions['environmentVariables']) => {
    return { OSS_ENDPOINT: url, CONCURRENCY: concurrency, ...own };
  };
  const ossTriggers = (rules: Config) => (options.triggers === false ? [] : triggersOf(rules));

  const fc = createLocalFc({
    region,
    accountId,
    now,
    functions: [
      {
        ...functionSettings,
        functionName,
        codeDir,
        instances,
        ...(options.nodePath === undefined ? {} : { nodePath: options.nodePath }),
        reservedConcurrency: Math.max(reservedConcurrency, instances),
        environmentVariables: variables(options.environmentVariables),
        ossTriggers: ossTriggers(config),
        timers: [timer],
      },
    ],
    runTimers: options.runTimers,
    accessKey: (id) => (id === accessKeyId ? { accessKeySecret } : undefined),
    issueCredentials: (_, instanceId) => role.issue(oss.keys, instanceId),
    onLog: (line, source) => {
      watch.log(line, source);
      options.onLog?.(line, source);
    },
    onInvocation: (report) => {
      watch.invocation(report);
      options.onInvocation?.(report);
    },
    onFailure: (body) => {
      watch.givenUp(body);
      options.onFailure?.(body);
    },
    retryDelay: options.retryDelay,
    sleep: options.sleep,
    clock: options.clock,
    ossDelivery: faults?.ossDelivery,
  });
  const sts = createLocalSts({ keys: oss.keys, region, accountId, now, onBug });
  server.on('request', (request, response) => {
    if (refuseMalformed(request, response)) return;
    // No page of another origin has a use for FC's API; of STS's, OSS's rules say so: it is not for a bucket.
    const ofFc = isFcTarget(request.url ?? '') && !isOssHost(request.headers.host);
    const mayAsk = (origin: string) => !ofFc && !studio?.isAsked(request) && oss.allows(request, origin);
    const refusal = refusalOf(request, port, mayAsk);
    if (refusal !== undefined) options.onForeign?.(refusal);
    if (studio?.handle(request, response, refusal)) return;
    if (refusal === undefined && ((ofFc && fc.handle(request, response)) || sts.handle(request, response))) return;
    oss.handle(request, response, refusal);
  });
  return {
    url,
    port,
    buckets,
    oss,
    fc,
    reload({ config, codeDir, environmentVariables }) {
      const replaced = fc.update(functionName, {
        ossTriggers: ossTriggers(config),
        ...(codeDir !== undefined && { codeDir }),
        ...(environmentVariables !== undefined && { environmentVariables: variables(environmentVariables) }),
      });
      makeBuckets(bucketsOf(config));
      return replaced;
    },
    tellOfRules: (mistakes) => activity.add({ kind: 'rules', mistakes }),
    async idle() {
      do {
        await faults?.idle();
        await fc.idle();
      } while ((faults?.pending() ?? 0) > 0);
    },
    async close() {
      server.close();
      faults?.close();
      await fc.close();
      // Otherwise a client that has stopped in the middle of an upload would be waited for.
      server.closeAllConnections();
      await oss.close();
    },
  };
}
