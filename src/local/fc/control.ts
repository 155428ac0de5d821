// FC's control plane, as far as the tools use it: GetFunction, ListTriggers, DeleteTrigger, the asynchronous invocation
// configuration and the reserved concurrency. The bodies follow
// https://www.alibabacloud.com/help/en/functioncompute/developer-reference/api-fc-2023-03-30-getfunction and the pages
// beside it. What GetConcurrencyConfig answers when nothing is set is not documented; here it is 404.

import type { Concurrency } from './concurrency.js';
import { FcError, functionNotFound, invalidArgument } from './error.js';
import type { FunctionConfig } from './function.js';
import type { OssTrigger, TimerTrigger } from './triggers.js';

/** A function as it is deployed. An update replaces `fn`; the rest can change at any time. */
export interface Deployed {
  fn: FunctionConfig;
  readonly triggers: Triggers;
  readonly concurrency: Concurrency;
}

export interface Triggers {
  oss: readonly OssTrigger[];
  timers: readonly TimerTrigger[];
}

export interface ControlRequest {
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

export interface ControlAnswer {
  readonly status: number;
  /** Undefined: an answer without a body. */
  readonly body?: object;
}

/** One operation of the control plane. FcError: no such function or trigger, or an argument that FC refuses. */
export type ControlOperation = (request: ControlRequest) => ControlAnswer;

interface Account {
  readonly region: string;
  readonly accountId: string;
}

const pathForm =
  /^\/2023-03-30\/functions\/([^/]{1,256})(?:\/(triggers|concurrency|async-invoke-config)(?:\/([^/]{1,256}))?)?$/;
/** What an account may reserve without applying for more. */
const maxReserved = 300;

/** The operation that a request calls for; undefined when there is none here. */
export function controlOperation(
  method: string,
  path: string,
  find: (functionName: string) => Deployed | undefined,
  account: Account,
): ControlOperation | undefined {
  const [, name, part = '', item] = pathForm.exec(path) ?? [];
  if (name === undefined) return undefined;
  const operation = operations[`${method} ${part}${item === undefined ? '' : '/*'}`];
  if (operation === undefined) return undefined;
  return (request) => {
    const functionName = decodeName(name, 'a name in the path');
    const deployed = find(functionName);
    if (deployed === undefined) throw functionNotFound(functionName);
    return operation(deployed, { ...request, account, item: decodeName(item ?? '', 'a name in the path') });
  };
}

type Handler = (
  deployed: Deployed,
  request: ControlRequest & { readonly account: Account; readonly item: string },
) => ControlAnswer;

const operations: Readonly<Record<string, Handler>> = {
  'GET ': ({ fn }, { account }) => ({ status: 200, body: functionBody(fn, account) }),
  'GET triggers': ({ fn, triggers }, { account, query }) => {
    const all = triggerBodies(fn, triggers, account);
    const limit = wholeNumber('limit', Number(query.get('limit') ?? 20), 1, 100);
    const after = query.get('nextToken');
    const from = after === null ? 0 : all.findIndex(({ triggerName }) => triggerName === after);
    if (from < 0) throw invalidArgument(`nextToken: '${after}' is none that was given out`);
    const nextToken = all[from + limit]?.triggerName;
    return { status: 200, body: { triggers: all.slice(from, from + limit), nextToken } };
  },
  'DELETE triggers/*': ({ fn, triggers }, { item }) => {
    const others = <T extends { triggerName: string }>(list: readonly T[]) =>
      list.filter(({ triggerName }) => triggerName !== item);
    const [oss, timers] = [others(triggers.oss), others(triggers.timers)];
    if (oss.length + timers.length === triggers.oss.length + triggers.timers.length) {
      const message = `trigger '${item}' does not exist in function '${fn.functionName}'`;
      throw new FcError(404, 'TriggerNotFound', message);
    }
    Object.assign(triggers, { oss, timers });
    return { status: 204 };
  },
  'GET async-invoke-config': ({ fn }, { account }) => {
    if (!fn.asyncConfigured) {
      // The code that Terraform's provider expects of FC 3.0, too.
      const message = `function '${fn.functionName}' has no asynchronous invocation configuration`;
      throw new FcError(404, 'AsyncConfigNotExists', message);
    }
    return { status: 200, body: asyncConfigBody(fn, account) };
  },
  'GET concurrency': (deployed, { account }) => {
    const { fn, concurrency } = deployed;
    if (concurrency.reserved() === undefined) {
      const message = `function '${fn.functionName}' has no concurrency configuration`;
      throw new FcError(404, 'ConcurrencyConfigNotFound', message);
    }
    return { status: 200, body: concurrencyBody(deployed, account) };
  },
  'PUT concurrency': (deployed, { account, body }) => {
    const { reservedConcurrency } = jsonObject(body);
    deployed.concurrency.reserve(wholeNumber('reservedConcurrency', reservedConcurrency, 0, maxReserved));
    return { status: 200, body: concurrencyBody(deployed, account) };
  },
  'DELETE concurrency': ({ concurrency }) => {
    concurrency.reserve(undefined);
    return { status: 204 };
  },
};

function functionArn({ functionName }: FunctionConfig, { region, accountId }: Account): string {
  return `acs:fc:${region}:${accountId}:functions/${functionName}`;
}

function functionBody(fn: FunctionConfig, account: Account): object {
  const initializer = { handler: fn.initializer, timeout: fn.initializerTimeout };
  return {
    functionName: fn.functionName,
    functionArn: functionArn(fn, account),
    runtime: fn.runtime,
    handler: fn.handler,
    role: fn.role,
    timeout: fn.timeout,
    memorySize: fn.memorySize,
    cpu: fn.cpu,
    environmentVariables: fn.environmentVariables,
    instanceConcurrency: 1,
    instanceLifecycleConfig: fn.initializer === undefined ? undefined : { initializer },
    logConfig: { project: fn.logProject, logstore: fn.logStore, logBeginRule: fn.logBeginRule },
    state: 'Active',
    lastUpdateStatus: 'Successful',
  };
}

function triggerBodies(fn: FunctionConfig, triggers: Triggers, account: Account) {
  const common = (triggerName: string, triggerType: string, triggerConfig: object) => ({
    triggerName,
    triggerType,
    description: '',
    qualifier: 'LATEST',
    status: 'OK',
    targetArn: functionArn(fn, account),
    // A string on the wire, as FC has it.
    triggerConfig: JSON.stringify(triggerConfig),
  });
  const { region, accountId } = account;
  return [
    ...triggers.oss.map(({ triggerName, bucket, events, prefix = '', suffix = '' }) => ({
      ...common(triggerName, 'oss', { events, filter: { key: { prefix, suffix } } }),
      sourceArn: `acs:oss:${region}:${accountId}:${bucket}`,
      invocationRole: `acs:ram::${accountId}:role/aliyunosseventnotificationrole`,
    })),
    ...triggers.timers.map(({ triggerName, cronExpression, payload = '' }) => ({
      ...common(triggerName, 'timer', { cronExpression, payload, enable: true }),
      sourceArn: '',
      invocationRole: '',
    })),
  ];
}

function asyncConfigBody(fn: FunctionConfig, account: Account): object {
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, onFailureDestination } = fn;
  return {
    functionArn: functionArn(fn, account),
    qualifier: 'LATEST',
    maxAsyncRetryAttempts,
    maxAsyncEventAgeInSeconds,
    destinationConfig: onFailureDestination === undefined ? {} : { onFailure: { destination: onFailureDestination } },
  };
}

function concurrencyBody({ fn, concurrency }: Deployed, account: Account): object {
  return { functionArn: functionArn(fn, account), reservedConcurrency: concurrency.reserved() };
}

function wholeNumber(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw invalidArgument(`${name}: expected a whole number from ${min} to ${max}`);
  }
  return value;
}

function jsonObject(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch (cause) {
    throw invalidArgument('the body is not JSON', { cause });
  }
  throw invalidArgument('the body is no JSON object');
}

/** A name from the path. FcError: it is not percent-encoded UTF-8; `what` says which name. */
export function decodeName(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalidArgument(`${what} is not percent-encoded UTF-8`, { cause });
  }
}
