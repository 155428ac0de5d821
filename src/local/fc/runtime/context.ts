// The `context` that handlers get. Fields as documented for Node.js in FC 3.0, and those that the runtime is known to add.
// https://www.alibabacloud.com/help/en/functioncompute/context-1  Runs inside the instance.

import type { Clock } from './clock.js';
import type { Logger } from './console.js';

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
  /** The function's clock; absent: the machine's. */
  clock?: Clock | undefined;
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
