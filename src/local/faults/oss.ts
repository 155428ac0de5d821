// Faults of OSS: stands between a request and its operation, and applies the fault that was drawn for it.
// What OSS has begun it finishes, whether or not its client is still connected.

import type { OssCall, Reply } from '../oss/call.js';
import { refuse, ServiceError } from '../oss/error.js';
import type { Intercept } from '../oss/server.js';
import type { Fault } from './fault.js';
import type { Effect } from './kinds.js';
import { identityOf, strikes, styleOf } from './strikes.js';

/** A fault that was drawn. It counts as happened when `report` is called. */
export interface DrawnFault {
  readonly effect: Effect;
  /** A number in [0, 1) for what else the fault leaves to chance; the same for the same request. */
  readonly roll: (what: string) => number;
  readonly report: () => void;
}

export interface FaultyOss {
  /** The fault for the next request of this identity, among those that `applies` accepts. */
  readonly draw: (identity: readonly string[], applies: (fault: Fault) => boolean) => DrawnFault | undefined;
  /** Rejects when `signal` fires, and with a ServiceError when the faults are closed. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** What kills the instance that makes a call; undefined when no instance makes it. */
  readonly killer: (call: OssCall) => (() => void) | undefined;
}

/** A request, and the fault that it suffers. */
type Exchange = Parameters<Intercept>[0] & DrawnFault & Omit<FaultyOss, 'draw'>;

/** Faults as an interceptor of the embedded OSS. */
export function faultyOss(options: FaultyOss): Intercept {
  return async (exchange) => {
    const { call, run } = exchange;
    const byInstance = options.killer(call) !== undefined;
    const drawn = options.draw(await identityOf(call), (fault) => strikes(fault, call, byInstance));
    return drawn === undefined ? run() : apply({ ...options, ...exchange, ...drawn });
  };
}

async function apply(exchange: Exchange): Promise<Reply | undefined> {
  const { effect, call, run, sleep, report } = exchange;
  switch (effect.kind) {
    case 'slow':
      report();
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
    case 'grow':
      return grow(exchange);
    case 'corrupt':
      return corrupt(exchange);
    case 'unframed':
      return unframed(exchange);
    case 'kill':
      return kill(exchange);
    case 'empty':
      await perhapsRun(exchange);
      report();
      return { status: 200 };
    case 'wrong-json': {
      await perhapsRun(exchange);
      report();
      const body = JSON.stringify({ object: call.key, status: 'Failed' });
      return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
    }
    default:
      report();
      throw refusal(effect, call, exchange.now());
  }
}

/** What OSS answers for all other faults. */
function refusal(effect: Effect, call: OssCall, now: number): ServiceError {
  const isProcessing = call.operation === 'ProcessObject' || styleOf(call) !== undefined;
  switch (effect.kind) {
    case 'status':
      return requested(effect.status, effect.code);
    // https://help.aliyun.com/en/oss/user-guide/http-status-code-503
    case 'throttle':
      return requested(503, isProcessing ? 'CpuLimitExceeded' : 'TotalQpsLimitExceeded');
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

function requested(status: number, code: string): ServiceError {
  // https://help.aliyun.com/en/oss/user-guide/0004-00000801
  const ec = code === 'CpuLimitExceeded' ? '0004-00000801' : undefined;
  return new ServiceError(status, code, 'A fault that was asked for.', { ec });
}

async function reset({ run, roll, report, response }: Exchange): Promise<undefined> {
  if (roll('work') < 0.5) await run().catch(ignoreRefusal);
  report();
  response.socket?.resetAndDestroy();
}

async function stall({ response, report, sleep }: Exchange, ms: number): Promise<undefined> {
  report();
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
  const reply = await run().catch((error: unknown) => {
    if (!dropped) throw error;
    return ignoreRefusal(error);
  });
  return dropped ? undefined : reply;
}

/** Ends the connection after a part of the body; an answer without a body goes out whole. */
async function truncate({ run, roll, report }: Exchange): Promise<Reply> {
  const reply = await run();
  const length = Buffer.byteLength(reply.body ?? '');
  if (length < 2) return reply;
  report();
  return { ...reply, cutAfter: 1 + Math.floor(roll('cut') * (length - 1)) };
}

/** The body is longer than its Content-Length. */
async function grow({ run, report }: Exchange): Promise<Reply> {
  const { body = '', ...reply } = await run();
  if (reply.status !== 200) return { ...reply, body };
  report();
  const headers = { ...reply.headers, 'Content-Length': String(Buffer.byteLength(body)) };
  return { ...reply, headers, framing: 'length', body: Buffer.concat([Buffer.from(body), Buffer.alloc(100, '+')]) };
}

/** OSS gets one byte changed, which only a Content-MD5 tells it. */
async function corrupt({ call, run, roll, report }: Exchange): Promise<Reply> {
  const read = call.body;
  call.body = async (limit) => {
    const body = Buffer.from(await read(limit));
    if (body.length === 0) return body;
    report();
    if (call.headers['content-md5'] !== undefined) throw refuse('InvalidDigest');
    const at = Math.floor(roll('byte') * body.length);
    body.writeUInt8(body.readUInt8(at) ^ 1, at);
    return body;
  };
  return run();
}

/** In half of the cases a part of the body is missing, which the answer does not tell. */
async function unframed(exchange: Exchange): Promise<Reply> {
  const { run, roll, report } = exchange;
  const reply = await run();
  const length = Buffer.byteLength(reply.body ?? '');
  if (reply.status !== 200 || length < 2) return reply;
  report();
  const cut = roll('whole') < 0.5 ? {} : { cutAfter: 1 + Math.floor(roll('cut') * (length - 1)) };
  return { ...reply, framing: 'none', ...cut };
}

/** Kills the instance before OSS has done anything, between its reading and its writing, or before its answer. */
async function kill(exchange: Exchange): Promise<undefined> {
  const { call, run, roll, killer } = exchange;
  const die = once(async () => {
    killer(call)?.();
    drop(exchange);
  });
  const point = Math.floor(roll('point') * 3);
  if (point === 1) call.beforeStore = die;
  if (point > 0) await run().catch(ignoreRefusal);
  await die();
}

/** Runs the operation in half of the cases. @throws ServiceError when it was refused: then that is the answer. */
async function perhapsRun({ run, roll }: Exchange): Promise<void> {
  if (roll('work') < 0.5) await run();
}

/** For an operation whose answer nobody receives. */
function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error;
}

/** Ends the connection; the operation goes on. */
function drop({ response, report }: Exchange): void {
  report();
  response.destroy();
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
