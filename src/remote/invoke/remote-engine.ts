// One event through the deployed function: by Function Compute's own API, or by Serverless Devs.
import { UserError } from '../../terminal/user-error.js';
import { commandEnvironment } from '../account.js';
import { type FunctionFlags, openFunction } from '../function-account.js';
import type { FunctionCompute, InvokeOptions } from '../function-compute.js';
import { type Engine, functionFailureOf } from './engine.js';
import { serverlessDevsEngine } from './serverless-devs.js';

export interface RemoteFlags extends FunctionFlags {
  readonly async?: boolean | undefined;
  readonly log?: boolean | undefined;
  readonly qualifier?: string | undefined;
  /** Seconds. */
  readonly timeout?: string | undefined;
  /** `s`, or undefined for the API. */
  readonly via?: string | undefined;
}

/**
 * The largest event that Function Compute takes, in bytes.
 * https://www.alibabacloud.com/help/en/functioncompute/product-overview/limits-1
 */
const largest = { sync: 32 * 1024 * 1024, async: 128 * 1024 } as const;

/**
 * @param bytes the size of the event
 * @param note prints a note for people
 * @throws {UserError} (2) for flags that cannot be used, (1) for an event that is too large
 */
export async function openRemoteEngine(
  flags: RemoteFlags,
  bytes: number,
  note: (text: string) => void,
): Promise<Engine> {
  const { async = false, log = false, qualifier, via } = flags;
  if (async && log) throw new UserError('--log: an event that is only queued has no log yet; leave --async out', 2);
  if (via !== undefined && via !== 's') throw new UserError(`--via ${via}: expected s`, 2);
  const options = { async, log, qualifier, timeout: flags.timeout === undefined ? undefined : ms(flags.timeout) };
  const limit = async ? largest.async : largest.sync;
  if (bytes > limit) {
    const advice = async ? 'leave --async out' : 'split it';
    throw new UserError(`the event has ${bytes} bytes; Function Compute takes ${limit}: ${advice}`);
  }
  const env = commandEnvironment(flags.endpoint);
  const { name, region, fc, accountId, credentials } = await openFunction(flags, { env, note });
  if (via === undefined) return apiEngine(fc, name, options);
  if (flags.endpoint !== undefined) {
    throw new UserError('--endpoint: `s` takes it from s.yaml (props.endpoint); leave --via out', 2);
  }
  const run = { env, credentials: { ...credentials, accountId } };
  return serverlessDevsEngine({ functionName: name, region, ...options, run });
}

function ms(seconds: string): number {
  const value = Number(seconds);
  if (/^\d{1,6}$/.test(seconds) && value >= 1 && value <= 86_400) return value * 1000;
  throw new UserError(`--timeout ${seconds}: expected whole seconds from 1 to 86400`, 2);
}

function apiEngine(fc: FunctionCompute, functionName: string, options: InvokeOptions): Engine {
  return async ({ bytes }) => {
    const { status, requestId, errorType, result, log } = await fc.invoke(functionName, bytes, options);
    const text = result.toString('utf8');
    const failure = errorType === undefined ? undefined : functionFailureOf(errorType, text);
    return { requestId, result: text, accepted: status === 202, failure, log };
  };
}
