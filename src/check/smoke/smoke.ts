// The built function tried with the user's own rules on the embedded OSS and Function Compute: an upload is made for
// each rule, and each of its targets is looked for. What cannot be tried here is said.
import { setTimeout as delay } from 'node:timers/promises';
import type { RunnableConfig } from '../../deploy/configuration.js';
import { needsOf } from '../../deploy/policy/style-needs.js';
import { functionName, type LocalCloud, startLocalCloud } from '../../local/cloud.js';
import { localClient } from '../../local/samples/objects.js';
import { photoOf } from '../../local/samples/photo-of.js';
import { type ObjectName, objectUri } from '../../oss/object-name.js';
import { readEvent } from '../../pipeline/event.js';
import { jobsOf } from '../../pipeline/jobs.js';
import { indexRules, type RuleIndex } from '../../pipeline/match.js';
import type { Failure } from '../../pipeline/outcome.js';
import { functionFailureOf } from '../../remote/invoke/engine.js';
import type { Rule } from '../../rules/rule.js';
import { countOf, jsonObjectIn } from '../../terminal/text.js';
import { type Finding, finding } from '../finding.js';
import { uploadFor } from '../rules/example-uploads.js';
import { type SmokeUpload, uploadForRule } from './upload.js';

export interface Smoke {
  readonly findings: readonly Finding[];
  /** Uploads that were made, and targets that were found. */
  readonly uploads: number;
  readonly saved: number;
}

export interface SmokeOptions extends RunnableConfig {
  /** Where the built function is. */
  readonly codeDir: string;
  /** After so many milliseconds no further rule is tried. */
  readonly timeLimit?: number | undefined;
}

/** With what starts and ends the embedded cloud, this stays below 15 seconds. */
const defaultLimit = 11_000;

/** Tries every rule. */
export async function smoke({
  codeDir,
  config,
  environmentVariables,
  timeLimit = defaultLimit,
}: SmokeOptions): Promise<Smoke> {
  const { rules } = config;
  const index = indexRules(rules);
  const log: string[] = [];
  const cloud = await startLocalCloud({
    codeDir,
    config,
    environmentVariables,
    instances: 1,
    triggers: false,
    runTimers: false,
    // Vendor sources disagree on it: lint warns, and a deployment is not stopped for it.
    avifByPost: true,
    onLog: (line) => log.push(line),
  });
  const ended = new AbortController();
  const late = delay(timeLimit, 'late', { signal: ended.signal }).catch(() => 'late');
  const findings: Finding[] = [];
  let [uploads, saved] = [0, 0];
  try {
    for (const [at, rule] of rules.entries()) {
      const tried = await Promise.race([tryRule({ rule, at, rules, index, cloud, log, signal: ended.signal }), late]);
      if (typeof tried === 'string') {
        const names = rules.slice(at).map(({ name }) => name);
        findings.push(untried('rules', `no time was left for ${countOf(names.length, 'rule')}: ${shortened(names)}`));
        break;
      }
      findings.push(...tried.findings);
      uploads += tried.uploads;
      saved += tried.saved;
    }
  } finally {
    ended.abort();
    await cloud.close();
  }
  return { findings, uploads, saved };
}

interface Trial {
  readonly rule: Rule;
  /** Its place in the configuration. */
  readonly at: number;
  readonly rules: readonly Rule[];
  readonly index: RuleIndex;
  readonly cloud: LocalCloud;
  /** The function's lines so far; those of this trial are added. */
  readonly log: string[];
  readonly signal: AbortSignal;
}

async function tryRule(trial: Trial): Promise<Smoke> {
  const { rule, at, rules, index, cloud, log, signal } = trial;
  const made = await uploadForRule(rule, rules, index);
  if ('untried' in made) return { findings: [untried(`rules[${at}]`, made.untried)], uploads: 0, saved: 0 };
  await putImages(rule, made, cloud);
  const event = await put(rule, made, cloud);
  log.length = 0;
  const { errorType, result } = await cloud.fc.invoke(functionName, event, { signal });
  const thrown = errorType === undefined ? undefined : functionFailureOf(errorType, result.toString()).message;
  const failures = new Map(log.flatMap(failureIn));
  const from = `${objectUri(made.bucket, made.key)} (${made.body.length} bytes)`;
  const findings: Finding[] = [];
  let saved = 0;
  for (const [order, target] of targetsOf(rule, event, index).entries()) {
    if (typeof target !== 'string' && (await isThere(cloud, target))) {
      saved += 1;
      continue;
    }
    const where = `rules[${at}].outputs[${order}]`;
    const uri = typeof target === 'string' ? undefined : objectUri(target.bucket, target.key);
    const failure = uri === undefined ? undefined : failures.get(uri);
    const cannot = cannotSay(rule.outputs[order]?.style ?? '', failure);
    const why = typeof target === 'string' ? target : (failure?.message ?? thrown ?? 'its log does not say why');
    findings.push(cannot === undefined ? missing(where, from, uri, why) : untried(where, `${uri}: ${cannot}`));
  }
  return { findings, uploads: 1, saved };
}

/** The target of each output, as the function works it out of the event; or why it has none. */
function targetsOf(rule: Rule, event: Buffer, index: RuleIndex): (ObjectName | string)[] {
  const { uploads } = readEvent(event);
  return uploads.flatMap((upload) =>
    rule.outputs.map((output) => {
      const { jobs, failures } = jobsOf(upload, { ...rule, outputs: [output] }, index);
      return jobs[0]?.target ?? failures[0]?.error.message ?? '';
    }),
  );
}

/** Uploads the photo, and gives the event that tells of it. */
async function put(rule: Rule, { bucket, key, body }: SmokeUpload, { url }: LocalCloud): Promise<Buffer> {
  const { res } = await localClient(url, bucket).put(key, body);
  const { record } = uploadFor(rule, bucket, key, body.length);
  const object = { ...record.oss.object, eTag: (res.headers['etag'] ?? '').replaceAll('"', '') };
  const eventTime = new Date().toISOString();
  return Buffer.from(JSON.stringify({ events: [{ ...record, eventTime, oss: { ...record.oss, object } }] }));
}

/** The images that its watermarks put on the photo. */
async function putImages({ outputs }: Rule, { bucket, key }: SmokeUpload, { url }: LocalCloud): Promise<void> {
  const keys = new Set(outputs.flatMap(({ style }) => needsOf(style).images));
  keys.delete(key);
  if (keys.size === 0) return;
  const image = await photoOf('png', { min: 1, max: 500_000 });
  if (image === undefined) return;
  for (const one of keys) await localClient(url, bucket).put(one, image);
}

async function isThere({ url }: LocalCloud, { bucket, key }: ObjectName): Promise<boolean> {
  return localClient(url, bucket)
    .get(key)
    .then(
      ({ content }) => content.length > 0,
      () => false,
    );
}

/** The target and the reason, where a line of the log tells of a failure. */
function failureIn(line: string): [target: string, error: Failure][] {
  const { target, error } = (jsonObjectIn(line) ?? {}) as { target?: string; error?: Failure };
  return target === undefined || error === undefined ? [] : [[target, error]];
}

/** EC of OSS, where its documents disagree on whether a POST can ask for AVIF and HEIC. */
const documentsDisagree = '0040-00000015';

/** Why a failure here says nothing about OSS. */
function cannotSay(style: string, error: Failure | undefined): string | undefined {
  if (style.startsWith('style/')) return 'only the bucket knows the style';
  if (error?.code === 'NotImplemented') return `the embedded OSS cannot do it: ${error.message}`;
  return error?.ec === documentsDisagree ? `OSS may refuse it: ${error.message}` : undefined;
}

function missing(where: string, from: string, uri: string | undefined, why: string): Finding {
  const message = `an upload of ${from} leaves ${uri === undefined ? 'nothing' : `no ${uri}`}: ${why}`;
  return finding('error', 'smoke', where, message, 'correct the rule; npm start tries it with uploads of yours');
}

function untried(where: string, why: string): Finding {
  return finding('info', 'smokeUntried', where, `not tried: ${why}`, 'look at the first upload after the deployment');
}

function shortened(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')}, …`;
}
