// Serves FC's API over HTTP: `POST /2023-03-30/functions/{name}/invocations`, and what control.ts has of the control
// plane.
// https://www.alibabacloud.com/help/en/functioncompute/developer-reference/api-fc-2023-03-30-invokefunction

import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize, checkBody, type FcAccessKey } from './authorize.js';
import { type ControlOperation, decodeName } from './control.js';
import { FcError, functionNotFound, invalidArgument, notImplemented } from './error.js';
import type { InvocationReport } from './invocation.js';

export interface HttpOptions {
  accessKey: (accessKeyId: string) => FcAccessKey | undefined;
  now: () => number;
  newRequestId: () => string;
  hasFunction: (functionName: string) => boolean;
  /** The control plane's operation for a request; undefined when there is none. */
  control: (method: string, path: string) => ControlOperation | undefined;
  invoke: (
    functionName: string,
    event: Buffer,
    options: { requestId: string; signal: AbortSignal },
  ) => Promise<InvocationReport>;
  deliver: (functionName: string, event: Buffer, options: { requestId: string; delayMs: number }) => void;
}

/** https://www.alibabacloud.com/help/en/functioncompute/product-overview/limits-1 */
const maxSyncBytes = 32 * 1024 * 1024;
const maxAsyncBytes = 128 * 1024;
const maxControlBytes = 64 * 1024;
/** How many more bytes of a refused body are read before the connection is cut. */
const maxDrainedBytes = 64 * 1024 * 1024;

const root = '/2023-03-30';
const invocationsPath = /^\/2023-03-30\/functions\/([^/]{1,256})\/invocations$/;

interface Invocation {
  functionName: string;
  type: 'Sync' | 'Async';
  logTail: boolean;
  delayMs: number;
  requestId: string | undefined;
}

function oneOf<T extends string>(req: IncomingMessage, header: string, values: readonly T[], fallback: T): T {
  const given = req.headers[header];
  const value = values.find((candidate) => candidate === (given ?? fallback));
  if (value === undefined) {
    throw invalidArgument(`${header}: expected ${values.join(' or ')}, got '${given}'`);
  }
  return value;
}

/** Reads the invocation from the request line and the headers. Throws FcError. */
function parseInvocation(req: IncomingMessage, path: string, query: URLSearchParams, options: HttpOptions): Invocation {
  const match = invocationsPath.exec(path);
  if (match?.[1] === undefined || req.method !== 'POST') {
    throw notImplemented(`'${req.method}' against '${path}' is not implemented here`);
  }
  const functionName = decodeName(match[1], 'the function name');
  if (!options.hasFunction(functionName)) throw functionNotFound(functionName);
  const qualifier = query.get('qualifier') ?? 'LATEST';
  if (qualifier !== 'LATEST') {
    const [code, kind] = /^\d+$/.test(qualifier) ? ['VersionNotFound', 'version'] : ['AliasNotFound', 'alias'];
    throw new FcError(404, code, `${kind} '${qualifier}' of function '${functionName}' does not exist`);
  }
  for (const name of ['x-fc-async-task-id', 'x-fc-stateful-async-invocation-id']) {
    if (req.headers[name] !== undefined) {
      throw notImplemented(`${name}: asynchronous tasks are not implemented here`);
    }
  }
  const delay = req.headers['x-fc-async-delay'];
  if (delay !== undefined && !(typeof delay === 'string' && /^\d{1,4}$/.test(delay) && +delay > 0 && +delay < 3600)) {
    throw invalidArgument(`x-fc-async-delay: expected whole seconds in (0, 3600), got '${delay}'`);
  }
  const requestId = req.headers['x-fc-request-id'];
  if (requestId !== undefined && !/^[\w-]{1,128}$/.test(String(requestId))) {
    throw invalidArgument('x-fc-request-id: expected letters, digits, _ and -, at most 128');
  }
  return {
    functionName,
    type: oneOf(req, 'x-fc-invocation-type', ['Sync', 'Async'], 'Sync'),
    logTail: oneOf(req, 'x-fc-log-type', ['None', 'Tail'], 'None') === 'Tail',
    delayMs: delay === undefined ? 0 : Number(delay) * 1000,
    requestId: requestId === undefined ? undefined : String(requestId),
  };
}

/** The body, whole. Throws FcError when it is larger than `limit`. */
async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (size > limit + maxDrainedBytes) break;
  }
  if (size > limit) {
    throw new FcError(400, 'EntityTooLarge', `payload size exceeds maximum allowed size (${limit} bytes)`);
  }
  return Buffer.concat(chunks);
}

function resultHeaders(report: InvocationReport, logTail: boolean): Record<string, string> {
  return {
    'content-type': report.errorType === undefined ? 'application/octet-stream' : 'application/json',
    'x-fc-invocation-duration': String(Math.ceil(report.durationMs)),
    'x-fc-max-memory-usage': report.maxMemoryMB.toFixed(2),
    'x-fc-instance-id': report.instanceId,
    ...(report.errorType === undefined ? {} : { 'x-fc-error-type': report.errorType }),
    ...(logTail ? { 'x-fc-log-result': report.logTail.toString('base64') } : {}),
  };
}

function answer(res: ServerResponse, status: number, headers: Record<string, string>, body: Buffer): void {
  res.writeHead(status, { ...headers, 'content-length': body.length });
  res.end(body);
}

function answerControl(res: ServerResponse, requestId: string, { status, body }: ReturnType<ControlOperation>): void {
  const headers = { 'x-fc-request-id': requestId };
  if (body === undefined) answer(res, status, headers, Buffer.alloc(0));
  else answer(res, status, { ...headers, 'content-type': 'application/json' }, Buffer.from(JSON.stringify(body)));
}

async function serve(req: IncomingMessage, res: ServerResponse, options: HttpOptions): Promise<void> {
  const target = req.url ?? '/';
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  let requestId = options.newRequestId();
  try {
    const query = new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
    authorize({ method: req.method ?? '', path, query, headers: req.headers }, options.accessKey, options.now());
    const checkedBody = async (limit: number) => {
      const body = await readBody(req, limit);
      checkBody(req.headers, body);
      return body;
    };
    const operation = options.control(req.method ?? '', path);
    if (operation !== undefined) {
      return answerControl(res, requestId, operation({ query, body: await checkedBody(maxControlBytes) }));
    }
    const invocation = parseInvocation(req, path, query, options);
    requestId = invocation.requestId ?? requestId;
    const event = await checkedBody(invocation.type === 'Sync' ? maxSyncBytes : maxAsyncBytes);
    if (invocation.type === 'Async') {
      options.deliver(invocation.functionName, event, { requestId, delayMs: invocation.delayMs });
      return answer(res, 202, { 'x-fc-request-id': requestId }, Buffer.alloc(0));
    }
    // FC recycles the instance when the client goes away.
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const report = await options.invoke(invocation.functionName, event, { requestId, signal: gone.signal });
    answer(res, 200, { 'x-fc-request-id': requestId, ...resultHeaders(report, invocation.logTail) }, report.result);
  } catch (error) {
    if (res.destroyed || res.headersSent || req.errored) return;
    const known =
      error instanceof FcError ? error : new FcError(500, 'InternalServerError', 'an internal error has occurred');
    if (known !== error) process.emitWarning(error instanceof Error ? error : String(error));
    const headers = { 'content-type': 'application/json', 'x-fc-request-id': requestId };
    const body = { RequestId: requestId, Code: known.code, Message: known.message };
    answer(res, known.status, headers, Buffer.from(JSON.stringify(body)));
  }
}

/** Whether a request target is one of FC's API. */
export function isFcTarget(target: string): boolean {
  return target === root || target.startsWith(`${root}/`) || target.startsWith(`${root}?`);
}

/** Answers requests under `/2023-03-30/`. Returns false, having done nothing, for all others. */
export function createHttpHandler(options: HttpOptions): (req: IncomingMessage, res: ServerResponse) => boolean {
  return (req, res) => {
    if (!isFcTarget(req.url ?? '')) return false;
    void serve(req, res, options);
    return true;
  };
}
