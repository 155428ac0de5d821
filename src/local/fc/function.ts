// What a function is: its settings with FC's names, defaults and limits, checked once when the server starts.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OssTrigger, parseTimer, type TimerTrigger } from './triggers.js';

/** Settings of one function; names as in FC's CreateFunction and PutAsyncInvokeConfig. */
export interface FunctionOptions {
  functionName: string;
  /** The directory that would be uploaded: holds the module that `handler` names. */
  codeDir: string;
  /** Default `nodejs20`. What runs here is this process's Node.js. */
  runtime?: string;
  /** The ARN of its role; told by GetFunction, whoever issues the credentials. Default none. */
  role?: string;
  /** Default `index.handler`. */
  handler?: string;
  /** Such as `index.initialize`; default none. */
  initializer?: string;
  /** Seconds; default 60. */
  initializerTimeout?: number;
  /** MB; default 256. */
  memorySize?: number;
  /** Seconds; default 60. */
  timeout?: number;
  environmentVariables?: Readonly<Record<string, string>>;
  /** 0 to 8; default 3. */
  maxAsyncRetryAttempts?: number;
  /** Default 86,400. */
  maxAsyncEventAgeInSeconds?: number;
  /** The ARN that GetAsyncInvokeConfig tells; where failures really go is the server's `onFailure`. Default none. */
  onFailureDestination?: string;
  /** Told by GetFunction; it limits nothing here. Default 0.35. */
  cpu?: number;
  /** The most instances at one time; default 2. */
  instances?: number;
  /** The most requests at one time; 0 stops the function; default none. */
  reservedConcurrency?: number;
  /** An instance idle for longer is ended; milliseconds, default 180,000. */
  idleMs?: number;
  /** Stop the instance's process between invocations, as FC does; default false. */
  freeze?: boolean;
  logProject?: string;
  logStore?: string;
  /** How its log is split into entries; told by GetFunction. Default `None`. */
  logBeginRule?: 'None' | 'DefaultRegex';
  ossTriggers?: readonly OssTrigger[];
  timers?: readonly TimerTrigger[];
}

/** The same, complete and checked. */
export type FunctionConfig = Required<
  Omit<FunctionOptions, 'initializer' | 'reservedConcurrency' | 'onFailureDestination'>
> & {
  initializer: string | undefined;
  reservedConcurrency: number | undefined;
  onFailureDestination: string | undefined;
  /** Whether it has an asynchronous invocation configuration of its own. */
  asyncConfigured: boolean;
};

function wholeNumber(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${field}: expected a whole number from ${least} to ${most}, got ${value}`);
  }
  return value;
}

function handlerName(field: string, value: string): string {
  if (!/^[\w-]+(?:\/[\w-]+)*\.[A-Za-z_$][\w$]*$/.test(value) || value.length > 128) {
    throw new RangeError(`${field}: expected <file>.<export> such as index.handler, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** Fills in the defaults. Throws RangeError with the field, the value and what was expected. */
export function functionConfig(options: FunctionOptions): FunctionConfig {
  if (!/^[A-Za-z_][\w-]{0,63}$/.test(options.functionName)) {
    throw new RangeError(
      `functionName: expected a letter or _, then letters, digits, _ and -, at most 64; got ${JSON.stringify(options.functionName)}`,
    );
  }
  const codeDir = resolve(options.codeDir);
  if (!existsSync(codeDir) || !statSync(codeDir).isDirectory()) {
    throw new RangeError(`codeDir: expected a directory with the built function, found none at ${codeDir}`);
  }
  const timers = options.timers ?? [];
  for (const timer of timers) parseTimer(timer);
  return {
    functionName: options.functionName,
    codeDir,
    runtime: options.runtime ?? 'nodejs20',
    role: options.role ?? '',
    handler: handlerName('handler', options.handler ?? 'index.handler'),
    initializer: options.initializer === undefined ? undefined : handlerName('initializer', options.initializer),
    initializerTimeout: wholeNumber('initializerTimeout', options.initializerTimeout ?? 60, 1, 300),
    memorySize: wholeNumber('memorySize', options.memorySize ?? 256, 128, 32_768),
    timeout: wholeNumber('timeout', options.timeout ?? 60, 1, 86_400),
    environmentVariables: checkEnvironment(options.environmentVariables ?? {}),
    maxAsyncRetryAttempts: wholeNumber('maxAsyncRetryAttempts', options.maxAsyncRetryAttempts ?? 3, 0, 8),
    maxAsyncEventAgeInSeconds: wholeNumber(
      'maxAsyncEventAgeInSeconds',
      options.maxAsyncEventAgeInSeconds ?? 86_400,
      1,
      604_800,
    ),
    onFailureDestination: options.onFailureDestination,
    asyncConfigured: [
      options.maxAsyncRetryAttempts,
      options.maxAsyncEventAgeInSeconds,
      options.onFailureDestination,
    ].some((value) => value !== undefined),
    cpu: options.cpu ?? 0.35,
    instances: wholeNumber('instances', options.instances ?? 2, 1, 300),
    reservedConcurrency:
      options.reservedConcurrency === undefined
        ? undefined
        : wholeNumber('reservedConcurrency', options.reservedConcurrency, 0, 300),
    idleMs: wholeNumber('idleMs', options.idleMs ?? 180_000, 1, 86_400_000),
    freeze: options.freeze ?? false,
    logProject: options.logProject ?? '',
    logStore: options.logStore ?? '',
    logBeginRule: options.logBeginRule ?? 'None',
    ossTriggers: options.ossTriggers ?? [],
    timers,
  };
}

const limitBytes = 4096;

/** Checks a function's own variables as FC does. Throws RangeError naming the variable. */
export function checkEnvironment(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let bytes = 0;
  for (const [key, value] of Object.entries(variables)) {
    if (!/^[A-Za-z]\w*$/.test(key)) {
      throw new RangeError(
        `environmentVariables: ${JSON.stringify(key)} is no name: a letter, then letters, digits, _`,
      );
    }
    if (key.startsWith('FC_')) throw new RangeError(`environmentVariables: ${key}: names with FC_ are FC's own`);
    if (typeof value !== 'string' || value.includes('\u0000')) {
      throw new RangeError(`environmentVariables: ${key}: expected a string without NUL`);
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > limitBytes) {
    throw new RangeError(`environmentVariables: ${bytes} bytes in all; FC allows ${limitBytes}`);
  }
  return { ...variables };
}
