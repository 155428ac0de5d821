// Everything that `doctor` looks at, in order: the function, its triggers, the buckets, the journal, and
// what the function's role may do.
import { outsideEnvelope } from '../check/rules/outside-envelope.js';
import { type BucketUses, bucketUses } from '../deploy/buckets.js';
import { readConfig } from '../deploy/configuration.js';
import { configAt } from '../deploy/function-rules.js';
import { filtersOf } from '../deploy/triggers/filter.js';
import { planTriggers } from '../deploy/triggers/plan.js';
import type { Oss } from '../oss/client.js';
import { OssError } from '../oss/error.js';
import { indexConfig } from '../pipeline/match.js';
import type { Buckets } from '../remote/buckets.js';
import type { FunctionCompute, RemoteFunction, RemoteTrigger } from '../remote/function-compute.js';
import type { Surroundings } from '../remote/surroundings.js';
import { boundedRules } from '../rules/bounded.js';
import { ConfigError } from '../rules/config-error.js';
import type { Config } from '../rules/rule.js';
import { sourcePrefixes } from '../rules/source-prefixes.js';
import { countOf } from '../terminal/text.js';
import { UserError } from '../terminal/user-error.js';
import { bucketDiagnoses } from './buckets.js';
import { attempt, type Diagnosis, ok, problem, unseen, warning } from './diagnosis.js';
import { immDiagnoses } from './imm.js';
import { clearDiagnoses, journalDiagnoses, strandedDiagnoses } from './journal.js';
import { probeDiagnoses } from './probe.js';
import { concurrencyDiagnosis, type ExpectedFunction, retriesDiagnosis, settingsDiagnoses } from './settings.js';
import { sweepDiagnoses } from './sweep.js';
import { triggerDiagnoses } from './triggers.js';

export interface DiagnoseInput {
  readonly fc: FunctionCompute;
  readonly functionName: string;
  readonly region: string;
  readonly accountId: string;
  readonly oss: Oss;
  readonly buckets: Buckets;
  /** The IMM project of a bucket; absent: there is nobody to ask. */
  readonly immProject?: Surroundings['immProject'] | undefined;
  /** Reads s.yaml, or gives why it cannot be used. */
  readonly expected: () => Promise<ExpectedFunction | { readonly unreadable: string }>;
  /** A configuration as JSON; undefined: the one that the live function reads. */
  readonly configFile?: string | undefined;
  /** Whether a file that the function reads its rules from is one of this machine, as with `npm start --config`. */
  readonly filesHere: boolean;
  /** Invoke the function to see what its role may do. */
  readonly probe: boolean;
  /** Delete the failures on record that are outlived. */
  readonly clear?: boolean | undefined;
  /** In the keys of probes. */
  readonly id: string;
  readonly now: () => number;
}

/** Looks at everything; what cannot be looked at is a diagnosis too. */
export async function diagnose(input: DiagnoseInput): Promise<Diagnosis[]> {
  const { fc, functionName, region, accountId, oss, buckets, now } = input;
  const found = await attempt('function', () => fc.getFunction(functionName));
  if ('failed' in found) return [found.failed];
  const live = found.value;
  if (live === undefined) {
    const fix = 'npm run deploy, or name another with --function and --region';
    return [problem('function', `there is no function ${functionName} in ${region}`, fix)];
  }
  const listed = await input.expected();
  const expected = 'unreadable' in listed ? undefined : listed;
  const all = [ok('function', `${functionName} in ${region}`), ...settingsDiagnoses(live, expected)];
  if ('unreadable' in listed) all.push(warning('s.yaml', `it cannot be used: ${listed.unreadable}`, 'npm run check'));
  const { config, diagnosis } = await rulesOf(input, live);
  const sources = config === undefined ? new Map() : sourcePrefixes(boundedRules(config));
  const reserved = await attempt('running', () => fc.getReservedConcurrency(functionName));
  all.push('failed' in reserved ? reserved.failed : concurrencyDiagnosis(reserved.value, expected, sources));
  const retries = await attempt('retries', () => fc.getAsyncConfig(functionName));
  all.push('failed' in retries ? retries.failed : retriesDiagnosis(retries.value, expected));

  all.push(diagnosis);
  if (config !== undefined) {
    for (const { message, fix } of outsideEnvelope(config)) all.push(warning('rules', message, fix));
  }
  const triggers = await attempt('trigger', () => fc.listTriggers(functionName));
  const plan = config && planTriggers(config);
  if ('failed' in triggers) all.push(triggers.failed);
  else all.push(...triggerDiagnoses(triggers.value, plan, { region, accountId, expected }));
  if (config === undefined) {
    const heard = 'value' in triggers ? heardBuckets(triggers.value) : new Map();
    return [...all, ...(await bucketDiagnoses(heard, buckets, region)), ...withoutRules];
  }
  all.push(...(await bucketDiagnoses(bucketUses(config), buckets, region, config)));
  all.push(...(await immDiagnoses(config, region, input.immProject)));
  const { journal } = config;
  if (journal !== 'throw') {
    if (input.clear) all.push(...(await clearDiagnoses(oss, indexConfig(config), journal, now)));
    all.push(...(await journalDiagnoses(oss, journal, now())));
    const isStopped = 'value' in reserved && reserved.value === 0;
    all.push(...(await sweepDiagnoses(oss, config, now(), { isStopped })));
  }
  all.push(...(await strandedDiagnoses(oss, config)));

  if (!input.probe) {
    all.push(unseen('access', 'what the function’s role may do was not looked at (--no-probe)'));
  } else if ('value' in reserved && reserved.value === 0) {
    all.push(warning('access', 'what its role may do was not looked at: the function is stopped', 'npm run resume'));
  } else {
    // The function writes into the journal of the rules that it reads, whatever is given here.
    const read = input.configFile === undefined ? undefined : await rulesOf({ ...input, configFile: undefined }, live);
    const probed = { ...config, journal: read?.config?.journal ?? journal };
    all.push(...(await probeDiagnoses({ fc, functionName, config: probed, oss, id: input.id, now: now() })));
  }
  return all;
}

/** What rules alone tell of. */
const withoutRules = ['targets and styles', 'the journal', 'what the function’s role may do'].map((what) =>
  unseen('rules', `${what}: not looked at without the rules`),
);

/** The buckets whose uploads start the function. */
function heardBuckets(triggers: readonly RemoteTrigger[]): BucketUses {
  const source: ReadonlySet<string> = new Set(['source']);
  return new Map(filtersOf({ triggers }).map(({ bucket }) => [bucket, source]));
}

/** The rules that the live function runs, with its own environment. */
async function rulesOf(
  { configFile, filesHere, oss }: DiagnoseInput,
  { environmentVariables: environment }: RemoteFunction,
): Promise<{ readonly config: Config | undefined; readonly diagnosis: Diagnosis }> {
  const uri = configFile === undefined ? environment['CONFIG_URI'] || undefined : undefined;
  if (uri?.startsWith('file:') && !filesHere) {
    const message = `they are in a file of the deployed function, ${uri}: give a copy by --config FILE.json`;
    return { config: undefined, diagnosis: unseen('rules', message) };
  }
  try {
    const config =
      uri === undefined ? readConfig(configFile, environment).config : await configAt(uri, environment, oss);
    const where = configFile ?? uri ?? 'src/config.ts';
    return { config, diagnosis: ok('rules', `${countOf(config.rules.length, 'rule')} of ${where}`) };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UserError || error instanceof OssError)) throw error;
    const fix = uri === undefined ? 'npm run check' : 'npm run publish checks rules and uploads them to CONFIG_URI';
    return { config: undefined, diagnosis: problem('rules', error.message, fix) };
  }
}
