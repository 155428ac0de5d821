// The result of an invocation, for people or as one JSON object, and the exit code for it.
import { printable } from '../../rules/printable.js';
import { jsonObjectIn, printableLines, resultLine } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import type { FunctionComputeError } from '../error.js';
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
    throw new UserError(
      `the function failed: ${printable(failure.name ?? failure.type)}: ${printableLines(failure.message)}`,
    );
  }
  if (invoked.accepted) {
    if (!streams.json) streams.out(`accepted; request ${invoked.requestId ?? 'unknown'}\n`);
    return 0;
  }
  const value = jsonObjectIn(invoked.result);
  if (!streams.json) printResult(value, invoked.result, streams);
  return typeof value?.['failed'] === 'number' && value['failed'] > 0 ? 1 : 0;
}

/** An error of the service as one JSON object. */
export function refusalJson({ code, status, requestId, message }: FunctionComputeError): string {
  return `${JSON.stringify({ error: { by: 'service', code, status, requestId, message } }, null, 2)}\n`;
}

function objectOf({ accepted, requestId, failure, result, log }: Invoked): object {
  if (failure !== undefined) return { error: { by: 'function', ...failure }, requestId, log };
  if (accepted) return { accepted, requestId, log };
  // A field of the result stays where there is nothing in its place.
  const known = Object.entries({ requestId, log }).filter(([, value]) => value !== undefined);
  return { ...(jsonObjectIn(result) ?? { result }), ...Object.fromEntries(known) };
}

function printLog({ log }: Invoked, { out }: Streams): void {
  if (log === undefined) return;
  for (const line of log.trimEnd().split('\n')) out(`${resultLine(line)}\n`);
  out('\n');
}

/** A summary of this function result by result; anything else as it is. */
function printResult(value: Record<string, unknown> | undefined, text: string, { out }: Streams): void {
  const results = value?.['results'];
  if (value === undefined || !Array.isArray(results)) {
    out(`${printableLines(text)}\n`);
    return;
  }
  for (const result of results as object[]) out(`${resultLine(JSON.stringify({ event: 'result', ...result }))}\n`);
  const { saved, skipped, failed, omitted } = value;
  const more = omitted === undefined ? '' : ` (${omitted} not listed)`;
  out(`${printable(`${saved} saved, ${skipped} skipped, ${failed} failed${more}`)}\n`);
}
