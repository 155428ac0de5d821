// Faults of OSS: stands between a request and its operation, and lets the fault that was drawn happen to it.
// What OSS has begun it carries out, whether or not its client is still there.

import type { Call, Reply } from '../oss/call.js';
import type { OperationName } from '../oss/detect.js';
import { refuse, ServiceError } from '../oss/error.js';
import type { Intercept } from '../oss/server.js';
import type { Fault } from './fault.js';
import type { Effect, Target } from './kinds.js';

/** A fault that was drawn. It has not happened until `happened` is called. */
export interface Strike {
  readonly effect: Effect;
  /** A number in [0, 1) for what else the fault leaves to chance; the same for the same request. */
  readonly roll: (what: string) => number;
  readonly happened: () => void;
}

export interface FaultyOss {
  /** The fault for the next request of this identity, among those that `may` happen to it. */
  readonly draw: (identity: readonly string[], may: (fault: Fault) => boolean) => Strike | undefined;
  /** Rejects when `signal` fires, and with a ServiceError when the server closes. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** Kills the instance that makes a call; undefined when it is none that makes it. */
  readonly killer: (call: Call) => (() => void) | undefined;
}

/** What happens to one request. */
type Exchange = Parameters<Intercept>[0] & Strike & Omit<FaultyOss, 'draw'>;

const families: Readonly<Record<Exclude<Target, 'any' | 'event' | 'instance'>, readonly OperationName[]>> = {
  process: ['ProcessObject'],
  head: ['HeadObject', 'GetObjectMeta'],
  get: ['GetObject', 'GetSymlink'],
  put: [
    ...(['PutObject', 'PostObject', 'AppendObject', 'CopyObject', 'PutSymlink'] as const),
    ...(['InitiateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload'] as const),
  ],
  delete: ['DeleteObject', 'DeleteObjects', 'AbortMultipartUpload'],
  list: ['ListObjects', 'ListObjectsV2', 'ListParts', 'ListMultipartUploads', 'ListBuckets'],
};

/** Those that call `beforeStore`. */
const writers: ReadonlySet<OperationName> = new Set(
  [...families.process, ...families.put, ...families.delete].filter(
    (operation) => operation !== 'InitiateMultipartUpload' && operation !== 'AbortMultipartUpload',
  ),
);

/** Faults as an interceptor of the embedded OSS. */
export function faultyOss(options: FaultyOss): Intercept {
  return async (exchange) => {
    const { call, run } = exchange;
    const strike = options.draw(await identityOf(call), (fault) => mayStrike(fault, call, options));
    return strike === undefined ? run() : suffer({ ...options, ...exchange, ...strike });
  };
}

function mayStrike({ target, effect }: Fault, call: Call, { killer }: FaultyOss): boolean {
  const { operation } = call;
  if (effect.kind === 'late' && !writers.has(operation)) return false;
  if (effect.kind === 'truncate' && families.head.includes(operation)) return false;
  if (target === 'any') return true;
  if (target === 'instance') return killer(call) !== undefined;
  return target !== 'event' && families[target].includes(operation);
}

/** What a request is, whenever it comes: two outputs of one source differ in the body of their ProcessObject. */
async function identityOf(call: Call): Promise<string[]> {
  const { operation, bucketName, key } = call;
  if (operation !== 'ProcessObject') return [operation, bucketName, key];
  const body = await call.body(64 * 1024);
  call.body = () => Promise.resolve(body);
  return [operation, bucketName, key, body.toString('latin1')];
}

async function suffer(exchange: Exchange): Promise<Reply | undefined> {
  const { effect, call, run, sleep, happened } = exchange;
  switch (effect.kind) {
    case 'slow':
      happened();
      await sleep(effect.ms);
      return run();
    case 'stall':
      return stall(exchange, effect.ms);
    case 'late':
      return late(exchange, effect.ms);
    case 'reset':
      return reset(exchange);
    case 'truncate':
      return truncate(exchange);
    case 'kill':
      return kill(exchange);
    case 'empty':
      await perhapsWork(exchange);
      happened();
      return { status: 200 };
    case 'wrong-json': {
      await perhapsWork(exchange);
      happened();
      const body = JSON.stringify({ object: call.key, status: 'Failed' });
      return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
    }
    default:
      happened();
      throw refusal(effect, exchange.now());
  }
}

/** What OSS says to all other faults. */
function refusal(effect: Effect, now: number): ServiceError {
  switch (effect.kind) {
    case 'status': {
      // https://help.aliyun.com/en/oss/user-guide/0004-00000801
      const detail = effect.code === 'CpuLimitExceeded' ? { ec: '0004-00000801' } : {};
      return new ServiceError(effect.status, effect.code, 'A fault that was asked for.', detail);
    }
    case 'expired':
      return refuse('SecurityTokenExpired');
    case 'skew': {
      const clock = new Date(now + effect.ms);
      return refuse('RequestTimeTooSkewed', {
        extra: { MaxAllowedSkewMilliseconds: '900000', ServerTime: clock.toISOString() },
        headers: { Date: clock.toUTCString() },
      });
    }
    default:
      return refuse('ServiceUnavailable');
  }
}

async function reset({ run, roll, happened, response }: Exchange): Promise<undefined> {
  if (roll('work') < 0.5) await outcome(run);
  happened();
  response.socket?.resetAndDestroy();
}

async function stall({ response, happened, sleep }: Exchange, ms: number): Promise<undefined> {
  happened();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await sleep(ms, gone.signal).catch(() => {});
  response.destroy();
}

async function late(exchange: Exchange, ms: number): Promise<Reply | undefined> {
  const { call, run, sleep } = exchange;
  let dropped = false;
  // One request can remove many objects: all of them wait for the same moment.
  call.beforeStore = once(() => {
    dropped = true;
    drop(exchange);
    return sleep(ms);
  });
  const end = await outcome(run);
  return dropped ? undefined : answer(end);
}

/** Ends the connection after a part of the body; an answer without one goes out whole. */
async function truncate({ run, roll, happened }: Exchange): Promise<Reply> {
  const reply = await run();
  const length = Buffer.byteLength(reply.body ?? '');
  if (length < 2) return reply;
  happened();
  return { ...reply, cutAfter: 1 + Math.floor(roll('cut') * (length - 1)) };
}

/** Kills the instance before OSS has done anything, between its reading and its writing, or before its answer. */
async function kill(exchange: Exchange): Promise<undefined> {
  const { call, run, roll, killer } = exchange;
  const die = once(async () => {
    killer(call)?.();
    drop(exchange);
  });
  const point = Math.floor(roll('point') * 3);
  if (point > 0) {
    if (point === 1) call.beforeStore = die;
    await outcome(run);
  }
  await die();
}

/** The work, in half of the cases. @throws ServiceError when it was refused: then that is the answer. */
async function perhapsWork({ run, roll }: Exchange): Promise<void> {
  if (roll('work') < 0.5) await run();
}

/** What the work came to, a refusal included. */
async function outcome(run: () => Promise<Reply>): Promise<Reply | ServiceError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function answer(end: Reply | ServiceError): Reply {
  if (end instanceof ServiceError) throw end;
  return end;
}

/** Ends the connection; the work goes on. */
function drop({ response, happened }: Exchange): void {
  happened();
  response.destroy();
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
