// Environment variables: what the configuration reads and s.yaml does not pass, what it passes and nobody reads, and
// those that change what runs.
import type { ResourceProps } from '../../deploy/s-schema.js';
import { type Endpoint, resolveEndpoint } from '../../oss/endpoint.js';
import { regionOfHost } from '../../oss/endpoint-region.js';
import { OssError } from '../../oss/error.js';
import { markersIn } from '../../rules/markers.js';
import { nearest } from '../../style/lint/nearest.js';
import { type Finding, finding } from '../finding.js';

/** All variables together; https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables */
const maxBytes = 4_096;

/** What the function itself reads. */
const own = ['CONCURRENCY', 'CONFIG_URI', 'OSS_ENDPOINT'];

const path = 'props.environmentVariables';

/**
 * What is wrong with the variables.
 * @param inputs the configurations that the function reads, as they were written, with their env() markers
 * @param bundled whether the rules that run are known only as far as src/config.ts bounds them
 */
export function checkVariables(inputs: readonly unknown[], resource: ResourceProps, bundled: boolean): Finding[] {
  const { environmentVariables: passed, region } = resource;
  const read = new Map(inputs.flatMap((input) => [...markersIn(input)]));
  const findings: Finding[] = [];
  for (const [name, fallback] of read) {
    if (Object.hasOwn(passed, name)) continue;
    const [severity, then] =
      fallback === undefined
        ? (['error', 'it has no default, so that the function refuses every event'] as const)
        : (['warning', `the function takes the default, ${JSON.stringify(fallback)}`] as const);
    const message = `the configuration reads ${name}, which s.yaml does not pass: ${then}`;
    findings.push(finding(severity, 'variableNotPassed', path, message, `${name}: \${env('${name}')}`));
  }
  const known = [...read.keys(), ...own];
  for (const name of Object.keys(passed)) {
    const meant = known.includes(name) ? undefined : nearest(name, known);
    if (meant === undefined || Object.hasOwn(passed, meant)) continue;
    const message = `nobody reads ${name}; is ${meant} meant?`;
    findings.push(finding('warning', 'variableMisspelt', `${path}.${name}`, message, meant));
  }
  const bytes = Buffer.byteLength(Object.entries(passed).flat().join(''));
  if (bytes > maxBytes) {
    const message = `the variables have ${bytes} bytes together; Function Compute takes ${maxBytes}`;
    const fix = 'keep rules in src/config.ts, or elsewhere with CONFIG_URI';
    findings.push(finding('error', 'environmentTooLarge', path, message, fix));
  }
  return [...findings, ...configUri(passed, bundled), ...endpoint(passed, region)];
}

/** Deploy variables that have no value, when it is deployed now. */
export function unsetVariables(names: readonly string[]): Finding[] {
  const fix = 'set it in .env (see .env.example) or in the environment';
  return names.map((name) => finding('error', 'variableUnset', `env("${name}")`, `${name} has no value`, fix));
}

function configUri({ CONFIG_URI }: ResourceProps['environmentVariables'], bundled: boolean): Finding[] {
  if (!CONFIG_URI) return [];
  const where = `${path}.CONFIG_URI`;
  // Not repeated: a signed address would show its signature.
  if (!/^oss:\/\/[^/]+\/.+|^file:\/\/\/./s.test(CONFIG_URI)) {
    const message =
      'CONFIG_URI is neither oss://bucket/key.json nor file:///path.json: the function refuses every event';
    return [finding('error', 'configUriInvalid', where, message, 'oss://BUCKET/rules.json')];
  }
  if (!bundled) return [];
  if (isReplaced({ CONFIG_URI })) {
    const message =
      'CONFIG_URI names a file: the rules that are deployed are in it, not in src/config.ts, so that the triggers, what ' +
      'they cover and the variables were not compared with rules';
    const fix =
      'with a copy of them: npm run check -- --config FILE.json; npm run triggers -- --config FILE.json --write; ' +
      'npm run deploy -- --config FILE.json';
    return [finding('warning', 'configElsewhere', where, message, fix)];
  }
  const message =
    'CONFIG_URI is set: the rules that run are kept there, and take only what src/config.ts asks for; they were not checked';
  return [
    finding('info', 'configElsewhere', where, message, 'with a copy of them: npm run check -- --config FILE.json'),
  ];
}

/** Whether a file of the deployment takes the place of src/config.ts. */
export function isReplaced({ CONFIG_URI }: ResourceProps['environmentVariables']): boolean {
  return CONFIG_URI?.startsWith('file:') ?? false;
}

function endpoint({ OSS_ENDPOINT }: ResourceProps['environmentVariables'], region: string): Finding[] {
  if (!OSS_ENDPOINT) return [];
  const where = `${path}.OSS_ENDPOINT`;
  const fix = 'remove it';
  const resolved = resolvedOr(OSS_ENDPOINT, region);
  if ('refused' in resolved) return [finding('error', 'endpointInvalid', where, resolved.refused, fix)];
  if (resolved.host === `oss-${region}-internal.aliyuncs.com`) return [];
  const theirs = regionOfHost(resolved.host);
  if (theirs !== undefined && theirs !== region) {
    const message = `OSS_ENDPOINT is in ${theirs}, but the function signs for its own region, ${region}: OSS refuses every request`;
    return [finding('error', 'endpointRegion', where, message, fix)];
  }
  const message = `OSS_ENDPOINT replaces the internal endpoint of ${region}: traffic may cost, or reach another region`;
  return [finding('warning', 'endpointReplaced', where, message, fix)];
}

function resolvedOr(override: string, region: string): Endpoint | { readonly refused: string } {
  try {
    return resolveEndpoint({ region, override });
  } catch (error) {
    if (!(error instanceof OssError)) throw error;
    return { refused: error.message };
  }
}
