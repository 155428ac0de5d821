// Environment variables: what the configuration reads and s.yaml does not pass, what it passes and nobody reads, and those
// that change what runs.
import type { ResourceProps } from '../deploy/s-schema.js';
import { markersIn } from '../rules/markers.js';
import { nearest } from '../style/lint/nearest.js';
import { type Found, found } from './finding.js';

/** All variables together; https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables */
const maxBytes = 4_096;

/** What the function itself reads. */
const own = ['CONCURRENCY', 'CONFIG_URI', 'OSS_ENDPOINT'];

/**
 * What is wrong with the variables.
 * @param input the configuration as it was written, with its env() markers
 * @param bundled whether it is the one that is deployed with the function
 */
export function checkVariables(
  input: unknown,
  { environmentVariables, region }: ResourceProps,
  bundled: boolean,
): Found[] {
  const path = 'props.environmentVariables';
  // What src/config.ts reads is nothing to a function that reads its rules elsewhere.
  const elsewhere = bundled && isElsewhere({ environmentVariables });
  const read = elsewhere ? new Map<string, string | undefined>() : markersIn(input);
  const findings: Found[] = [];
  for (const [name, fallback] of read) {
    if (Object.hasOwn(environmentVariables, name)) continue;
    const then =
      fallback === undefined
        ? 'it has no default, so that the function refuses every event'
        : `the function takes the default, ${JSON.stringify(fallback)}`;
    const message = `the configuration reads ${name}, which s.yaml does not pass: ${then}`;
    const severity = fallback === undefined ? 'error' : 'warning';
    findings.push(found(severity, 'variableNotPassed', path, message, `${name}: \${env('${name}')}`));
  }
  const known = [...read.keys(), ...own];
  for (const name of Object.keys(environmentVariables)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    if (meant === undefined || Object.hasOwn(environmentVariables, meant)) continue;
    const message = `nobody reads ${name}; is ${meant} meant?`;
    findings.push(found('warning', 'variableMisspelt', `${path}.${name}`, message, meant));
  }
  const bytes = Object.entries(environmentVariables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name + value),
    0,
  );
  if (bytes > maxBytes) {
    const message = `the variables have ${bytes} bytes together; Function Compute takes ${maxBytes}`;
    findings.push(
      found('error', 'environmentTooLarge', path, message, 'keep rules in src/config.ts, or elsewhere with CONFIG_URI'),
    );
  }
  return [...findings, ...configUri(environmentVariables, bundled), ...endpoint(environmentVariables, region)];
}

/** Deploy variables that have no value, when it is deployed now. */
export function unsetVariables(names: readonly string[]): Found[] {
  return names.map((name) => found('error', 'variableUnset', `env("${name}")`, `${name} has no value`, howToSet));
}

/** Where deploy variables get their values. */
export const howToSet = 'set it in .env (see .env.example) or in the environment';

function configUri({ CONFIG_URI }: Readonly<Record<string, string>>, bundled: boolean): Found[] {
  if (!CONFIG_URI) return [];
  const where = 'props.environmentVariables.CONFIG_URI';
  // Not repeated: a signed address would show its signature.
  if (!/^oss:\/\/[^/]+\/.+|^file:\/\/\/./s.test(CONFIG_URI)) {
    const message =
      'CONFIG_URI is neither oss://bucket/key.json nor file:///path.json: the function refuses every event';
    return [found('error', 'configUriInvalid', where, message, 'oss://BUCKET/rules.json')];
  }
  if (!bundled) return [];
  const message =
    'CONFIG_URI is set: the rules that run are kept there, not in src/config.ts, so that the triggers, what they hear and ' +
    'the variables were not held against rules';
  return [found('warning', 'configElsewhere', where, message, withCopy)];
}

const withCopy =
  'with a copy of them: npm run check -- --config FILE.json; npm run triggers -- --config FILE.json --write; ' +
  'npm run deploy -- --config FILE.json';

/** Whether the rules that run are not those in the bundle. */
export function isElsewhere({ environmentVariables }: Pick<ResourceProps, 'environmentVariables'>): boolean {
  return Boolean(environmentVariables['CONFIG_URI']);
}

function endpoint({ OSS_ENDPOINT }: Readonly<Record<string, string>>, region: string): Found[] {
  if (!OSS_ENDPOINT || OSS_ENDPOINT.includes(`oss-${region}-internal.`)) return [];
  const message = `OSS_ENDPOINT replaces the internal endpoint of ${region}: traffic may cost, or reach another region`;
  return [found('warning', 'endpointReplaced', 'props.environmentVariables.OSS_ENDPOINT', message, 'take it out')];
}
