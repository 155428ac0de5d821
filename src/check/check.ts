// All checks of a configuration, of s.yaml, and of the two together: one list of findings, the worst first.
import type { Project } from '../deploy/project.js';
import { configObjectOf } from '../rules/config-source.js';
import { reasonsToRelay } from '../rules/relay.js';
import { outputsOf } from '../rules/rule.js';
import type { Environment } from '../rules/values.js';
import { type Finding, finding, severities, writeTriggersCommand } from './finding.js';
import { type CallRates, checkConcurrency, type SweepShare, sweepShare } from './project/concurrency-limit.js';
import { coveredOutputs } from './project/covered-outputs.js';
import { checkLimits, checkRegions, checkRelays } from './project/settings.js';
import { checkTriggers } from './project/triggers.js';
import { checkVariables, isReplaced, unsetVariables } from './project/variables.js';
import { checkRules } from './rules/check-rules.js';
import { formerJournal } from './rules/former-journal.js';

export interface CheckInput {
  /** The configuration as it was written, with its env() markers. */
  readonly input: unknown;
  /** How the user named it; undefined: it is src/config.ts, which is deployed with the function. */
  readonly configFile: string | undefined;
  /** src/config.ts as it was written: the envelope of rules that CONFIG_URI names in OSS. */
  readonly deployed: unknown;
  /** s.yaml, or why it cannot be read. */
  readonly project: Project | { readonly unreadable: string };
  /** How the user named s.yaml; undefined: it is that of the project. */
  readonly projectFile: string | undefined;
  /** What the configuration is loaded from where s.yaml gives no variables. */
  readonly environment: Environment;
  /** Deploy variables without a value yet are errors, as they are when it is deployed now. */
  readonly deploying: boolean;
  readonly rates: CallRates;
}

export interface FindingInFile extends Finding {
  /** The file to be fixed, as the user named it. */
  readonly file: string;
}

/** What was found, and what was looked at. */
export interface CheckResult {
  readonly findings: readonly FindingInFile[];
  /** Undefined where mistakes kept it from being read. */
  readonly rules: number | undefined;
  readonly outputs: number | undefined;
  readonly triggers: number | undefined;
  /** Deploy variables without a value, for which stand-ins were taken; findings only when it is deployed now. */
  readonly unset: readonly string[];
  /** The outputs that are relayed, and why: see `reasonsToRelay`. */
  readonly relayed: readonly { readonly path: string; readonly because: readonly string[] }[];
  /** What a sweep in the cloud takes of the concurrency limit; undefined: none can run. */
  readonly sweep?: SweepShare | undefined;
  /** What the built function made of the uploads that tried it, and how long that took; undefined: it was not tried. */
  readonly smoke?: { readonly uploads: number; readonly saved: number; readonly ms: number } | undefined;
}

/** Checks everything. */
export function check({ input, configFile, deployed, project, projectFile, ...options }: CheckInput): CheckResult {
  const bundled = configFile === undefined;
  const resource = 'resource' in project ? project.resource : undefined;
  const environment = resource?.environmentVariables ?? options.environment;
  const configObject = configObjectOf(environment['CONFIG_URI'] ?? '');
  // A file is a copy of what CONFIG_URI names in OSS; those rules stay within src/config.ts.
  const isCopy = configObject !== undefined && !bundled;
  const outer = isCopy ? checkRules(() => deployed, environment, resource?.region) : undefined;
  const inEnvelope = outer === undefined || outer.config !== undefined ? [] : outer.findings;
  const bounds = { configObject, envelope: outer?.config };
  const { config, findings } = checkRules(() => input, environment, resource?.region, bounds);
  const inConfig = [...findings];
  const inProject = 'unreadable' in project ? [unreadable(project.unreadable)] : mistakesOf(project);
  const unset = 'unset' in project ? project.unset : [];
  if (options.deploying) inProject.push(...unsetVariables(unset));
  if (resource !== undefined) {
    inProject.push(...checkRegions(resource), ...checkConcurrency(resource, options.rates), ...checkLimits(resource));
    const replaced = bundled && isReplaced(resource.environmentVariables);
    inProject.push(...checkVariables(replaced ? [] : isCopy ? [deployed, input] : [input], resource, bundled));
    if (config !== undefined) inProject.push(...checkRelays(config, resource));
    if (config !== undefined && isCopy) inConfig.push(...formerJournal(config));
    if (config !== undefined && inEnvelope.length === 0 && !replaced) {
      inConfig.push(...coveredOutputs(config, resource));
      inProject.push(...checkTriggers(config, resource, writeTriggersCommand(configFile, projectFile)));
    }
  }
  const all = [
    ...inConfig.map((one) => ({ ...one, file: configFile ?? 'src/config.ts' })),
    ...inEnvelope.map((one) => ({ ...one, file: 'src/config.ts' })),
    ...inProject.map((one) => ({ ...one, file: projectFile ?? 's.yaml' })),
  ];
  return {
    findings: severities.flatMap((severity) => all.filter((one) => one.severity === severity)),
    rules: config?.rules.length,
    outputs: config?.rules.flatMap(({ outputs }) => outputs).length,
    triggers: resource?.triggers.length,
    unset,
    relayed:
      config === undefined
        ? []
        : outputsOf(config, ({ relay }) => relay !== undefined).map(({ output, path }) => {
            return { path, because: reasonsToRelay(output) };
          }),
    sweep: resource === undefined || config === undefined ? undefined : sweepShare(config, resource),
  };
}

function unreadable(why: string): Finding {
  return finding('error', 'projectUnreadable', '', why, 'fix it; the rest was checked without it');
}

function mistakesOf({ mistakes, resource }: Project): Finding[] {
  const also = resource === undefined ? '; until then it is not compared with the rules' : '';
  return mistakes.map(({ path, message }) => {
    const where = path.replace(/^resources\.[^.[]+\.props/, 'props');
    return finding('error', 'project', where, message, `write what is expected there${also}`);
  });
}
