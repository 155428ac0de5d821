// A deployment from beginning to end: the gate, `s deploy`, and then the stale triggers and the log, which `s deploy`
// does not handle.
import { printable } from '../../terminal/text.js';
import { UserError } from '../../terminal/user-error.js';
import type { ResourceProps } from '../s-schema.js';
import { agreedRemovals, removeAfter, removeBefore, reportGaps } from '../triggers/remove-stale.js';
import { staleTriggers } from '../triggers/stale.js';
import { afterFailure, type BrakeOptions, stop } from './brake.js';
import type { DeployEnvironment } from './environment.js';
import { readLive, staysStopped } from './live.js';
import { logToCreate, logVariables, splitLogByLines } from './log.js';
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
 * @param nextSteps lines that say how to see the function at work
 * @throws {UserError} for whatever is wrong before or during it
 */
export async function deploy(
  options: DeployOptions,
  outer: DeployEnvironment,
  nextSteps: (resource: ResourceProps) => readonly string[],
): Promise<void> {
  const { config, dryRun } = options;
  // s.yaml runs the check once more: with the same rules.
  const environment: DeployEnvironment = { ...outer, env: { ...outer.env, CHECK_CONFIG: config ?? '' } };
  const { env, say } = environment;
  const { resource, deployer } = checkedProject(await environment.readProject(env), env);
  const { functionName, region } = resource;
  if (config !== undefined && !resource.environmentVariables['CONFIG_URI']) {
    const why =
      'without CONFIG_URI among the environmentVariables of s.yaml the function has the rules of src/config.ts';
    throw new UserError(`--config ${printable(config)}: ${why}`, 2);
  }
  await runSteps(options, environment);
  say(`${dryRun ? 'would deploy' : 'deploying'} ${functionName} to ${region}, account ${deployer.accountId}`);
  const fc = environment.connect(resource, deployer);
  const live = await readLive(fc, functionName, environment.sleep);
  const keepStopped = staysStopped(live, options);
  if (keepStopped === undefined) throw new UserError(mayBeStopped(functionName, live.problems));
  for (const problem of live.problems) say(`note: ${printable(problem)}`);
  const variables = keepStopped ? await stoppedVariables(options, environment) : env;
  if (live.exists === false) say('there is no such function yet: it will be created');
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
  const given = { ...variables, ...(auto ? logVariables(log) : {}), CHECK_SMOKED: '1' };
  let code = 0;
  if (live.exists === false) code = await createStopped((args) => runS(args, given), brake);
  if (code === 0) code = await runS(['deploy', '-y'], given);
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
    for (const line of nextSteps(resource)) say(line);
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
