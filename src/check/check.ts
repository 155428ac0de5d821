// All checks of a configuration, of s.yaml, and of the two together: one list of findings, the worst first.
import type { Project } from '../deploy/project.js';
import { ConfigError } from '../rules/config-error.js';
import { loadConfig } from '../rules/load.js';
import type { Config } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { rewriteTriggers } from './commands.js';
import { type BrakeOptions, brake } from './concurrency-limit.js';
import { bySeverity, type Finding, type Found, found } from './finding.js';
import { heardTargets } from './heard.js';
import { checkLimits } from './limits.js';
import { overwrites } from './overwrites.js';
import { checkRegions } from './regions.js';
import { shadowedRules } from './shadowed.js';
import { lintStyles } from './styles.js';
import { checkTriggers } from './triggers.js';
import { checkVariables, isElsewhere, unsetVariables } from './variables.js';

export interface CheckInput {
  /** The configuration as it was written, with its env() markers. */
  readonly input: unknown;
  /** How the user calls it. */
  readonly configFile: string;
  /** Whether it is the one that is deployed with the function. */
  readonly bundled: boolean;
  /** s.yaml, or why it cannot be read. */
  readonly project: Project | { readonly unreadable: string };
  /** How the user calls s.yaml. */
  readonly projectFile: string;
  /** Whether it is the one that is deployed; default: it is. */
  readonly ownProject?: boolean;
  /** What the configuration is loaded from where s.yaml does not tell. */
  readonly environment: Environment;
  /** Deploy variables without a value yet are errors, as they are when it is deployed now. */
  readonly deploying?: boolean;
  readonly brake?: BrakeOptions;
}

/** What was found, and what was looked at. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  /** Undefined where mistakes kept it from being read. */
  readonly rules: number | undefined;
  readonly outputs: number | undefined;
  readonly triggers: number | undefined;
  /** Deploy variables without a value, for which stand-ins were taken; findings only when it is deployed now. */
  readonly unset: readonly string[];
}

/** Checks everything. */
export function check(given: CheckInput): CheckResult {
  const { project, configFile, projectFile } = given;
  const resource = 'resource' in project ? project.resource : undefined;
  const environment = resource?.environmentVariables ?? given.environment;
  const loaded = load(given.input, environment);
  const config = 'config' in loaded ? loaded.config : undefined;
  const inConfig: Found[] = 'issues' in loaded ? loaded.issues : [];
  const inProject: Found[] = 'unreadable' in project ? [unreadable(project.unreadable)] : mistakesOf(project);
  const unset = 'unset' in project ? project.unset : [];
  if (given.deploying) inProject.push(...unsetVariables(unset));
  if (config !== undefined) {
    inConfig.push(...lintStyles(config, resource?.region), ...shadowedRules(config), ...overwrites(config));
  }
  if (resource !== undefined) {
    inProject.push(...checkRegions(resource), ...brake(resource, given.brake ?? {}), ...checkLimits(resource));
    inProject.push(...checkVariables(given.input, resource, given.bundled));
  }
  // The triggers are for the rules that run.
  const runs = resource !== undefined && !(given.bundled && isElsewhere(resource));
  if (config !== undefined && resource !== undefined && runs) {
    const rewrite = rewriteTriggers({
      config: given.bundled ? undefined : configFile,
      file: (given.ownProject ?? true) ? undefined : projectFile,
    });
    inConfig.push(...heardTargets(config, resource));
    inProject.push(...checkTriggers(config, resource, rewrite));
  }
  const findings = [
    ...inConfig.map((one): Finding => ({ ...one, file: configFile })),
    ...inProject.map((one): Finding => ({ ...one, file: projectFile })),
  ];
  return {
    findings: bySeverity(findings),
    rules: config?.rules.length,
    outputs: config?.rules.reduce((sum, { outputs }) => sum + outputs.length, 0),
    triggers: resource?.triggers.length,
    unset,
  };
}

function load(input: unknown, environment: Environment): { config: Config } | { issues: Found[] } {
  try {
    return { config: loadConfig(input, environment) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      issues: error.issues.map(({ path, message, expected }) =>
        found('error', 'configuration', path, message, `write ${expected}`),
      ),
    };
  }
}

function unreadable(why: string): Found {
  return found('error', 'projectUnreadable', '', why, 'mend it; the rest was checked without it');
}

function mistakesOf({ mistakes, resource }: Project): Found[] {
  const also = resource === undefined ? '; until then it is not held against the rules' : '';
  return mistakes.map(({ path, message }) => {
    const where = path.replace(/^resources\.[^.[]+\.props/, 'props');
    return found('error', 'project', where, message, `write what is expected there${also}`);
  });
}
