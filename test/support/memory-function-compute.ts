// Function Compute in memory: one function, its triggers and its concurrency, and calls that it refuses.

import { triggerUploadEvents } from '../../src/deploy/triggers/events.js';
import { ossTriggerName } from '../../src/deploy/triggers/own.js';
import { FunctionComputeError } from '../../src/remote/error.js';
import type { FunctionCompute, RemoteFunction, RemoteTrigger } from '../../src/remote/function-compute.js';

type Calls = Omit<FunctionCompute, 'invoke'>;

export interface MemoryFunction {
  readonly name?: string;
  readonly triggers?: readonly RemoteTrigger[];
  readonly reservedConcurrency?: number;
  readonly log?: RemoteFunction['logConfig'];
  /** These are answered with AccessDenied. */
  readonly refused?: readonly (keyof Calls)[];
  /** How the first calls of each fail: one after the other, each once. */
  readonly failing?: Readonly<Partial<Record<keyof Calls, readonly FunctionComputeError[]>>>;
}

/** The service is in trouble. */
export const unavailable = new FunctionComputeError('ServiceUnavailable (HTTP 503): try later', {
  code: 'ServiceUnavailable',
  status: 503,
});
/** Nobody listens. */
export const refusedConnection = new FunctionComputeError('connection refused', { code: 'ECONNREFUSED' });

const noLog = { project: '', logstore: '', logBeginRule: '' } as const;

/** What it holds changes as it is called. */
export function memoryFunctionCompute(given: MemoryFunction = {}) {
  const { name, triggers = [], reservedConcurrency, log = noLog, refused = [], failing = {} } = given;
  const state = { name, triggers: [...triggers], reservedConcurrency, log, calls: [] as string[] };
  const failures = Object.fromEntries(Object.entries(failing).map(([call, errors]) => [call, [...errors]]));
  const called = (call: keyof Calls, about: string): void => {
    state.calls.push(`${call} ${about}`);
    if (refused.includes(call)) {
      throw new FunctionComputeError(`AccessDenied: you may not ${call}`, { code: 'AccessDenied', status: 403 });
    }
    const failure = failures[call]?.shift();
    if (failure !== undefined) throw failure;
  };
  const fc: Calls = {
    async getFunction(asked) {
      called('getFunction', asked);
      return asked === state.name
        ? {
            functionName: asked,
            runtime: 'nodejs20',
            handler: '',
            role: '',
            environmentVariables: {},
            logConfig: state.log,
            state: 'Active',
            stateReason: '',
            lastUpdateStatus: 'Successful',
            lastUpdateStatusReason: '',
          }
        : undefined;
    },
    async listTriggers(asked) {
      called('listTriggers', asked);
      return [...state.triggers];
    },
    async deleteTrigger(asked, trigger) {
      called('deleteTrigger', `${asked}/${trigger}`);
      state.triggers = state.triggers.filter(({ triggerName }) => triggerName !== trigger);
    },
    async getReservedConcurrency(asked) {
      called('getReservedConcurrency', asked);
      return state.reservedConcurrency;
    },
    async putReservedConcurrency(asked, value) {
      called('putReservedConcurrency', asked);
      state.reservedConcurrency = value;
    },
    async getAsyncConfig(asked) {
      called('getAsyncConfig', asked);
      return undefined;
    },
    async deleteReservedConcurrency(asked) {
      called('deleteReservedConcurrency', asked);
      state.reservedConcurrency = undefined;
    },
  };
  return { fc, state };
}

/** An OSS trigger; where nothing else is said, as a deployment makes it for this prefix. */
export function remoteTrigger(
  prefix: string,
  { name = ossTriggerName('shop-photos', prefix), description = 'oss-autostyle hears uploads' } = {},
): RemoteTrigger {
  return {
    triggerName: name,
    triggerType: 'oss',
    description,
    qualifier: 'LATEST',
    sourceArn: 'acs:oss:cn-hangzhou:1234567890123456:shop-photos',
    invocationRole: '',
    triggerConfig: { events: [...triggerUploadEvents], filter: { key: { prefix, suffix: '' } } },
  };
}
