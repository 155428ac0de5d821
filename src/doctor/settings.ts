// The settings of the live function compared with s.yaml: its state, role and settings, its concurrency, its retries.
import { readProjectFor } from '../deploy/deployed-environment.js';
import { missedUploads } from '../deploy/missed-uploads.js';
import type { ResourceProps } from '../deploy/s-schema.js';
import { userConfig } from '../deploy/user-config.js';
import type { RemoteAsyncConfig, RemoteFunction } from '../remote/function-compute.js';
import { type Diagnosis, ok, problem, unseen, warning } from './diagnosis.js';

/** What s.yaml says of the function. */
export interface ExpectedFunction {
  readonly resource: ResourceProps;
  /** Deploy variables that are not set here: values made of them say nothing. */
  readonly unset: readonly string[];
}

/** Reads s.yaml of the project, or gives why it cannot be used. */
export async function readExpected(
  env: NodeJS.ProcessEnv,
): Promise<ExpectedFunction | { readonly unreadable: string }> {
  const project = await readProjectFor(userConfig(), undefined, env);
  if ('unreadable' in project) return project;
  const { resource, unset, mistakes } = project;
  if (resource !== undefined) return { resource, unset };
  return { unreadable: mistakes.map(({ path, message }) => `${path}: ${message}`).join('; ') };
}

/** @param expected undefined: s.yaml could not be read */
export function settingsDiagnoses(live: RemoteFunction, expected: ExpectedFunction | undefined): Diagnosis[] {
  const all = stateDiagnoses(live);
  if (live.role === '') {
    const fix = 'set role in s.yaml to a role with what npm run policy prints, and deploy';
    all.push(problem('role', 'the function has no role, and so no credentials: every call of OSS fails', fix));
  } else {
    all.push(ok('role', live.role));
  }
  if (expected === undefined) return all;
  const { resource, unset } = expected;
  const initializer = live.instanceLifecycleConfig?.initializer;
  const wanted = resource.instanceLifecycleConfig?.initializer;
  const rows: Comparison[] = [
    ...(['runtime', 'handler', 'timeout', 'memorySize', 'cpu'] as const).map(
      (name): Comparison => [name, live[name], resource[name]],
    ),
    ['the initializer', initializer?.handler || undefined, wanted?.handler],
  ];
  if (initializer?.handler && wanted) rows.push(['the initializer’s timeout', initializer.timeout, wanted.timeout]);
  if (typeof resource.logConfig === 'object') {
    for (const name of ['project', 'logstore', 'logBeginRule'] as const) {
      rows.push([`logConfig.${name}`, live.logConfig[name] || undefined, resource.logConfig[name]]);
    }
  }
  // FC gives role names back in lower case, as fc3 sends them.
  if (live.role !== '') rows.push(['role', live.role.toLowerCase(), resource.role.toLowerCase()]);
  const good = `as s.yaml says: ${live.runtime}, ${live.memorySize} MB, ${live.cpu} CPU, ${live.timeout} s`;
  all.push(compared('settings', good, [...differences(rows), ...variableDifferences(live, expected)]));
  if (resource.logConfig === 'auto') all.push(...autoLog(live));
  const unknown = Object.keys(resource.environmentVariables).filter((name) => unset.includes(name));
  if (unknown.length > 0) {
    const values = `the value${unknown.length === 1 ? '' : 's'} of ${unknown.join(', ')}`;
    all.push(unseen('settings', `${values}: not set here, so s.yaml gives none`));
  }
  return all;
}

/** Nothing where it can run the code that was deployed last. */
function stateDiagnoses({ state, stateReason, lastUpdateStatus, lastUpdateStatusReason }: RemoteFunction): Diagnosis[] {
  const all: Diagnosis[] = [];
  const why = (reason: string) => (reason === '' ? '' : `: ${reason}`);
  const [fix, wait] = ['fix the reason, then npm run deploy', 'npm run doctor again in a minute'];
  if (state === 'Failed') {
    all.push(problem('state', `the function cannot be invoked, its state is Failed${why(stateReason)}`, fix));
  } else if (state !== '' && state !== 'Active') {
    all.push(warning('state', `the function’s state is ${state}${why(stateReason)}`, wait));
  }
  if (lastUpdateStatus === 'Failed') {
    const message = `the last update has failed, and what was there before it runs${why(lastUpdateStatusReason)}`;
    all.push(problem('state', message, fix));
  } else if (lastUpdateStatus === 'InProgress') {
    all.push(warning('state', 'an update is under way', wait));
  }
  return all;
}

/** Where s.yaml leaves the log to the deployment. */
function autoLog({ logConfig }: RemoteFunction): Diagnosis[] {
  const { project, logBeginRule } = logConfig;
  if (project === '') return [warning('log', 'the function writes no log', 'npm run deploy makes one')];
  if (logBeginRule === 'None') return [];
  const message = `the log project ${project} begins an entry at a date (logBeginRule is ${logBeginRule || 'not set'}): lines of JSON are joined`;
  return [warning('log', message, 'npm run deploy sets logBeginRule: None')];
}

/**
 * @param reserved of the live function
 * @param heard the prefixes of uploads that it hears of, by bucket; empty: not known
 */
export function concurrencyDiagnosis(
  reserved: number | undefined,
  expected: ExpectedFunction | undefined,
  heard: ReadonlyMap<string, readonly string[]>,
): Diagnosis {
  const wanted = expected?.resource.concurrencyConfig.reservedConcurrency;
  if (reserved === 0) {
    const message = 'the function is stopped: events wait, and are lost to it after 5 hours';
    const fix = `npm run resume; if it was stopped for longer, then ${missedUploads(heard)} shows what was missed`;
    return problem('running', message, fix);
  }
  if (reserved === undefined) {
    const message = 'no reserved concurrency: nothing keeps a burst of uploads from using up the image quota of OSS';
    return warning('running', message, `npm run resume -- --to ${wanted || 5}`);
  }
  if (wanted !== undefined && wanted !== reserved) {
    const message = `reserved concurrency ${reserved}; s.yaml says ${wanted}, which the next deployment sets`;
    return warning('running', message, `npm run resume -- --to ${wanted}, or RESERVED_CONCURRENCY=${reserved} in .env`);
  }
  return ok('running', `reserved concurrency ${reserved}`);
}

/**
 * What Function Compute does with an event whose invocation fails: how often it tries again, and whom it notifies then.
 * @param live undefined: none is set
 */
export function retriesDiagnosis(
  live: RemoteAsyncConfig | undefined,
  expected: ExpectedFunction | undefined,
): Diagnosis {
  if (live === undefined) {
    const message =
      'no asynchronous invocation configuration: an event that fails is tried 3 times more, and then nobody is notified';
    return warning('retries', message, 'npm run deploy sets that of s.yaml');
  }
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, onFailure, onSuccess } = live;
  const age = maxAsyncEventAgeInSeconds ?? 86_400;
  const good = `${maxAsyncRetryAttempts ?? 3} retries within ${age} s, then ${onFailure ?? 'nobody is notified'}`;
  if (expected === undefined) {
    if (onFailure !== undefined) return ok('retries', good);
    return warning('retries', `${good}: an event that fails for good is lost`, 'set FAILURE_QUEUE, and deploy');
  }
  const { asyncInvokeConfig: wanted } = expected.resource;
  const rows: Comparison[] = [
    ['maxAsyncRetryAttempts', maxAsyncRetryAttempts, wanted.maxAsyncRetryAttempts],
    ['maxAsyncEventAgeInSeconds', maxAsyncEventAgeInSeconds, wanted.maxAsyncEventAgeInSeconds],
    comparedArns('onFailure', onFailure, wanted.destinationConfig?.onFailure?.destination),
    comparedArns('onSuccess', onSuccess, wanted.destinationConfig?.onSuccess?.destination),
  ];
  return compared('retries', good, differences(rows));
}

type Comparison = readonly [name: string, live: unknown, wanted: unknown];

/** The account may be left out of an ARN: it is the function’s own. */
function comparedArns(name: string, live: string | undefined, wanted: string | undefined): Comparison {
  const withoutAccount = (arn: string | undefined) => arn?.replace(/^((?:[^:]*:){3})[^:]*/, '$1');
  const omitted = [live, wanted].some((arn) => arn?.split(':')[3] === '');
  return [name, omitted && withoutAccount(live) === withoutAccount(wanted) ? wanted : live, wanted];
}

function differences(rows: readonly Comparison[]): string[] {
  return rows
    .filter(([, live, wanted]) => (live ?? undefined) !== wanted)
    .map(([name, live, wanted]) => `${name} is ${live ?? 'not set'}, not ${wanted ?? 'unset'}`);
}

/** By name alone: a value may be a secret. */
function variableDifferences(
  { environmentVariables: live }: RemoteFunction,
  { resource, unset }: ExpectedFunction,
): string[] {
  return Object.entries(resource.environmentVariables)
    .filter(([name, value]) => !unset.includes(name) && live[name] !== value)
    .map(([name]) => `the variable ${name} ${live[name] === undefined ? 'is not set' : 'has another value'}`);
}

function compared(about: string, good: string, different: readonly string[]): Diagnosis {
  if (different.length === 0) return ok(about, good);
  const fix = 'npm run deploy brings it up to s.yaml; or change s.yaml to what is wanted';
  return problem(about, `not what s.yaml says: ${different.join('; ')}`, fix);
}
