// The live function against what s.yaml says of it.
import type { ResourceProps } from '../../deploy/s-schema.js';
import type { RemoteFunction } from '../../remote/function-compute.js';
import { type Line, ok, problem, warning } from './line.js';

const redeploy = 'npm run deploy brings it up to s.yaml; or change s.yaml to what is wanted';

export interface Expected {
  readonly resource: Pick<
    ResourceProps,
    'runtime' | 'handler' | 'timeout' | 'memorySize' | 'role' | 'environmentVariables' | 'concurrencyConfig'
  >;
  /** Deploy variables that are not set here: values made of them say nothing. */
  readonly unset: readonly string[];
}

/** @param expected absent: s.yaml could not be read */
export function settingsLines(live: RemoteFunction, expected: Expected | undefined): Line[] {
  const { role } = live;
  const lines: Line[] = [];
  if (role === '') {
    const fix = 'set role in s.yaml to a role with what npm run policy prints, and deploy';
    lines.push(problem('role', 'the function has no role, and so no credentials: every call of OSS fails', fix));
  } else {
    lines.push(ok('role', role));
  }
  if (expected === undefined) return lines;
  const { resource } = expected;
  const different = [
    ...difference('runtime', live.runtime, resource.runtime),
    ...difference('handler', live.handler, resource.handler),
    ...difference('timeout', live.timeout, resource.timeout),
    ...difference('memorySize', live.memorySize, resource.memorySize),
    // FC gives role names back in lower case, as fc3 sends them.
    ...(role === '' ? [] : difference('role', role.toLowerCase(), resource.role.toLowerCase())),
    ...variables(live, expected),
  ];
  lines.push(
    different.length === 0
      ? ok('settings', `as s.yaml says: ${live.runtime}, ${live.memorySize} MB, ${live.timeout} s`)
      : problem('settings', `not what s.yaml says: ${different.join('; ')}`, redeploy),
  );
  return lines;
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

function difference(name: string, live: unknown, wanted: unknown): string[] {
  return live === wanted || live === null || live === undefined ? [] : [`${name} is ${live}, not ${wanted}`];
}

/** By name alone: a value may be a secret. */
function variables(live: RemoteFunction, { resource, unset }: Expected): string[] {
  const { environmentVariables: set } = live;
  return Object.entries(resource.environmentVariables).flatMap(([name, value]) => {
    if (unset.includes(name) || set[name] === value) return [];
    return [`the variable ${name} ${set[name] === undefined ? 'is not set' : 'has another value'}`];
  });
}
