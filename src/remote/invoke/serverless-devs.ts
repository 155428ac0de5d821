// One event through the deployed function, by `s invoke`: it signs in FC 3.0's own way (ACS3), where @alicloud/fc2
// signs as FC 2.0 did. The event goes in a file, never on the command line, which `s` reports to its makers.

import { FunctionComputeError } from '../error.js';
import type { InvokeOptions } from '../function-compute.js';
import { printedError, type RunOptions, type RunResult, runS } from '../serverless-devs.js';
import { type Engine, functionFailureOf, type Invoked } from './engine.js';

export interface SOptions extends InvokeOptions {
  readonly functionName: string;
  readonly region: string;
  readonly run: RunOptions;
}

/** Throws FunctionComputeError when `s` fails: code `ServerlessDevs`, or the service's own where it is named. */
export function serverlessDevsEngine(options: SOptions): Engine {
  const { functionName, region, async = false, log = false, qualifier, timeout, run } = options;
  return async ({ file }) => {
    const args = [
      ...['invoke', '--event-file', file, '--function-name', functionName, '--region', region],
      ...['--invocation-type', async ? 'Async' : 'Sync'],
      ...(qualifier === undefined ? [] : ['--qualifier', qualifier]),
      ...(timeout === undefined ? [] : ['--timeout', String(Math.ceil(timeout / 1000))]),
      '--assume-yes',
    ];
    const ran = await runS(args, run);
    if (ran.code !== 0) throw refusalOf(ran);
    return { ...readOutput(ran.stdout, log), accepted: async };
  };
}

/** What fc3 0.1 prints of an invocation; a function error is only a line in it, and no exit code. */
export function readOutput(stdout: string, log: boolean): Invoked {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  const text = stdout.replace(/\u001b\[[0-9;]*m/g, '');
  const line = (label: string) => new RegExp(`^${label}: *(\\S[^\\n]*)$`, 'm').exec(text)?.[1];
  const [before = '', after] = text.split(/^Invoke Result:\n/m);
  if (after === undefined) {
    throw new FunctionComputeError('Serverless Devs invoked the function, but printed no result', {
      code: 'ServerlessDevs',
    });
  }
  const [result = ''] = after.split(/\n✔ \[/u);
  const errorType = line('Error Type');
  const tail = /^=+ FC invoke Logs begin =+\n(.*)\n=+ FC invoke Logs end =+$/ms.exec(before)?.[1];
  return {
    requestId: line('RequestId'),
    result: result.trimEnd(),
    failure: errorType === undefined ? undefined : functionFailureOf(errorType, result.trimEnd()),
    log: log && tail !== undefined ? `${tail}\n` : undefined,
  };
}

function refusalOf({ stdout, stderr, code }: RunResult): FunctionComputeError {
  const message = printedError(`${stdout}\n${stderr}`)?.slice(0, 1_000) || `it ended with ${code}`;
  return new FunctionComputeError(`Serverless Devs: ${message}`, {
    code: /^([A-Z][A-Za-z]{2,60}): /.exec(message)?.[1] ?? 'ServerlessDevs',
  });
}
