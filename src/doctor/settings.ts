// The live function against what s.yaml says of it.
import type { ResourceProps } from '../deploy/s-schema.js';
import type { RemoteFunction } from '../remote/function-compute.js';
import { type Line, ok, problem, unseen, warning } from './diagnosis.js';

export const redeploy = 'npm run deploy brings it up to s.yaml; or change s.yaml to what is wanted';

export interface Expected {
  readonly resource: Pick<
    ResourceProps,
    | 'runtime'
    | 'handler'
    | 'timeout'
    | 'memorySize'
    | 'cpu'
    | 'role'
    | 'environmentVariables'
    | 'instanceLifecycleConfig'
    | 'logConfig'
    | 'concurrencyConfig'
    | 'asyncInvokeConfig'
    | 'triggers'
  >;
  /** Deploy variables that are not set here: values made of them say nothing. */
  readonly unset: readonly string[];
}

/** @param expected absent: s.yaml could not be read */
export function settingsLines(live: RemoteFunction, expected: Expected | undefined): Line[] {
  const { role } = live;
  const lines: Line[] = stateLines(live);
  if (role === '') {
    const fix = 'set role in s.yaml to a role with what npm run policy prints, and deploy';
    lines.push(problem('role', 'the function has no role, and so no credentials: every call of OSS fails', fix));
  } else {
    lines.push(ok('role', role));
  }
  if (expected === undefined) return lines;
  const { resource } = expected;
  const initializer = live.instanceLifecycleConfig?.initializer;
  const wanted = resource.instanceLifecycleConfig?.initializer;
  const different = [
    ...difference('runtime', live.runtime, resource.runtime),
    ...difference('handler', live.handler, resource.handler),
    ...difference('timeout', live.timeout, resource.timeout),
    ...difference('memorySize', live.memorySize, resource.memorySize),
    ...difference('cpu', live.cpu, resource.cpu),
    ...difference('the initializer', initializer?.handler || undefined, wanted?.handler),
    ...(initializer?.handler && wanted
      ? difference('the initializer’s timeout', initializer.timeout, wanted.timeout)
      : []),
    ...log(live, resource.logConfig),
    // FC gives role names back in lower case, as fc3 sends them.
    ...(role === '' ? [] : difference('role', role.toLowerCase(), resource.role.toLowerCase())),
    ...variables(live, expected),
  ];
  lines.push(
    different.length === 0
      ? ok('settings', `as s.yaml says: ${live.runtime}, ${live.memorySize} MB, ${live.cpu} CPU, ${live.timeout} s`)
      : problem('settings', `not what s.yaml says: ${different.join('; ')}`, redeploy),
  );
  if (resource.logConfig === 'auto') lines.push(...autoLog(live));
  const unknown = Object.keys(resource.environmentVariables).filter((name) => expected.unset.includes(name));
  if (unknown.length > 0) {
    const message = `the value${unknown.length === 1 ? '' : 's'} of ${unknown.join(', ')}: not set here, so s.yaml says none`;
    lines.push(unseen('settings', message));
  }
  return lines;
}

/** Nothing where it can run the code that was deployed last. */
function stateLines({ state, stateReason, lastUpdateStatus, lastUpdateStatusReason }: RemoteFunction): Line[] {
  const lines: Line[] = [];
  const why = (reason: string) => (reason === '' ? '' : `: ${reason}`);
  if (state === 'Failed') {
    const message = `the function cannot be invoked, its state is Failed${why(stateReason)}`;
    lines.push(problem('state', message, 'mend the reason, then npm run deploy'));
  } else if (state !== '' && state !== 'Active') {
    const message = `the function’s state is ${state}${why(stateReason)}`;
    lines.push(warning('state', message, 'npm run doctor again in a minute'));
  }
  if (lastUpdateStatus === 'Failed') {
    const message = `the last update has failed, and what was there before it runs${why(lastUpdateStatusReason)}`;
    lines.push(problem('state', message, 'mend the reason, then npm run deploy'));
  } else if (lastUpdateStatus === 'InProgress') {
    lines.push(warning('state', 'an update is under way', 'npm run doctor again in a minute'));
  }
  return lines;
}

/** Where s.yaml names the log. */
function log({ logConfig: live }: RemoteFunction, wanted: Expected['resource']['logConfig']): string[] {
  if (typeof wanted !== 'object') return [];
  return (['project', 'logstore', 'logBeginRule'] as const).flatMap((name) =>
    difference(`logConfig.${name}`, live[name] || undefined, wanted[name]),
  );
}

/** Where s.yaml leaves the log to the deployment. */
function autoLog({ logConfig }: RemoteFunction): Line[] {
  const { project, logBeginRule } = logConfig;
  if (project === '') return [warning('log', 'the function writes no log', 'npm run deploy makes one')];
  if (logBeginRule === 'None') return [];
  const message = `the log project ${project} begins an entry at a date (logBeginRule is ${logBeginRule || 'not set'}): lines of JSON are glued together`;
  return [warning('log', message, 'npm run deploy sets logBeginRule: None')];
}

/** @param reserved of the live function */
export function concurrencyLine(reserved: number | undefined, expected: Expected | undefined): Line {
  const wanted = expected?.resource.concurrencyConfig.reservedConcurrency;
  if (reserved === 0) {
    const message = 'the function is stopped: events wait, and are lost to it after 5 hours';
    return problem('running', message, 'npm run resume');
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

export function difference(name: string, live: unknown, wanted: unknown): string[] {
  if ((live ?? undefined) === wanted) return [];
  return [`${name} is ${live ?? 'not set'}, not ${wanted ?? 'unset'}`];
}

/** By name alone: a value may be a secret. */
function variables(live: RemoteFunction, { resource, unset }: Expected): string[] {
  const { environmentVariables: set } = live;
  return Object.entries(resource.environmentVariables).flatMap(([name, value]) => {
    if (unset.includes(name) || set[name] === value) return [];
    return [`the variable ${name} ${set[name] === undefined ? 'is not set' : 'has another value'}`];
  });
}
