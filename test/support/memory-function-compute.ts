// Function Compute in memory: one function, its triggers and its concurrency, and calls that it refuses.
import { FunctionComputeError } from '../../src/remote/error.js';
import type { FunctionCompute, RemoteTrigger } from '../../src/remote/function-compute.js';

type Calls = Omit<FunctionCompute, 'invoke'>;

export interface MemoryFunction {
  readonly name?: string;
  readonly triggers?: readonly RemoteTrigger[];
  readonly reservedConcurrency?: number;
  /** These are answered with AccessDenied. */
  readonly refused?: readonly (keyof Calls)[];
}

/** What it holds changes as it is called. */
export function memoryFunctionCompute({ name, triggers = [], reservedConcurrency, refused = [] }: MemoryFunction = {}) {
  const state = { triggers: [...triggers], reservedConcurrency, calls: [] as string[] };
  const called = (call: keyof Calls, about: string): void => {
    state.calls.push(`${call} ${about}`);
    if (refused.includes(call)) {
      throw new FunctionComputeError(`AccessDenied: you may not ${call}`, { code: 'AccessDenied', status: 403 });
    }
  };
  const fc: Calls = {
    async getFunction(asked) {
      called('getFunction', asked);
      return asked === name
        ? {
            functionName: asked,
            runtime: 'nodejs20',
            handler: '',
            role: '',
            environmentVariables: {},
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

export function remoteTrigger(
  triggerName: string,
  description = 'oss-autostyle hears uploads',
  prefix = `${triggerName}/`,
): RemoteTrigger {
  return {
    triggerName,
    triggerType: 'oss',
    description,
    qualifier: 'LATEST',
    sourceArn: 'acs:oss:cn-hangzhou:1234567890123456:shop-photos',
    invocationRole: '',
    triggerConfig: { events: ['oss:ObjectCreated:PutObject'], filter: { key: { prefix, suffix: '' } } },
  };
}
