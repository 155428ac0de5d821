// Whether a configuration may be put where the function reads it: by itself, beside the version that it replaces, and at
// the place where it is to stand.
import { type Found, found } from '../check/finding.js';
import { overwrites } from '../check/overwrites.js';
import { shadowedRules } from '../check/shadowed.js';
import { lintStyles } from '../check/styles.js';
import { type Place, type Published, parsePublished } from '../deploy/published.js';
import { objectUri } from '../oss/object-name.js';
import { indexRules, wouldStart } from '../pipeline/match.js';
import { ConfigError } from '../rules/config-error.js';
import { loadConfig } from '../rules/load.js';
import { findLoops } from '../rules/loops.js';
import type { Config } from '../rules/rule.js';
import { maxConfigBytes } from '../rules/source.js';
import { foldCase, journalPattern, targetPatterns } from '../rules/target-pattern.js';
import type { Environment } from '../rules/values.js';

export interface Examined {
  /** Absent where it cannot be loaded. */
  readonly config?: Config;
  /** The version in force, where it can be loaded. */
  readonly former?: Config;
  /** An error among them: it must not be published. */
  readonly findings: readonly Found[];
}

export interface Candidate {
  readonly body: Buffer;
  /** How the user calls it. */
  readonly name: string;
  readonly place: Place;
  /** What is at the place now. */
  readonly inForce: Published | undefined;
  /** The function's. */
  readonly environment: Environment;
  readonly region: string;
}

export function examine(candidate: Candidate): Examined {
  const { body, name, place, inForce, environment, region } = candidate;
  const uri = objectUri(place.bucket, place.key);
  if (body.length > maxConfigBytes) {
    const message = `${name} has ${body.length} bytes; the function reads ${maxConfigBytes} at most`;
    return { findings: [found('error', 'tooLarge', '', message, 'write fewer rules')] };
  }
  const loaded = load(body, name, environment);
  if ('findings' in loaded) return loaded;
  const { config } = loaded;
  const findings: Found[] = [
    ...lintStyles(config, region),
    ...shadowedRules(config),
    ...overwrites(config),
    ...atPlace(config, place),
    ...thisPlace(environment['CONFIG_URI'], uri),
  ];
  if (inForce === undefined) return { config, findings };
  const former = load(inForce.body, uri, environment);
  if ('findings' in former) {
    const message = `what is at ${uri} now cannot be loaded, so that the two cannot be held against each other`;
    findings.push(
      found('warning', 'formerUnreadable', '', message, 'the function keeps the last version that it could load'),
    );
    return { config, findings };
  }
  return { config, former: former.config, findings: [...findings, ...loopsWith(config, former.config)] };
}

function load(body: Buffer, name: string, environment: Environment): { config: Config } | { findings: Found[] } {
  try {
    return { config: loadConfig(parsePublished(body, name), environment) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { issues, message } = error;
    if (issues.length === 0) return { findings: [found('error', 'configuration', '', message, 'write JSON')] };
    return {
      findings: issues.map((issue) =>
        found('error', 'configuration', issue.path, issue.message, `write ${issue.expected}`),
      ),
    };
  }
}

/** Instances look for a new version once a minute, and end what they have begun; see rules/source.ts. */
const inSteps =
  'while one replaces the other, instances run both, and these two would start each other. In two steps: publish this ' +
  'version without what is named here, and ten minutes later this version';

function loopsWith(config: Config, former: Config): Found[] {
  return findLoops(config, former).map(({ path, message }) =>
    found('error', 'loopsWithFormer', path, message, inSteps),
  );
}

/** An upload must not be able to replace the rules, nor the rules be taken for an image. */
function atPlace(config: Config, { bucket, key }: Place): Found[] {
  const findings: Found[] = [];
  for (const name of [key, formerKey(key)]) {
    const started = wouldStart(indexRules(config.rules), bucket, name);
    if (started === undefined) continue;
    const message = `${objectUri(bucket, name)}, written by publish, would start rule "${started.name}"`;
    findings.push(found('error', 'startsRule', '', message, 'publish to a bucket that no rule listens to'));
    break;
  }
  const reaches = [
    ...journalPattern(config),
    ...config.rules.flatMap((rule) => rule.outputs.flatMap((output) => targetPatterns(output, rule))),
  ];
  const over = reaches.find(
    (one) => one.bucket === bucket && key.startsWith(one.prefix) && foldCase(key).endsWith(one.suffix),
  );
  if (over !== undefined) {
    const message = `a derivative or journal record could be saved over ${objectUri(bucket, key)}: whoever uploads would write the rules`;
    findings.push(found('error', 'overwritten', '', message, 'publish to a bucket that the function cannot write to'));
  }
  return findings;
}

function thisPlace(configured: string | undefined, uri: string): Found[] {
  if (configured === uri) return [];
  const message = configured
    ? `the function reads ${configured.startsWith('oss://') ? configured : 'another place'}, not ${uri}`
    : `the function does not read ${uri}: CONFIG_URI is not set in s.yaml`;
  return [
    found('warning', 'notRead', '', message, `set CONFIG_URI: ${uri} under environmentVariables in s.yaml, and deploy`),
  ];
}

/** Where the version that is replaced is kept. */
export function formerKey(key: string): string {
  return `${key}.former`;
}
