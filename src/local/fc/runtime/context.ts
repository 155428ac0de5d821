// The `context` that handlers get, with its logger. Fields as documented for Node.js in FC 3.0, and those that the
// runtime is known to add. https://www.alibabacloud.com/help/en/functioncompute/context-1  Runs inside the instance.

import { format } from 'node:util';
import type { Clock } from './clock.js';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

/** `context.logger`, and the methods of `console` that the runtime replaces. */
export type Logger = Record<Level | 'log', (...args: unknown[]) => void>;

interface Sinks {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/** Temporary credentials of the function role. */
export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
}

/** All that differs from invocation to invocation, as the parent sends it. */
export interface RequestFields {
  requestId: string;
  credentials: Credentials | undefined;
  retryCount: number;
  /** The function's clock; undefined: the machine's. */
  clock: Clock | undefined;
}

/** All that is the same for the life of an instance. */
export interface FunctionFields {
  name: string;
  handler: string;
  memory: number;
  timeout: number;
  region: string;
  accountId: string;
  logProject: string;
  logStore: string;
  qualifier: string;
  versionId: string;
}

/** Builds the context of one invocation. Without a function role `credentials` is empty, as JSON shows it on FC. */
export function createContext(fn: FunctionFields, request: RequestFields, logger: Logger): object {
  return {
    requestId: request.requestId,
    credentials: request.credentials === undefined ? {} : { ...request.credentials },
    function: { name: fn.name, handler: fn.handler, memory: fn.memory, timeout: fn.timeout },
    service: { logProject: fn.logProject, logStore: fn.logStore, qualifier: fn.qualifier, versionId: fn.versionId },
    region: fn.region,
    accountId: fn.accountId,
    logger,
    retryCount: request.retryCount,
    tracing: { openTracingSpanContext: '', openTracingSpanBaggages: {}, jaegerEndpoint: '' },
    waitsForEmptyEventLoopBeforeCallback: false,
  };
}

/**
 * A logger that writes log lines as the Node.js runtime does: `<time> <requestId> [level] <message>`. `threshold` is
 * `ALIYUN_FC_LOG_LEVEL`; unknown values mean that nothing is filtered. `log` has level `info`, as on nodejs18 and
 * nodejs20.
 */
export function createLogger(requestId: () => string, threshold: string | undefined, sinks: Sinks): Logger {
  const names: readonly string[] = levels;
  const lowest = names.indexOf(threshold?.toLowerCase() ?? 'debug');
  const at =
    (level: Level) =>
    (...args: unknown[]): void => {
      if (levels.indexOf(level) < lowest) return;
      const line = `${new Date().toISOString()} ${requestId()} [${level}] ${format(...args)}\n`;
      if (level === 'error' || level === 'warn') sinks.stderr(line);
      else sinks.stdout(line);
    };
  return { log: at('info'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
