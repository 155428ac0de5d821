// Whether a configuration may be put where the function reads it: by itself, beside the version that it replaces, and
// at the place where it is to stand.
import { type Finding, finding } from '../check/finding.js';
import { checkRules } from '../check/rules/check-rules.js';
import { type Place, type Published, parsePublished } from '../deploy/published.js';
import { objectUri } from '../oss/object-name.js';
import { indexRules, wouldStart } from '../pipeline/match.js';
import { ConfigError } from '../rules/config-error.js';
import { maxConfigBytes } from '../rules/config-source.js';
import { loadConfig } from '../rules/load.js';
import { findLoops } from '../rules/loops.js';
import type { Config } from '../rules/rule.js';
import { foldCase, journalPattern, targetPatterns } from '../rules/target-pattern.js';
import type { Environment } from '../rules/values.js';

export interface Candidate {
  readonly body: Buffer;
  /** As the user named it. */
  readonly name: string;
  readonly place: Place;
  /** The version in force: what is at the place now. */
  readonly current: Published | undefined;
  /** The function's. */
  readonly environment: Environment;
  readonly region: string;
}

export interface CheckedCandidate {
  /** Undefined where it cannot be loaded; then there is an error among the findings. */
  readonly config?: Config | undefined;
  /** The version in force, where it can be loaded. */
  readonly previous?: Config | undefined;
  /** An error among them: it must not be published. */
  readonly findings: readonly Finding[];
}

export function checkCandidate(candidate: Candidate): CheckedCandidate {
  const { body, name, place, current, environment, region } = candidate;
  const uri = objectUri(place.bucket, place.key);
  if (body.length > maxConfigBytes) {
    const message = `${name} has ${body.length} bytes; the function reads ${maxConfigBytes} at most`;
    return { findings: [finding('error', 'tooLarge', '', message, 'write fewer rules')] };
  }
  const { config, findings } = checkRules(() => parsePublished(body, name), environment, region);
  if (config === undefined) return { findings };
  const all = [...findings, ...atPlace(config, place), ...readsElsewhere(environment['CONFIG_URI'], uri)];
  if (current === undefined) return { config, findings: all };
  try {
    const previous = loadConfig(parsePublished(current.body, uri), environment);
    return { config, previous, findings: [...all, ...loopsWith(config, previous)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = `the version at ${uri} cannot be loaded, so that loops between the two cannot be looked for`;
    const fix = 'the function keeps the last version that it could load';
    return { config, findings: [...all, finding('warning', 'formerUnreadable', '', message, fix)] };
  }
}

/** Instances look for a new version once a minute, and end what they have begun; see rules/config-source.ts. */
const inSteps =
  'while one replaces the other, instances run both, and these two would start each other. In two steps: publish this ' +
  'version without what is named here, and ten minutes later this version';

function loopsWith(config: Config, previous: Config): Finding[] {
  return findLoops(config, previous).map(({ path, message }) =>
    finding('error', 'loopsWithFormer', path, message, inSteps),
  );
}

/** An upload must not be able to replace the rules, nor the rules be taken for an image. */
function atPlace(config: Config, { bucket, key }: Place): Finding[] {
  const findings: Finding[] = [];
  const index = indexRules(config.rules);
  for (const name of [key, previousKey(key)]) {
    const started = wouldStart(index, bucket, name);
    if (started === undefined) continue;
    const message = `${objectUri(bucket, name)}, written by publish, would start rule "${started.name}"`;
    findings.push(finding('error', 'startsRule', '', message, 'publish to a bucket that no rule listens to'));
    break;
  }
  const patterns = [
    ...journalPattern(config),
    ...config.rules.flatMap((rule) => rule.outputs.flatMap((output) => targetPatterns(output, rule))),
  ];
  const folded = foldCase(key);
  if (patterns.some((one) => one.bucket === bucket && key.startsWith(one.prefix) && folded.endsWith(one.suffix))) {
    const message = `a derivative or journal record could be saved over ${objectUri(bucket, key)}: whoever uploads would write the rules`;
    const fix = 'publish to a bucket that the function cannot write to';
    findings.push(finding('error', 'overwritten', '', message, fix));
  }
  return findings;
}

function readsElsewhere(configured: string | undefined, uri: string): Finding[] {
  if (configured === uri) return [];
  const message = configured
    ? `the function reads ${configured.startsWith('oss://') ? configured : 'another place'}, not ${uri}`
    : `the function does not read ${uri}: CONFIG_URI is not set in s.yaml`;
  const fix = `set CONFIG_URI: ${uri} under environmentVariables in s.yaml, and deploy`;
  return [finding('warning', 'notRead', '', message, fix)];
}

/** Where the version that is replaced is kept. */
export function previousKey(key: string): string {
  return `${key}.former`;
}
