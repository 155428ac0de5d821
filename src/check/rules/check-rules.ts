// Loads rules and finds their mistakes, without s.yaml. Used by `check` and `publish`.
import { adviceOn } from '../../rules/advice.js';
import { ConfigError } from '../../rules/config-error.js';
import { type Bounds, loadConfig } from '../../rules/load.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { type Finding, finding } from '../finding.js';
import { unworkable } from './conditions.js';
import { downloadNames } from './download-name.js';
import { longCaches } from './long-cache.js';
import { neverReachedRules } from './never-reached.js';
import { outsideEnvelope } from './outside-envelope.js';
import { overwrites } from './overwrites.js';
import { sharedVersions } from './shared-version.js';
import { lintStyles } from './styles.js';

export interface CheckedRules {
  /** Undefined where they cannot be loaded. */
  readonly config: Config | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Loads the rules and checks them.
 * @param read gives the configuration as it was written; may throw a ConfigError
 */
export function checkRules(
  read: () => unknown,
  environment: Environment,
  region: string | undefined,
  bounds: Bounds = {},
): CheckedRules {
  let input: unknown;
  try {
    input = read();
    const config = loadConfig(input, environment, bounds);
    const found = [
      outsideEnvelope(config),
      lintStyles(config, region),
      unworkable(config),
      neverReachedRules(config),
      overwrites(config),
      sharedVersions(config),
      longCaches(config),
      downloadNames(config),
    ];
    return { config, findings: found.flat() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: undefined, findings: findingsOf(error, input) };
  }
}

function findingsOf(error: ConfigError, input: unknown): Finding[] {
  // A configuration that is no JSON has no places.
  if (error.issues.length === 0) return [finding('error', 'configuration', '', error.message, 'write JSON')];
  return adviceOn(error, input).map(({ path, message, fix }) => finding('error', 'configuration', path, message, fix));
}
