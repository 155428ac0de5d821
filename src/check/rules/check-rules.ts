// Loads rules and finds their mistakes, without s.yaml. Used by `check` and `publish`.
import { ConfigError } from '../../rules/config-error.js';
import { loadConfig } from '../../rules/load.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { type Finding, finding } from '../finding.js';
import { unworkable } from './conditions.js';
import { neverReachedRules } from './never-reached.js';
import { overwrites } from './overwrites.js';
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
export function checkRules(read: () => unknown, environment: Environment, region: string | undefined): CheckedRules {
  try {
    const config = loadConfig(read(), environment);
    const findings = [lintStyles(config, region), unworkable(config), neverReachedRules(config), overwrites(config)];
    return { config, findings: findings.flat() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: undefined, findings: findingsOf(error) };
  }
}

function findingsOf({ issues, message }: ConfigError): Finding[] {
  // A configuration that is no JSON has no places.
  if (issues.length === 0) return [finding('error', 'configuration', '', message, 'write JSON')];
  return issues.map(({ path, message: what, expected }) =>
    finding('error', 'configuration', path, what, `write ${expected}`),
  );
}
