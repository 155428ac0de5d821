// One instance of a bundled function, in an embedded FC of its own, an event for it, and the OSS that it asks.
import type { ServerResponse } from 'node:http';
import { inject } from 'vitest';
import type { InvocationReport } from '../../src/local/fc/invocation.js';
import { createLocalFc } from '../../src/local/fc/server.js';
import type { Asked } from '../oss/stub.js';

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

/** The program of Node.js that runs the function: FC's in the project `fc`, else the one that runs the tests. */
export const nodeOfFunction = (): string => inject('nodeOfFunction') ?? process.execPath;

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
      {
        functionName: 'f',
        codeDir,
        environmentVariables,
        instances: 1,
        initializer: 'index.initialize',
        timeout,
        nodePath: nodeOfFunction(),
      },
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

/** Answers as OSS does: processing succeeds, writes succeed, `objects` can be read. */
export function ossReply(objects: Record<string, { text: string; etag: string } | undefined> = {}) {
  return (response: ServerResponse, asked: Asked): void => {
    response.setHeader('x-oss-request-id', '5C3D9175B6FC201293AD4890');
    const path = decodeURIComponent(asked.url);
    const object = objects[path];
    if (asked.method === 'POST') {
      const key = Buffer.from(/o_([\w-]+)/.exec(asked.body)?.[1] ?? '', 'base64url').toString();
      response.end(JSON.stringify({ bucket: '', fileSize: 3267, object: key, status: 'OK' }));
    } else if (asked.method === 'HEAD') {
      // The version that the events of uploadEvent speak of.
      response.setHeader('etag', '"5B3C1A2E053D763E1B002CC607C5A0FE"');
      response.setHeader('last-modified', 'Sun, 22 Nov 2026 08:30:00 GMT');
      response.setHeader('content-length', '1234').end();
    } else if (asked.method === 'PUT') {
      response.setHeader('etag', '"E"').end();
    } else if (object === undefined) {
      response.statusCode = 404;
      response.end('<Error><Code>NoSuchKey</Code><Message>none</Message></Error>');
    } else if (asked.headers['if-none-match']?.includes(object.etag)) {
      response.statusCode = 304;
      response.end();
    } else {
      response.setHeader('etag', `"${object.etag}"`).end(object.text);
    }
  };
}
