// One event through the deployed function, by Function Compute's own API.
import type { FunctionCompute, InvokeOptions } from '../function-compute.js';
import { type Engine, failureOf } from './engine.js';

export function remoteEngine(fc: FunctionCompute, functionName: string, options: InvokeOptions): Engine {
  return async ({ bytes }) => {
    const { status, requestId, errorType, result, log } = await fc.invoke(functionName, bytes, options);
    const text = result.toString('utf8');
    return {
      requestId,
      result: text,
      ...(status === 202 ? { accepted: true } : {}),
      ...(errorType === undefined ? {} : { failure: failureOf(errorType, text) }),
      ...(log === undefined ? {} : { log }),
    };
  };
}
