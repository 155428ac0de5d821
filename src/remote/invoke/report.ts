// What an invocation came to, for people or as one JSON object, and the exit code that says it.

import { printable, resultLine } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import { FunctionComputeError } from '../error.js';
import { refusalText } from '../function-account.js';
import type { Invoked } from './engine.js';

export interface Streams {
  readonly json: boolean;
  readonly out: (text: string) => void;
}

/**
 * Prints it.
 * @returns the exit code
 * @throws {UserError} when the function failed; with `json` the failure is on `out` as well
 */
export function report(invoked: Invoked, streams: Streams): number {
  const { failure } = invoked;
  if (streams.json) streams.out(`${JSON.stringify(objectOf(invoked), null, 2)}\n`);
  else printLog(invoked, streams);
  if (failure !== undefined) {
    throw new UserError(`the function failed: ${printable(failure.name ?? failure.type)}: ${lines(failure.message)}`);
  }
  if (invoked.accepted === true) {
    if (!streams.json) streams.out(`accepted; request ${invoked.requestId ?? 'unknown'}\n`);
    return 0;
  }
  const value = jsonOf(invoked.result);
  if (!streams.json) printResult(value, invoked.result, streams);
  return typeof value?.['failed'] === 'number' && value['failed'] > 0 ? 1 : 0;
}

/**
 * `work`, with what the service refuses told as a user's error; with `json` it is on `out` as well.
 * @throws {UserError}
 */
export async function reportingRefusals<T>({ json, out }: Streams, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof FunctionComputeError)) throw cause;
    const { code, status, requestId, message } = cause;
    if (json) out(`${JSON.stringify({ error: { by: 'service', code, status, requestId, message } }, null, 2)}\n`);
    throw new UserError(refusalText(cause), 1, { cause });
  }
}

function objectOf({ accepted, requestId, failure, result, log }: Invoked): object {
  const about = { ...(requestId === undefined ? {} : { requestId }), ...(log === undefined ? {} : { log }) };
  if (failure !== undefined) return { error: { by: 'function', ...failure }, ...about };
  if (accepted === true) return { accepted, ...about };
  return { ...(jsonOf(result) ?? { result }), ...about };
}

function printLog({ log }: Invoked, { out }: Streams): void {
  if (log === undefined) return;
  for (const line of log.trimEnd().split('\n')) out(`${resultLine(line)}\n`);
  out('\n');
}

/** A summary of ours result by result; anything else as it came. */
function printResult(value: Record<string, unknown> | undefined, text: string, { out }: Streams): void {
  const results = value?.['results'];
  if (value === undefined || !Array.isArray(results)) {
    out(`${lines(text)}\n`);
    return;
  }
  for (const result of results as object[]) out(`${resultLine(JSON.stringify({ event: 'result', ...result }))}\n`);
  const { saved, skipped, failed, omitted } = value;
  const left = omitted === undefined ? '' : ` (${omitted} not listed)`;
  out(`${printable(`${saved} saved, ${skipped} skipped, ${failed} failed${left}`)}\n`);
}

/** Several lines stay several lines. */
function lines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A JSON object; undefined when it is anything else. */
function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
