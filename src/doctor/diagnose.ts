// Everything that `doctor` looks at, in order: the function, its triggers, the buckets, the journal, and what it may do.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../deploy/configuration.js';
import { parsePlace, parsePublished, readPublished } from '../deploy/published.js';
import { planTriggers } from '../deploy/triggers/plan.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import type { Buckets } from '../remote/buckets.js';
import { FunctionComputeError } from '../remote/error.js';
import { refusalText } from '../remote/function-account.js';
import type { FunctionCompute, RemoteFunction } from '../remote/function-compute.js';
import { ConfigError } from '../rules/config-error.js';
import { loadConfig } from '../rules/load.js';
import type { Config } from '../rules/rule.js';
import { UserError } from '../terminal/user-error.js';
import { bucketLines } from './buckets.js';
import { type Line, ok, problem, unseen, warning } from './diagnosis.js';
import { journalLines } from './journal.js';
import { probeLines } from './probe.js';
import { retriesLine } from './retries.js';
import { concurrencyLine, type Expected, settingsLines } from './settings.js';
import { triggerLines } from './triggers.js';

export interface Diagnosis {
  readonly fc: FunctionCompute;
  readonly functionName: string;
  readonly region: string;
  readonly accountId: string;
  readonly oss: Oss;
  readonly buckets: Buckets;
  /** Reads s.yaml, or tells why it says nothing. */
  readonly expected: () => Promise<Expected | { readonly unreadable: string }>;
  /** A configuration as JSON; absent: the one that the live function reads. */
  readonly configFile?: string | undefined;
  /** Invoke the function to see what its role may do. */
  readonly probe: boolean;
  /** In the keys of probes. */
  readonly id: string;
  readonly now: () => number;
}

/** Looks at everything; what cannot be looked at is a line too. */
export async function diagnose(diagnosis: Diagnosis): Promise<Line[]> {
  const { fc, functionName, region, oss, buckets, now } = diagnosis;
  const lines: Line[] = [];
  const live = await look(lines, 'function', () => fc.getFunction(functionName));
  if (live === undefined) {
    if (!lines.some(({ about }) => about === 'function')) {
      const fix = 'npm run deploy, or name another with --function and --region';
      lines.push(problem('function', `there is no function ${functionName} in ${region}`, fix));
    }
    return lines;
  }
  const read = await diagnosis.expected();
  const expected = 'unreadable' in read ? undefined : read;
  lines.push(ok('function', `${functionName} in ${region}`), ...settingsLines(live, expected));
  if ('unreadable' in read) lines.push(warning('s.yaml', `it says nothing: ${read.unreadable}`, 'npm run check'));
  const reserved = await look(lines, 'running', async () => ({ is: await fc.getReservedConcurrency(functionName) }));
  if (reserved !== undefined) lines.push(concurrencyLine(reserved.is, expected));
  const retries = await look(lines, 'retries', async () => ({ are: await fc.getAsyncConfig(functionName) }));
  if (retries !== undefined) lines.push(retriesLine(retries.are, expected));

  const config = await rules(lines, diagnosis, live);
  if (config === undefined) return lines;
  const triggers = await look(lines, 'trigger', () => fc.listTriggers(functionName));
  if (triggers !== undefined) {
    const around = { region, accountId: diagnosis.accountId, listed: expected?.resource.triggers };
    lines.push(...triggerLines(triggers, planTriggers(config), around));
  }
  lines.push(...(await bucketLines(config, buckets, region)));
  const { journal } = config;
  if (journal !== 'throw') lines.push(...(await journalLines(oss, journal, now())));

  if (!diagnosis.probe) {
    lines.push(unseen('access', 'what the function’s role may do: --no-probe'));
  } else if (reserved?.is === 0) {
    lines.push(warning('access', 'what its role may do was not looked at: the function is stopped', 'npm run resume'));
  } else {
    lines.push(...(await probeLines({ fc, functionName, config, oss, id: diagnosis.id, now: now() })));
  }
  return lines;
}

/** Undefined where Function Compute refuses, which becomes a line. */
async function look<T>(lines: Line[], about: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof FunctionComputeError)) throw error;
    const [message = '', fix = 'try again'] = refusalText(error).split('\n  ');
    lines.push(problem(about, message, fix));
    return undefined;
  }
}

/** The rules that the live function runs, with its own environment. */
async function rules(lines: Line[], { configFile, oss }: Diagnosis, live: RemoteFunction): Promise<Config | undefined> {
  const { environmentVariables: environment } = live;
  const uri = environment['CONFIG_URI'] ?? '';
  try {
    if (configFile !== undefined) return said(lines, configFile, readConfig(configFile, environment).config);
    if (uri === '') return said(lines, 'src/config.ts', readConfig(undefined, environment).config);
    return said(lines, uri, loadConfig(parsePublished(await textAt(uri, oss), uri), environment));
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UserError || error instanceof OssError)) throw error;
    const fix = uri === '' || configFile !== undefined ? 'npm run check' : 'npm run publish puts a checked one there';
    lines.push(problem('rules', error.message, fix));
    return undefined;
  }
}

function said(lines: Line[], where: string, config: Config): Config {
  const { length } = config.rules;
  lines.push(ok('rules', `${length} rule${length === 1 ? '' : 's'} of ${where}`));
  return config;
}

/** @throws {ConfigError | OssError} */
async function textAt(uri: string, oss: Oss): Promise<Buffer> {
  const place = parsePlace(uri);
  if (place !== undefined) {
    const published = await readPublished(oss, place);
    if (published !== undefined) return published.body;
  }
  // Only of use with `npm start --config`.
  if (uri.startsWith('file:') && URL.canParse(uri)) {
    try {
      return readFileSync(fileURLToPath(uri));
    } catch (cause) {
      throw new ConfigError('ConfigUnreadable', `CONFIG_URI ${uri} cannot be read here`, [], { cause });
    }
  }
  throw new ConfigError(
    'ConfigUnreadable',
    `there is no configuration at CONFIG_URI ${place === undefined ? '' : uri}`,
  );
}
