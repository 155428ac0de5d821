// One instance of a bundled function, in an embedded FC of its own, and an event for it.
import type { InvocationReport } from '../../src/local/fc/invocation.js';
import { createLocalFc } from '../../src/local/fc/server.js';

export interface Credentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
}

export interface Invoked {
  /** The parsed return value, or the error that FC reports. */
  readonly value: Record<string, unknown>;
  readonly failed: boolean;
  /** The function's own log lines, parsed. */
  readonly lines: Record<string, unknown>[];
  readonly report: InvocationReport;
}

/** One instance of the function; `credentials` is asked at each invocation, `timeout` is in seconds. */
export function instanceOf(
  codeDir: string,
  environmentVariables: Record<string, string>,
  credentials: () => Credentials | undefined,
  timeout = 60,
): AsyncDisposable & { invoke(event: unknown): Promise<Invoked> } {
  let lines: Record<string, unknown>[] = [];
  const fc = createLocalFc({
    functions: [
      { functionName: 'f', codeDir, environmentVariables, instances: 1, initializer: 'index.initialize', timeout },
    ],
    issueCredentials: credentials,
    onLog: (line, { stream }) => {
      if (stream !== 'runtime' && line.startsWith('{')) lines.push(JSON.parse(line));
    },
  });
  return {
    async invoke(event) {
      lines = [];
      const bytes = Buffer.isBuffer(event) ? event : Buffer.from(JSON.stringify(event));
      const report = await fc.invoke('f', bytes);
      return { value: JSON.parse(report.result.toString()), failed: report.errorType !== undefined, lines, report };
    },
    [Symbol.asyncDispose]: () => fc.close(),
  };
}

/** A native event for keys of bucket `photos`. */
export function uploadEvent(...keys: string[]): object {
  return {
    events: keys.map((key) => ({
      eventName: 'ObjectCreated:PutObject',
      eventSource: 'acs:oss',
      eventTime: '2026-11-22T08:30:00.000Z',
      oss: { bucket: { name: 'photos' }, object: { key, size: 1234, eTag: '5B3C1A2E053D763E1B002CC607C5A0FE' } },
    })),
  };
}
