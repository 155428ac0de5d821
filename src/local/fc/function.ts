// The settings of a function, with FC's names, defaults and limits. They are checked once, when the server starts.

import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkEnvironment } from './environment.js';
import { type OssTrigger, parseTimer, type TimerTrigger } from './triggers.js';

/** Settings of one function; names as in FC's CreateFunction and PutAsyncInvokeConfig. */
export interface FunctionOptions {
  functionName: string;
  /** The directory that would be uploaded: holds the module that `handler` names. */
  codeDir: string;
  /** Default `nodejs20`. What runs here is the Node.js at `nodePath`. */
  runtime?: string;
  /** The program of Node.js that runs the function; default this process's. */
  nodePath?: string;
  /** The ARN of its role, for GetFunction; the server's `issueCredentials` gives the credentials. Default none. */
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
  /** The ARN, for GetAsyncInvokeConfig; failures really go to the server's `onFailure`. Default none. */
  onFailureDestination?: string;
  /** For GetFunction; it limits nothing here. Default 0.35. */
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
  /** How its log is split into entries, for GetFunction. Default `None`. */
  logBeginRule?: 'None' | 'DefaultRegex';
  ossTriggers?: readonly OssTrigger[];
  timers?: readonly TimerTrigger[];
}

/** The settings that a function need not have. */
type Optional = 'initializer' | 'reservedConcurrency' | 'onFailureDestination';

/** The same, complete and checked. */
export type FunctionConfig = Required<Omit<FunctionOptions, Optional>> & {
  [Name in Optional]: FunctionOptions[Name] | undefined;
} & {
  /** Whether it has an asynchronous invocation configuration of its own. */
  asyncConfigured: boolean;
};

const defaults = {
  runtime: 'nodejs20',
  nodePath: process.execPath,
  role: '',
  handler: 'index.handler',
  initializer: undefined,
  initializerTimeout: 60,
  memorySize: 256,
  timeout: 60,
  maxAsyncRetryAttempts: 3,
  maxAsyncEventAgeInSeconds: 86_400,
  onFailureDestination: undefined,
  cpu: 0.35,
  instances: 2,
  reservedConcurrency: undefined,
  idleMs: 180_000,
  freeze: false,
  logProject: '',
  logStore: '',
  logBeginRule: 'None',
  ossTriggers: [],
  timers: [],
} as const;

/** The whole numbers among the settings, with the least and the greatest that FC takes. */
const ranges = [
  ['initializerTimeout', 1, 300],
  ['memorySize', 128, 32_768],
  ['timeout', 1, 86_400],
  ['maxAsyncRetryAttempts', 0, 8],
  ['maxAsyncEventAgeInSeconds', 1, 604_800],
  ['instances', 1, 300],
  ['reservedConcurrency', 0, 300],
  ['idleMs', 1, 86_400_000],
] as const;

/** Fills in the defaults. Throws RangeError with the field, the value and what was expected. */
export function functionConfig(options: FunctionOptions): FunctionConfig {
  const { functionName, maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, onFailureDestination } = options;
  if (!/^[A-Za-z_][\w-]{0,63}$/.test(functionName)) {
    throw new RangeError(
      `functionName: expected a letter or _, then letters, digits, _ and -, at most 64; got ${JSON.stringify(functionName)}`,
    );
  }
  const codeDir = resolve(options.codeDir);
  if (!existsSync(codeDir) || !statSync(codeDir).isDirectory()) {
    throw new RangeError(`codeDir: expected a directory with the built function, found none at ${codeDir}`);
  }
  const asyncSettings = [maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, onFailureDestination];
  const config = {
    ...defaults,
    ...options,
    codeDir,
    environmentVariables: checkEnvironment(options.environmentVariables ?? {}),
    asyncConfigured: asyncSettings.some((value) => value !== undefined),
  };
  for (const timer of config.timers) parseTimer(timer);
  checkHandler('handler', config.handler);
  if (config.initializer !== undefined) checkHandler('initializer', config.initializer);
  for (const [field, min, max] of ranges) {
    const value = config[field];
    if (value !== undefined && (!Number.isInteger(value) || value < min || value > max)) {
      throw new RangeError(`${field}: expected a whole number from ${min} to ${max}, got ${value}`);
    }
  }
  return config;
}

function checkHandler(field: string, value: string): void {
  if (!/^[\w-]+(?:\/[\w-]+)*\.[A-Za-z_$][\w$]*$/.test(value) || value.length > 128) {
    throw new RangeError(`${field}: expected <file>.<export> such as index.handler, got ${JSON.stringify(value)}`);
  }
}
