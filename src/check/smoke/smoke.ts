// The built function tried with the user's own rules on the embedded OSS and Function Compute: an upload is made for
// each rule, and each of its targets is looked for. What cannot be tried here is said.
import { setTimeout as delay } from 'node:timers/promises';
import type { RunnableConfig } from '../../deploy/configuration.js';
import { startLocalCloud } from '../../local/cloud.js';
import { objectUri } from '../../oss/object-name.js';
import { indexConfig } from '../../pipeline/match.js';
import type { Failure } from '../../pipeline/outcome.js';
import { countOf } from '../../terminal/text.js';
import { type Finding, finding } from '../finding.js';
import { putImages } from './objects.js';
import { type OtherSize, type OutputResult, run, runOtherSizes, type Trial } from './run.js';
import { uploadForRule } from './upload.js';

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
  const index = indexConfig(config);
  const log: string[] = [];
  const cloud = await startLocalCloud({
    codeDir,
    config,
    environmentVariables,
    instances: 1,
    triggers: false,
    runTimers: false,
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

async function tryRule(trial: Trial): Promise<Smoke> {
  const { rule, at, rules, index, cloud } = trial;
  const made = await uploadForRule(rule, rules, index);
  if ('untried' in made) return { findings: [untried(`rules[${at}]`, made.untried)], uploads: 0, saved: 0 };
  await putImages(rule, made, cloud.url);
  const results = await run(trial, made);
  const from = `${objectUri(made.bucket, made.key)} (${made.body.length} bytes)`;
  // Such a refusal may be about its width and height alone.
  const refused = results.some(({ failure }) => failure?.kind === 'permanent');
  const others = refused ? await runOtherSizes(trial, made) : [];
  const findings = results.flatMap((result, order) => {
    const where = `rules[${at}].outputs[${order}]`;
    const other = others.find(({ results: its }) => its[order]?.saved);
    if (!result.saved && other !== undefined) return [dependsOnSize(where, from, result, other.size)];
    if ((result.differs?.length ?? 0) > 0) return [differing(where, result)];
    return result.saved ? [] : [unsaved(where, from, result, rule.outputs[order]?.style ?? '')];
  });
  return { findings, uploads: 1, saved: results.filter(({ saved }) => saved).length };
}

/** Why a failure here says nothing about OSS. */
function cannotSay(style: string, error: Failure | undefined): string | undefined {
  if (style.startsWith('style/')) return 'only the bucket knows the style';
  return error?.code === 'NotImplemented' ? `the embedded OSS cannot do it: ${error.message}` : undefined;
}

function unsaved(where: string, from: string, { uri, failure, why }: OutputResult, style: string): Finding {
  const cannot = cannotSay(style, failure);
  if (cannot !== undefined) return untried(where, `${uri}: ${cannot}`);
  const message = `an upload of ${from} leaves ${uri === undefined ? 'nothing' : `no ${uri}`}: ${why}`;
  return finding('error', 'smoke', where, message, 'correct the rule; npm start tries it with uploads of yours');
}

function differing(where: string, { uri, differs = [] }: OutputResult): Finding {
  const what = differs.map(({ name, has = 'none', wants = 'none' }) => `${name} ${has}, not ${wants}`).join(', ');
  return finding('error', 'smoke', where, `${uri} is saved with ${what}`, 'correct the headers and tags of the output');
}

function dependsOnSize(where: string, from: string, { uri, why }: OutputResult, size: OtherSize): Finding {
  const message = `it depends on the width and height of an upload: a ${size} one is processed; ${from} leaves no ${uri}: ${why}`;
  return finding(
    'info',
    'smokeSize',
    where,
    message,
    'nothing, if such uploads do not come; else choose another style',
  );
}

function untried(where: string, why: string): Finding {
  return finding('info', 'smokeUntried', where, `not tried: ${why}`, 'look at the first upload after the deployment');
}

function shortened(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')}, …`;
}
