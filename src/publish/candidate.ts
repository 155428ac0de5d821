// Whether a configuration may be put where the function reads it: by itself, within the deployed rules, and at the
// place where it is to stand.

import { type Finding, finding } from '../check/finding.js';
import { checkRules } from '../check/rules/check-rules.js';
import { sameJournal, takeAlong } from '../deploy/moved-journal.js';
import { type Published, parsePublished } from '../deploy/published.js';
import { objectUri } from '../oss/object-name.js';
import { indexConfig, wouldStart } from '../pipeline/match.js';
import { ConfigError } from '../rules/config-error.js';
import { maxConfigBytes } from '../rules/config-source.js';
import { loadConfig } from '../rules/load.js';
import type { ConfigObject } from '../rules/own-objects.js';
import { previousKey } from '../rules/own-objects.js';
import { type Config, outputsOf, type RuleOutput } from '../rules/rule.js';
import { foldCase, journalPattern, type TargetPattern } from '../rules/target-pattern.js';
import type { Environment } from '../rules/values.js';
import { shellWord } from '../terminal/shell-quote.js';

export interface Candidate {
  readonly body: Buffer;
  /** As the user named it. */
  readonly name: string;
  readonly place: ConfigObject;
  /** The version in force: what is at the place now. */
  readonly current: Published | undefined;
  /** What is deployed: src/config.ts. */
  readonly envelope: Config;
  /** The function's. */
  readonly environment: Environment;
  readonly region: string;
  /** The function is that of `npm start`. */
  readonly local: boolean;
}

export interface CheckedCandidate {
  /** Undefined where it cannot be loaded; then there is an error among the findings. */
  readonly config?: Config | undefined;
  /** The version in force, where it can be loaded. */
  readonly previous?: Config | undefined;
  /** An error among them: it must not be published. */
  readonly findings: readonly Finding[];
}

/** Checks the rules as `check` does, and against the version that they replace; mistakes are findings. */
export function checkCandidate(candidate: Candidate): CheckedCandidate {
  const { body, name, place, current, envelope, environment, region, local } = candidate;
  const uri = objectUri(place.bucket, place.key);
  if (body.length > maxConfigBytes) {
    const message = `${name} has ${body.length} bytes; the function reads ${maxConfigBytes} at most`;
    return { findings: [finding('error', 'tooLarge', '', message, 'write fewer rules')] };
  }
  const around = { envelope, configObject: place };
  const { config, findings } = checkRules(() => parsePublished(body, name), environment, region, around);
  if (config === undefined) return { findings };
  const all = [...findings, ...atPlace(config, place), ...readsElsewhere(environment['CONFIG_URI'], uri, local)];
  const fields = (before: Config) => (local ? [] : unknownFields(before, config));
  const unlike = (before: Config) => [...movedJournal(before, config), ...fields(before)];
  if (current === undefined) return { config, findings: [...all, ...unlike(envelope)] };
  try {
    const previous = loadConfig(parsePublished(current.body, uri), environment, around);
    return { config, previous, findings: [...all, ...unlike(previous)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = `the version at ${uri} cannot be loaded, so that it is not known what it needs`;
    const fix = 'the function keeps the last version that it could load';
    const unreadable = finding('warning', 'previousUnreadable', '', message, fix);
    return { config, findings: [...all, unreadable, ...fields(envelope)] };
  }
}

/** What publish and the journal write must not be taken for an image, nor the rules for a journal record. */
function atPlace(config: Config, { bucket, key }: ConfigObject): Finding[] {
  const findings: Finding[] = [];
  const index = indexConfig(config);
  for (const name of [key, previousKey(key)]) {
    const started = wouldStart(index, bucket, name);
    if (started === undefined) continue;
    const message = `${objectUri(bucket, name)}, written by publish, would start the deployed rule "${started.name}"`;
    findings.push(finding('error', 'startsRule', '', message, 'publish to a bucket that no rule listens to'));
    break;
  }
  const folded = foldCase(key);
  const holds = ({ prefix, suffix }: TargetPattern) => key.startsWith(prefix) && folded.endsWith(suffix);
  if (journalPattern(config).some((one) => one.bucket === bucket && holds(one))) {
    const message = `${objectUri(bucket, key)} lies where the records of the journal do`;
    findings.push(finding('error', 'overwritten', '', message, 'publish outside of the prefix of the journal'));
  }
  return findings;
}

/** Records that the version in force has written stay where its journal is: no timer runs them there. */
function movedJournal({ journal: before }: Config, { journal: after }: Config): Finding[] {
  if (before === 'throw' || sameJournal(before, after)) return [];
  const message = `the journal moves from ${objectUri(before.bucket, before.prefix)}: what is due there is not run any more`;
  return [finding('warning', 'journalMoved', 'journal', message, takeAlong(before))];
}

/** Nothing here tells which version of the code is deployed. @param before rules that it has loaded */
function unknownFields(before: Config, after: Config): Finding[] {
  const [first] = outputsWithFields(after);
  if (first === undefined || outputsWithFields(before).length > 0) return [];
  const message =
    'headers and tags are new here: a function that was deployed before they existed refuses all of these rules, and its new instances have none';
  const fix = 'npm run deploy, unless the function was deployed with this version';
  return [finding('warning', 'unknownFields', first.path, message, fix)];
}

function outputsWithFields(config: Config): RuleOutput[] {
  return outputsOf(config, ({ relay }) => relay !== undefined && relay.headers.length + relay.tags.length > 0);
}

function readsElsewhere(configured: string | undefined, uri: string, local: boolean): Finding[] {
  if (configured === uri) return [];
  const unset = local ? 'CONFIG_URI is not set here; is it where npm start runs?' : 'CONFIG_URI is not set in s.yaml';
  const message = configured
    ? `the function reads ${configured.startsWith('oss://') ? configured : 'another place'}, not ${uri}`
    : `the function does not read ${uri}: ${unset}`;
  const fix = local
    ? `CONFIG_URI=${shellWord(uri)} npm start`
    : `set CONFIG_URI: ${uri} under environmentVariables in s.yaml, and deploy`;
  return [finding('warning', 'notRead', '', message, fix)];
}
