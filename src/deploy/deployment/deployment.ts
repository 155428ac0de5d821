// A deployment from beginning to end: the gate, `s deploy`, and then the stale triggers and the log, which `s deploy`
// does not handle.
import type { AccountCredentials } from '../../remote/serverless-devs.js';
import { printable } from '../../rules/printable.js';
import type { Config } from '../../rules/rule.js';
import type { Environment } from '../../rules/values.js';
import { printableLines } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import { settingFrom } from '../policy/setting.js';
import type { ResourceProps } from '../s-schema.js';
import { sweepThatStops } from '../sweep-that-stops.js';
import { agreedRemovals, removeAfter, removeBefore, reportGaps } from '../triggers/remove-stale.js';
import { staleTriggers } from '../triggers/stale.js';
import { journalNote, refuseMutualStart } from './beside-live.js';
import { afterFailure, type BrakeOptions, stop } from './brake.js';
import type { DeployEnvironment } from './environment.js';
import { readLive, staysStopped } from './live.js';
import { logToCreate, logVariables, splitLogByLines } from './log.js';
import { lookForNeeds, type NeedsInput, needsText } from './needs.js';
import { checkedProject, runSteps, type StepOptions } from './preconditions.js';

export interface DeployOptions extends StepOptions {
  /** Remove stale triggers without a question. */
  readonly yes: boolean;
  /** Run again what was stopped. */
  readonly resume: boolean;
  /** Keep the function from running, even if it runs now. */
  readonly stopped: boolean;
}

/**
 * Deploys the function that s.yaml describes.
 * @param nextSteps lines that say how to see the function at work; without rules where they are kept elsewhere
 * @throws {UserError} for whatever is wrong before or during it
 */
export async function deploy(
  options: DeployOptions,
  outer: DeployEnvironment,
  nextSteps: (resource: ResourceProps, config: Config | undefined) => readonly string[],
): Promise<void> {
  const { config: configFile, dryRun } = options;
  // s.yaml runs the check once more: with the same rules.
  const environment: DeployEnvironment = { ...outer, env: { ...outer.env, CHECK_CONFIG: configFile ?? '' } };
  const { env, say } = environment;
  const { resource, deployer } = checkedProject(await environment.readProject(env), env);
  const { functionName, region } = resource;
  if (configFile !== undefined && !resource.environmentVariables['CONFIG_URI']) {
    const why =
      'without CONFIG_URI among the environmentVariables of s.yaml the function has the rules of src/config.ts';
    throw new UserError(`--config ${printable(configFile)}: ${why}`, 2);
  }
  await runSteps(options, environment);
  say(`${dryRun ? 'would deploy' : 'deploying'} ${functionName} to ${region}, account ${deployer.accountId}`);
  const fc = environment.connect(resource, deployer);
  const { environmentVariables: given, timeout, triggers: listed } = resource;
  const rules = (variables: Environment) => environment.readRules(configFile, variables);
  const config = rules(given);
  // Where CONFIG_URI names the rules and there is no copy of them, they are not known here.
  const known = given['CONFIG_URI'] && configFile === undefined ? undefined : config;
  await lookAround({ resource, deployer, config: known, fc }, environment);
  const live = await readLive(fc, functionName, environment.sleep);
  const keepStopped = staysStopped(live, options);
  if (keepStopped === undefined) throw new UserError(mayBeStopped(functionName, live.problems));
  for (const problem of live.problems) say(`note: ${printable(problem)}`);
  const variables = keepStopped ? await stoppedVariables(options, environment) : env;
  if (live.exists === false) say('there is no such function yet: it will be created');
  refuseMutualStart({ config, listed, live: live.triggers ?? [], timeout });
  const moved = journalNote(rules, live.environmentVariables, given);
  if (moved !== undefined) say(moved);
  const stale = staleTriggers(resource.triggers, live.triggers ?? []);
  const { before, after } = await agreedRemovals(stale, { ...options, ask: environment.ask, say });
  if (dryRun) return say('nothing was changed: --dry-run');
  const remove = (name: string) => fc.deleteTrigger(functionName, name);
  await removeBefore(before, remove, say);
  const brake = { fc, functionName, region, sleep: environment.sleep, say };
  const runS = (args: readonly string[], env: NodeJS.ProcessEnv) => environment.runS(args, env, deployer);
  const auto = resource.logConfig === 'auto';
  const log = logToCreate(resource, deployer.accountId);
  // What s.yaml runs before it deploys does not try the rules a second time.
  const passed = { ...variables, ...(auto ? logVariables(log) : {}), CHECK_SMOKED: '1' };
  let code = 0;
  if (live.exists === false) code = await createStopped((args) => runS(args, passed), brake);
  if (code === 0) code = await runS(['deploy', '-y'], passed);
  if (code !== 0) {
    reportGaps(before, say);
    const state = await afterFailure(live, brake);
    throw new UserError([`s deploy failed (exit code ${code}), see above`, ...state].join('\n  '));
  }
  say(`deployed ${functionName}`);
  if (auto) await splitLogByLines(resource, live, log, { ...environment, env: variables, fc, runS });
  await removeAfter(after, remove, say);
  if (keepStopped) {
    say('it is stopped: npm run resume starts it');
  } else if (resource.concurrencyConfig.reservedConcurrency === 0) {
    say('it is stopped, since its reservedConcurrency is 0: npm run resume -- --to N starts it');
  } else {
    for (const line of nextSteps(resource, known)) say(line);
  }
}

/** ms for looking at the journal: a deployment need not wait for it. */
const lookTime = 20_000;

/** @throws {UserError} naming all that is missing, with the commands that make it */
async function lookAround(
  { deployer, ...found }: Omit<NeedsInput, 'setting' | 'around'> & { readonly deployer: AccountCredentials },
  { env, say, surroundings }: DeployEnvironment,
): Promise<void> {
  const around = surroundings(found.resource, deployer);
  try {
    const { missing, unseen } = await lookForNeeds({ ...found, around, setting: settingFrom({}, found.resource, env) });
    for (const what of unseen) say(printable(`note: not looked at: ${what}`));
    if (missing.length === 0) {
      const stopping = found.config && (await sweepThatStops(found.config, around.oss(Date.now() + lookTime)));
      if (stopping !== undefined) say(printable(`note: ${stopping}`));
      return;
    }
    throw new UserError(`nothing was deployed: something is missing\n  ${printableLines(needsText(missing))}`);
  } finally {
    await around.close();
  }
}

/**
 * Makes a new function without its triggers, and stops it: `s deploy` then makes triggers, retries and, last, the
 * concurrency of s.yaml, which starts it.
 * @returns the exit code of `s`
 */
async function createStopped(run: (args: readonly string[]) => Promise<number>, brake: BrakeOptions): Promise<number> {
  const code = await run(['deploy', '-y', '--function', '--skip-actions']);
  if (code !== 0) return code;
  const why = await stop(brake);
  if (why !== undefined) brake.say(printable(`note: it could not be stopped before it has its triggers: ${why}`));
  return code;
}

function mayBeStopped(functionName: string, problems: readonly string[]): string {
  return [
    `nothing was deployed: it cannot be seen whether ${functionName} is stopped:`,
    ...problems.map(printable),
    'Fix that, or choose: --resume (it will run) or --stopped (it will stay stopped)',
  ].join('\n  ');
}

/** The variables with which s.yaml keeps the function stopped. */
async function stoppedVariables(
  { stopped }: DeployOptions,
  { env, readProject, say }: DeployEnvironment,
): Promise<NodeJS.ProcessEnv> {
  const variables = { ...env, RESERVED_CONCURRENCY: '0' };
  const { resource } = await readProject(variables);
  if (resource?.concurrencyConfig.reservedConcurrency !== 0) {
    throw new UserError(
      'the function is to stay stopped, and this s.yaml would start it: it no longer reads RESERVED_CONCURRENCY.\n' +
        `  Write reservedConcurrency: \${env('RESERVED_CONCURRENCY', '5') * 1}, or deploy with --resume`,
    );
  }
  say(
    stopped
      ? 'the function stays stopped, as requested'
      : 'the function is stopped and stays so (--resume would start it again)',
  );
  return variables;
}
